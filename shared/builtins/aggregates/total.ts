import type { SqlValue } from '../../values/value';
import { addExact, roundExact, type Partials } from './exact-sum';
import { numeric } from './numeric';

/** Whole numbers are summed as integers, the rest as exact partial sums. */
export interface Total {
  count: number;
  whole: number | bigint;
  /** Whether any value was a float, which makes the result one. */
  partials: Partials | null;
  /** How many values were floats; only kept by {@link addTotal}, for {@link removeTotal}. */
  floats?: number;
}

export function addTotal(fn: string, total: Total, value: SqlValue): Total {
  if (value === null) return total;
  const n = numeric(fn, value);
  total.count++;
  if (typeof n === 'bigint' || Number.isSafeInteger(n)) total.whole = plus(total.whole, n);
  else {
    addExact((total.partials ??= []), n);
    total.floats = (total.floats ?? 0) + 1;
  }
  return total;
}

/** Takes away a value that was added. The sum is exact, so what is left is the sum of the others; unless it has left the range of doubles, which is told by undefined. */
export function removeTotal(fn: string, total: Total, value: SqlValue): Total | undefined {
  if (value === null) return total;
  const n = numeric(fn, value);
  total.count--;
  if (typeof n === 'bigint' || Number.isSafeInteger(n)) total.whole = plus(total.whole, -n);
  else {
    const partials = total.partials as Partials;
    if (!Number.isFinite(partials[partials.length - 1])) return undefined;
    total.floats = (total.floats as number) - 1;
    if (total.floats === 0) total.partials = null;
    else addExact(partials, -n);
  }
  return total;
}

function plus(a: number | bigint, b: number | bigint): number | bigint {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  const sum = BigInt(a) + BigInt(b);
  const n = Number(sum);
  return Number.isSafeInteger(n) ? n : sum;
}

export function mergeTotal(a: Total, b: Total): Total {
  a.count += b.count;
  a.whole = plus(a.whole, b.whole);
  if (b.partials) for (const p of b.partials) addExact((a.partials ??= []), p);
  return a;
}

export const newTotal = (): Total => ({ count: 0, whole: 0, partials: null, floats: 0 });

/** The sum as a double. */
export function totalAsFloat(total: Total): number {
  if (total.whole === 0 && total.partials) return roundExact(total.partials);
  // The sum of two doubles is rounded as one.
  if (total.partials === null || total.partials.length < 2) return Number(total.whole) + (total.partials?.[0] ?? 0);
  const partials = [...(total.partials ?? [])];
  addExact(partials, Number(total.whole));
  return roundExact(partials);
}

export const encodeTotal = (t: Total): unknown => [t.count, typeof t.whole === 'bigint' ? String(t.whole) : t.whole, ...(t.partials ? [t.partials] : [])];
export function decodeTotal(data: unknown): Total {
  const [count, whole, partials] = data as [number, number | string, Partials?];
  return { count, whole: typeof whole === 'string' ? BigInt(whole) : whole, partials: partials ? [...partials] : null };
}
