/** Time as ticks (see {@link Ticks}): conversions to and from Unix milliseconds, ISO text and the civil calendar. All UTC. */
import type { Ticks } from './value';

export const TICKS_PER_MS = 10_000;
export const TICKS_PER_SECOND = 1_000 * TICKS_PER_MS;
export const TICKS_PER_DAY = 86_400 * TICKS_PER_SECOND;
/** 2020-01-01T00:00:00Z in Unix milliseconds. */
export const EPOCH_MS = 1_577_836_800_000;
const EPOCH_DAY = EPOCH_MS / 86_400_000;

export function fromUnixMs(ms: number): Ticks {
  return Math.round((ms - EPOCH_MS) * TICKS_PER_MS);
}

export function toUnixMs(t: Ticks): number {
  return t / TICKS_PER_MS + EPOCH_MS;
}

/** Days from 2020-01-01 to a date of the proleptic Gregorian calendar; month from 1. (The usual era arithmetic: years start in March, so that the leap day is last.) */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468 - EPOCH_DAY;
}

export interface Civil {
  year: number;
  /** 1 to 12. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  /** 0 to 9,999,999. */
  fraction: number;
}

export function toCivil(t: Ticks): Civil {
  const days = Math.floor(t / TICKS_PER_DAY);
  const inDay = t - days * TICKS_PER_DAY;
  const z = days + EPOCH_DAY + 719_468;
  const era = Math.floor(z / 146_097);
  const dayOfEra = z - era * 146_097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1,
    hour: Math.floor(inDay / (3600 * TICKS_PER_SECOND)),
    minute: Math.floor(inDay / (60 * TICKS_PER_SECOND)) % 60,
    second: Math.floor(inDay / TICKS_PER_SECOND) % 60,
    fraction: inDay % TICKS_PER_SECOND,
  };
}

export function fromCivil(c: Civil): Ticks {
  return daysFromCivil(c.year, c.month, c.day) * TICKS_PER_DAY + ((c.hour * 60 + c.minute) * 60 + c.second) * TICKS_PER_SECOND + c.fraction;
}

export function daysInMonth(year: number, month: number): number {
  return month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Ticks of 0001-01-01T00:00:00Z and of the last tick of year 9999 (rounded by the double). */
export const MIN_TICKS = fromCivil({ year: 1, month: 1, day: 1, hour: 0, minute: 0, second: 0, fraction: 0 });
export const MAX_TICKS = fromCivil({ year: 9999, month: 12, day: 31, hour: 23, minute: 59, second: 59, fraction: 9_999_999 });

const pad = (n: number, width: number): string => String(n).padStart(width, '0');

/** `2019-10-07T00:03:55.0000000Z`, the form in which the language writes a datetime. */
export function formatDateTime(t: Ticks): string {
  const c = toCivil(t);
  return `${pad(c.year, 4)}-${pad(c.month, 2)}-${pad(c.day, 2)}T${pad(c.hour, 2)}:${pad(c.minute, 2)}:${pad(c.second, 2)}.${pad(c.fraction, 7)}Z`;
}

const ISO = /^\s*(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?\s*$/i;
const US = /^\s*(\d{1,2})\/(\d{1,2})\/(\d{4})(?:\s+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d+))?)?\s*(AM|PM)?)?\s*(Z|[+-]\d{2}:?\d{2})?\s*$/i;

/**
 * Reads ISO 8601 (`2024-05-01T10:00:00.1234567Z`, with a zone or without: then UTC) and `5/1/2024 10:00:00 AM`; undefined when it is
 * neither. The usual form is read digit by digit, as this runs for every event.
 */
export function parseDateTime(text: string): Ticks | undefined {
  const quick = parseUsual(text);
  if (quick !== undefined) return quick;
  const iso = ISO.exec(text);
  if (iso) return assemble([iso[1], iso[2], iso[3], iso[4], iso[5], iso[6], iso[7]], iso[8]);
  const us = US.exec(text);
  if (!us) return undefined;
  let hour = us[4];
  if (hour !== undefined && us[8]) hour = String((Number(hour) % 12) + (us[8].toUpperCase() === 'PM' ? 12 : 0));
  return assemble([us[3], us[1], us[2], hour, us[5], us[6], us[7]], us[9]);
}

const two = (text: string, at: number): number => (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;

function isDigits(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) {
    const code = text.charCodeAt(i);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

/** Separators of the usual form: character code by position. */
const SEPARATORS: readonly (readonly [at: number, code: number])[] = [[4, 45], [7, 45], [10, 84], [13, 58], [16, 58]];
const DIGITS: readonly (readonly [from: number, to: number])[] = [[0, 4], [5, 7], [8, 10], [11, 13], [14, 16], [17, 19]];

function hasUsualShape(text: string, n: number): boolean {
  if (n < 20 || n > 28 || n === 21 || text.charCodeAt(n - 1) !== 90) return false;
  for (const [at, code] of SEPARATORS) if (text.charCodeAt(at) !== code) return false;
  for (const [from, to] of DIGITS) if (!isDigits(text, from, to)) return false;
  return n === 20 || (text.charCodeAt(19) === 46 && isDigits(text, 20, n - 1));
}

/** `yyyy-MM-ddTHH:mm:ss[.f{1,7}]Z` only. */
function parseUsual(text: string): Ticks | undefined {
  const n = text.length;
  if (!hasUsualShape(text, n)) return undefined;
  let fraction = 0;
  for (let i = 20; i < 27; i++) fraction = fraction * 10 + (i < n - 1 ? text.charCodeAt(i) - 48 : 0);
  return checked({ year: two(text, 0) * 100 + two(text, 2), month: two(text, 5), day: two(text, 8), hour: two(text, 11), minute: two(text, 14), second: two(text, 17), fraction });
}

function checked(c: Civil): Ticks | undefined {
  const valid = c.year >= 1 && c.month >= 1 && c.month <= 12 && c.day >= 1 && c.day <= daysInMonth(c.year, c.month) && c.hour < 24 && c.minute < 60 && c.second < 60;
  return valid ? fromCivil(c) : undefined;
}

function assemble(parts: (string | undefined)[], zone: string | undefined): Ticks | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(0, 6).map((part) => Number(part ?? 0));
  const fraction = Number((parts[6] ?? '').padEnd(7, '0').slice(0, 7));
  const t = checked({ year, month, day, hour, minute, second, fraction });
  return t === undefined ? undefined : t - zoneOffset(zone);
}

function zoneOffset(zone: string | undefined): Ticks {
  if (!zone || zone.toUpperCase() === 'Z') return 0;
  const digits = zone.replace(':', '').slice(1).padEnd(4, '0');
  const minutes = Number(digits.slice(0, 2)) * 60 + Number(digits.slice(2, 4));
  return (zone[0] === '-' ? -1 : 1) * minutes * 60 * TICKS_PER_SECOND;
}
