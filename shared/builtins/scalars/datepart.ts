import { TICKS_PER_DAY, daysFromCivil, toCivil } from '../../values/ticks';
import type { DateTime, Ticks } from '../../values/value';
import { TIME, type ScalarFunction } from '../scalar';

/** DATEPART(part, datetime). Weekday 1 is Sunday and week 1 holds January 1, the defaults of T-SQL (us_english). */
export const datepart: ScalarFunction = {
  name: 'datepart',
  parameters: [{ name: 'part', types: 'any', keyword: true }, { name: 'date', types: TIME }],
  result: 'bigint',
  evaluate: (part: string, date: DateTime) => partOf(part, date.ticks),
};

/** 0 for Sunday. 2019-12-29 was one. */
export function weekdayOf(t: Ticks): number {
  const days = Math.floor(t / TICKS_PER_DAY) - daysFromCivil(2019, 12, 29);
  return ((days % 7) + 7) % 7;
}

export function partOf(part: string, t: Ticks): number {
  const c = toCivil(t);
  const dayOfYear = Math.floor(t / TICKS_PER_DAY) - daysFromCivil(c.year, 1, 1) + 1;
  const parts: Record<string, number> = {
    year: c.year,
    quarter: Math.floor((c.month - 1) / 3) + 1,
    month: c.month,
    dayofyear: dayOfYear,
    day: c.day,
    week: Math.floor((dayOfYear - 1 + weekdayOf(daysFromCivil(c.year, 1, 1) * TICKS_PER_DAY)) / 7) + 1,
    weekday: weekdayOf(t) + 1,
    hour: c.hour,
    minute: c.minute,
    second: c.second,
    millisecond: Math.floor(c.fraction / 10_000),
    microsecond: Math.floor(c.fraction / 10),
  };
  return parts[part] as number;
}
