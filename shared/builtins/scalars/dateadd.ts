import { QueryError } from '../../errors';
import { unitTicks } from '../../values/durations';
import { MAX_TICKS, MIN_TICKS, daysInMonth, fromCivil, toCivil } from '../../values/ticks';
import { DateTime, type Ticks } from '../../values/value';
import { NUMBER, TIME, type ScalarFunction } from '../scalar';

/** DATEADD(part, n, datetime): a fraction of n is dropped; a day that the month does not have becomes its last. */
export const dateadd: ScalarFunction = {
  name: 'dateadd',
  parameters: [{ name: 'part', types: 'any', keyword: true }, { name: 'number', types: NUMBER }, { name: 'date', types: TIME }],
  result: 'datetime',
  evaluate: (part: string, count: number, date: DateTime) => new DateTime(inRange(addPart(part, Math.trunc(Number(count)), date.ticks))),
};

const MONTHS: Record<string, number> = { year: 12, quarter: 3, month: 1 };
const DAYS: Record<string, number> = { week: 7, day: 1, dayofyear: 1, weekday: 1 };

function addPart(part: string, count: number, t: Ticks): Ticks {
  const months = MONTHS[part];
  if (months !== undefined) return addMonths(t, count * months);
  return t + count * (DAYS[part] ?? 1) * (unitTicks(DAYS[part] ? 'day' : part) as Ticks);
}

function inRange(t: Ticks): Ticks {
  if (t >= MIN_TICKS && t <= MAX_TICKS) return t;
  throw new QueryError('overflow', 'DATEADD gives a point in time outside the years 1 to 9999');
}

function addMonths(t: Ticks, months: number): Ticks {
  const c = toCivil(t);
  const total = c.year * 12 + c.month - 1 + months;
  const year = Math.floor(total / 12);
  const month = (total % 12) + 1;
  return fromCivil({ ...c, year, month, day: Math.min(c.day, daysInMonth(year, month)) });
}
