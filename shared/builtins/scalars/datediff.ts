import { unitTicks } from '../../values/durations';
import { TICKS_PER_DAY, daysFromCivil, toCivil } from '../../values/ticks';
import type { DateTime, Ticks } from '../../values/value';
import { TIME, type ScalarFunction } from '../scalar';

/** DATEDIFF(part, start, end): how many boundaries of the part lie between the two; negative when end is earlier. */
export const datediff: ScalarFunction = {
  name: 'datediff',
  parameters: [{ name: 'part', types: 'any', keyword: true }, { name: 'start', types: TIME }, { name: 'end', types: TIME }],
  result: 'bigint',
  evaluate: (part: string, start: DateTime, end: DateTime) => boundary(part, end.ticks) - boundary(part, start.ticks) + 0,
};

/** Number of the part's interval that a time lies in. Weeks start on Sunday, as DATEDIFF always counts them. */
function boundary(part: string, t: Ticks): number {
  const length = FIXED.get(part);
  if (length !== undefined) return Math.floor(t / length);
  const { year, month } = toCivil(t);
  switch (part) {
    case 'year':
      return year;
    case 'quarter':
      return year * 4 + Math.floor((month - 1) / 3);
    case 'month':
      return year * 12 + month;
    default:
      return Math.floor((Math.floor(t / TICKS_PER_DAY) - daysFromCivil(2019, 12, 29)) / 7);
  }
}

/** Parts that are as long at any time. */
const FIXED: ReadonlyMap<string, Ticks> = new Map([
  ...['day', 'hour', 'minute', 'second', 'millisecond', 'microsecond'].map((part) => [part, unitTicks(part) as Ticks] as const),
  ...['dayofyear', 'weekday'].map((part) => [part, TICKS_PER_DAY] as const),
]);
