/** Comparison. Strings compare without regard to case, as the documented `Event = 'start'` matches `Start`. */
import { parseDateTime } from './ticks';
import { DateTime, isRecord, type SqlValue } from './value';

const collator = new Intl.Collator('en-US', { sensitivity: 'accent', numeric: false });

export function compareStrings(a: string, b: string): number {
  return a === b ? 0 : collator.compare(a, b);
}

/** Below, equal, above zero; null when either is NULL or the two cannot be compared (a record, text that is no number). */
export function compare(a: SqlValue, b: SqlValue): number | null {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : a === b ? 0 : null;
  if (typeof a === 'string' && typeof b === 'string') return compareStrings(a, b);
  if (a === null || b === null) return null;
  if (a instanceof DateTime || b instanceof DateTime) return compareTimes(a, b);
  const x = toNumber(a);
  const y = toNumber(b);
  if (x === undefined || y === undefined) return null;
  return x < y ? -1 : x > y ? 1 : x == y ? 0 : null; // eslint-disable-line eqeqeq -- number against bigint
}

function compareTimes(a: SqlValue, b: SqlValue): number | null {
  const x = toTicks(a);
  const y = toTicks(b);
  return x === undefined || y === undefined ? null : x - y;
}

/** The ticks of a datetime, or of a text that is one. */
export function toTicks(value: SqlValue): number | undefined {
  if (value instanceof DateTime) return value.ticks;
  return typeof value === 'string' ? parseDateTime(value) : undefined;
}

function toNumber(value: SqlValue): number | bigint | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const n = Number(value);
  return Number.isNaN(n) ? undefined : n;
}

/** Equality of any two values; records and arrays member by member. NULL equals NULL here: this is for keys and tests, not for `=`. */
export function sameValue(a: SqlValue, b: SqlValue): boolean {
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i] ?? null));
  if (isRecord(a)) {
    if (!isRecord(b)) return false;
    const names = Object.keys(a);
    return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && sameValue(a[name] ?? null, b[name] ?? null));
  }
  if (a instanceof DateTime) return b instanceof DateTime && a.ticks === b.ticks;
  return a === b;
}

const RANK: Record<string, number> = { boolean: 1, number: 2, bigint: 2, string: 3 };

function rankOf(value: SqlValue): number {
  if (value === null) return 0;
  return RANK[typeof value] ?? (value instanceof DateTime ? 4 : Array.isArray(value) ? 5 : 6);
}

/** A total order over all values for ORDER BY: NULL is least, then by type, then by value. */
export function orderCompare(a: SqlValue, b: SqlValue): number {
  const byRank = rankOf(a) - rankOf(b);
  if (byRank !== 0) return byRank;
  return compare(a, b) ?? 0;
}
