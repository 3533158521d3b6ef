/** Room for an index beside what texts are packed into: together they must be exact as a double. */
const MAX_TEXTS = 2 ** 21;
const MAX_PACKED = 2 ** 32;
/** Below this many, comparing is as fast. */
const FEW = 48;

/**
 * The indices of texts in the order of their UTF-16 units, as `<` has it. Texts that are sorted together tend to differ in a few places only (`device-0012345`): what
 * they have in common is left out, and the units behind it are packed into a number each, by the range that occurs in each place, so that numbers are sorted. Texts that
 * do not fit are compared where their numbers are equal.
 *
 *     device-07, device-12, device-10  →  common "device-", ranges 0..1 and 0..7  →  07 → (1, 8), 12 → (2, 3), 10 → (2, 1)
 */
export function orderOf(texts: readonly string[]): number[] {
  const compare = (a: number, b: number): number => ((texts[a] as string) < (texts[b] as string) ? -1 : (texts[a] as string) > (texts[b] as string) ? 1 : a - b);
  if (texts.length < FEW || texts.length > MAX_TEXTS) return texts.map((_, i) => i).sort(compare);
  const packed = packedFrom(texts, commonLength(texts));
  for (let i = 0; i < packed.length; i++) packed[i] = (packed[i] as number) * MAX_TEXTS + i;
  packed.sort();
  const order = new Array<number>(texts.length);
  let start = 0;
  let before = -1;
  for (let k = 0; k < order.length; k++) {
    const number = Math.floor((packed[k] as number) / MAX_TEXTS);
    order[k] = (packed[k] as number) - number * MAX_TEXTS;
    if (number !== before) {
      sortBetween(order, { start, end: k }, compare);
      start = k;
      before = number;
    }
  }
  sortBetween(order, { start, end: order.length }, compare);
  return order;
}

function sortBetween(order: number[], { start, end }: { start: number; end: number }, compare: (a: number, b: number) => number): void {
  if (end - start < 2) return;
  const part = order.slice(start, end).sort(compare);
  for (let k = 0; k < part.length; k++) order[start + k] = part[k] as number;
}

function commonLength(texts: readonly string[]): number {
  const first = texts[0] as string;
  let length = first.length;
  for (const text of texts) {
    let i = 0;
    while (i < length && text.charCodeAt(i) === first.charCodeAt(i)) i++;
    length = i;
  }
  return length;
}

/** As many units behind `from` as fit, each within its own range; the end of a text is below all units. */
function packedFrom(texts: readonly string[], from: number): Float64Array {
  const packed = new Float64Array(texts.length);
  for (let place = from, product = 1; ; place++) {
    let [low, high] = [Infinity, -Infinity];
    for (const text of texts) {
      const unit = place < text.length ? text.charCodeAt(place) : NaN;
      if (unit < low) low = unit;
      if (unit > high) high = unit;
    }
    const range = high - low + 2;
    if (high < low || product * range > MAX_PACKED) return packed;
    product *= range;
    for (let i = 0; i < texts.length; i++) {
      const text = texts[i] as string;
      packed[i] = (packed[i] as number) * range + (place < text.length ? text.charCodeAt(place) - low + 1 : 0);
    }
  }
}
