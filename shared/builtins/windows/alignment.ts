import { MIN_TICKS } from '../../values/ticks';
import type { Ticks } from '../../values/value';

/** The remainder of a division, never negative. Exact: the remainder of two doubles always is. */
function modulo(value: number, period: number): number {
  const remainder = value % period;
  return remainder < 0 ? remainder + period : remainder;
}

/**
 * The first boundary at or after `t`. Boundaries are multiples of the period counted from 0001-01-01T00:00:00Z, shifted by the offset: for a
 * period that divides a day, from midnight. A window is (start, end], so this is the end of the window that `t` lies in.
 */
export function alignUp(t: Ticks, period: Ticks, offset: Ticks = 0): Ticks {
  const phase = modulo(modulo(MIN_TICKS, period) + modulo(offset, period), period);
  const past = modulo(modulo(t, period) - phase, period);
  return past === 0 ? t : t + (period - past);
}

export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
