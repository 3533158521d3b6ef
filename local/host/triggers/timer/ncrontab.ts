import type { Schedule } from './schedule';

interface Field {
  name: string;
  min: number;
  max: number;
  /** Names for min, min + 1, … */
  names?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: 'second', min: 0, max: 59 },
  { name: 'minute', min: 0, max: 59 },
  { name: 'hour', min: 0, max: 23 },
  { name: 'day', min: 1, max: 31 },
  { name: 'month', min: 1, max: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { name: 'day of week', min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** The Gregorian calendar repeats after 28 years (but for a century's end): what never comes in 40 years never comes. */
const SEARCH_DAYS = 40 * 366;

/**
 * Reads an NCRONTAB expression, `{second} {minute} {hour} {day} {month} {day of week}` (or without the seconds): `*`,
 * values, English names, `a-b`, `/step`, lists. Unlike Unix cron, day and day of week must both match. UTC.
 * Throws an Error that names the field.
 */
export function parseNcrontab(expression: string): Schedule {
  const parts = expression.trim().split(/\s+/);
  if (parts.length !== 5 && parts.length !== 6) {
    throw new Error(`The schedule "${expression}" has ${parts.length} fields; NCRONTAB has 6 ({second} {minute} {hour} {day} {month} {day of week}), for example "0 */5 * * * *".`);
  }
  const texts = parts.length === 5 ? ['0', ...parts] : parts;
  const [seconds, minutes, hours, days, months, weekdays] = FIELDS.map((field, index) => parseField(texts[index]!, field, expression)) as [
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
  ];
  const isDay = (day: Date): boolean => days.has(day.getUTCDate()) && months.has(day.getUTCMonth() + 1) && weekdays.has(day.getUTCDay());

  const next = (after: number): number | null => {
    let time = Math.floor(after / SECOND_MS) * SECOND_MS + SECOND_MS;
    for (let day = Math.floor(time / DAY_MS), last = day + SEARCH_DAYS; day <= last; ) {
      const date = new Date(time);
      // Skip by the largest unit that does not match, from its start on.
      if (!isDay(date)) time = ++day * DAY_MS;
      else if (!hours.has(date.getUTCHours())) time = (Math.floor(time / HOUR_MS) + 1) * HOUR_MS;
      else if (!minutes.has(date.getUTCMinutes())) time = (Math.floor(time / MINUTE_MS) + 1) * MINUTE_MS;
      else if (!seconds.has(date.getUTCSeconds())) time += SECOND_MS;
      else return time;
      day = Math.floor(time / DAY_MS);
    }
    return null;
  };
  if (next(0) === null) throw new Error(`The schedule "${expression}" never comes: no such day exists.`);
  return { next, adjustForDst: true };
}

function parseField(text: string, field: Field, expression: string): Set<number> {
  const values = new Set<number>();
  for (const item of text.split(',')) {
    const match = /^(?:\*|(\w+)(?:-(\w+))?)(?:\/(\d+))?$/.exec(item);
    if (match === null) throw wrong(field, item, expression);
    const [, first, last, step] = match;
    const from = first === undefined ? field.min : parseValue(first, field, expression);
    // As in NCrontab, "5/10" means from 5 to the end in steps of 10; without a step, one value is itself.
    const open = first === undefined || (step !== undefined && last === undefined);
    const to = last !== undefined ? parseValue(last, field, expression) : open ? field.max : from;
    if (from > to || step === '0') throw wrong(field, item, expression);
    for (let value = from; value <= to; value += Number(step ?? 1)) values.add(value);
  }
  return values;
}

function parseValue(text: string, field: Field, expression: string): number {
  const named = field.names?.indexOf(text.toLowerCase().slice(0, 3)) ?? -1;
  const value = /^\d+$/.test(text) ? Number(text) : named < 0 || text.length < 3 ? NaN : named + field.min;
  if (!(value >= field.min && value <= field.max)) throw wrong(field, text, expression);
  return value;
}

function wrong(field: Field, text: string, expression: string): Error {
  return new Error(`The schedule "${expression}": "${text}" is no ${field.name} (${field.min}-${field.max}, *, a-b, /step, lists).`);
}
