import { TICKS_PER_DAY, TICKS_PER_MS, TICKS_PER_SECOND } from '../../../shared/values/ticks';
import type { Ticks } from '../../../shared/values/value';

const UNITS: readonly [Ticks, string][] = [[TICKS_PER_DAY, 'd'], [3_600 * TICKS_PER_SECOND, 'h'], [60 * TICKS_PER_SECOND, 'min'], [TICKS_PER_SECOND, 's'], [TICKS_PER_MS, 'ms']];

/** In the largest unit of which it is a whole number: `90 s`, `5 min`, `-1 s`. */
export function durationText(ticks: Ticks): string {
  if (ticks === 0) return '0 s';
  const [unit, name] = UNITS.find(([length]) => ticks % length === 0) ?? [TICKS_PER_MS, 'ms'];
  return `${ticks / unit} ${name}`;
}
