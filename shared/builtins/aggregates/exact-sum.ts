/**
 * Sums of doubles that are exact until the end, so that the result does not depend on the order or on how the rows were split over
 * partitions. A sum is a list of doubles that do not overlap, growing in size (J. R. Shewchuk, "Adaptive precision floating-point arithmetic", 1997).
 */
export type Partials = number[];

/** Adds one finite double in place. */
export function addExact(partials: Partials, value: number): void {
  let x = value;
  let kept = 0;
  for (let i = 0; i < partials.length; i++) {
    let y = partials[i] as number;
    if (Math.abs(x) < Math.abs(y)) [x, y] = [y, x];
    const high = x + y;
    const low = y - (high - x);
    if (low !== 0) partials[kept++] = low;
    x = high;
  }
  // A list that is made shorter gives back its memory, and asks for it again right away.
  partials[kept++] = x;
  if (partials.length > kept) partials.length = kept;
}

/** The double nearest to the exact sum. */
export function roundExact(partials: Partials): number {
  let i = partials.length - 1;
  if (i < 0) return 0;
  let high = partials[i] as number;
  let low = 0;
  while (i > 0) {
    const x = high;
    const y = partials[--i] as number;
    high = x + y;
    low = y - (high - x);
    if (low !== 0) break;
  }
  // Half-way cases are decided by the sign of what is left below.
  const next = i > 0 ? (partials[i - 1] as number) : 0;
  if ((low < 0 && next < 0) || (low > 0 && next > 0)) {
    const y = low * 2;
    const x = high + y;
    if (y === x - high) return x;
  }
  return high;
}

/** `a * b` as the pair (rounded product, exact error), by splitting the factors in halves (Dekker). */
export function twoProduct(a: number, b: number): [number, number] {
  const product = a * b;
  const [ah, al] = split(a);
  const [bh, bl] = split(b);
  return [product, al * bl - (product - ah * bh - al * bh - ah * bl)];
}

function split(a: number): [number, number] {
  const c = 134_217_729 * a;
  const high = c - (c - a);
  return [high, a - high];
}
