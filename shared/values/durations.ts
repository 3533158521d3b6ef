/** Units of time of the language: fixed lengths for windows and durations, parts for the date functions. */
import type { Ticks } from './value';
import { TICKS_PER_MS, TICKS_PER_SECOND } from './ticks';

const FIXED: Record<string, Ticks> = {
  day: 86_400 * TICKS_PER_SECOND,
  hour: 3_600 * TICKS_PER_SECOND,
  minute: 60 * TICKS_PER_SECOND,
  second: TICKS_PER_SECOND,
  millisecond: TICKS_PER_MS,
  microsecond: 10,
};

/** Abbreviations of https://learn.microsoft.com/stream-analytics-query/datediff-azure-stream-analytics and of the windows pages. */
const PARTS: Record<string, string> = {
  year: 'year', yy: 'year', yyyy: 'year',
  quarter: 'quarter', qq: 'quarter', q: 'quarter',
  month: 'month', mm: 'month', m: 'month',
  dayofyear: 'dayofyear', dy: 'dayofyear', y: 'dayofyear',
  day: 'day', dd: 'day', d: 'day',
  week: 'week', wk: 'week', ww: 'week',
  weekday: 'weekday', dw: 'weekday', w: 'weekday',
  hour: 'hour', hh: 'hour',
  minute: 'minute', mi: 'minute', n: 'minute',
  second: 'second', ss: 'second', s: 'second',
  millisecond: 'millisecond', ms: 'millisecond',
  microsecond: 'microsecond', mcs: 'microsecond',
};

/** The canonical name of a date part (`mi` → `minute`); plurals are accepted, as official queries use them. */
export function datePart(name: string): string | undefined {
  const lower = name.toLowerCase();
  const part = Object.hasOwn(PARTS, lower) ? PARTS[lower] : undefined;
  if (part !== undefined) return part;
  const singular = lower.length > 3 && lower.endsWith('s') ? lower.slice(0, -1) : lower;
  return Object.hasOwn(PARTS, singular) ? PARTS[singular] : undefined;
}

/** The length of a unit that windows and durations may use. */
export function unitTicks(name: string): Ticks | undefined {
  const part = datePart(name);
  return part !== undefined && Object.hasOwn(FIXED, part) ? FIXED[part] : undefined;
}

export const MAX_DURATION: Ticks = 7 * 86_400 * TICKS_PER_SECOND;

const SETTING = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)$/;
const SETTING_UNITS: Record<string, Ticks> = { ms: TICKS_PER_MS, s: TICKS_PER_SECOND, m: 60 * TICKS_PER_SECOND, h: 3_600 * TICKS_PER_SECOND, d: 86_400 * TICKS_PER_SECOND };

/** A duration as settings write it: `500ms`, `5s`, `5m`, `1h`, `2d`. */
export function parseDuration(text: string): Ticks | undefined {
  const found = SETTING.exec(text.trim());
  return found ? Number(found[1]) * (SETTING_UNITS[found[2] as string] as Ticks) : undefined;
}
