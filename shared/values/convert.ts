/** CAST and TRY_CAST: https://learn.microsoft.com/stream-analytics-query/data-types-azure-stream-analytics, "Type conversions". */
import { QueryError } from '../errors';
import { toJsonText } from './json';
import { formatDateTime, parseDateTime } from './ticks';
import { DateTime, isRecord, typeOf, type SqlType, type SqlValue } from './value';

const FAILED = Symbol('cast failed');
type Result = SqlValue | typeof FAILED;

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** Brings a whole number into its shape; undefined when it does not fit 64 bits. */
export function int64(value: bigint): number | bigint | undefined {
  if (value > MAX_INT64 || value < MIN_INT64) return undefined;
  const n = Number(value);
  return Number.isSafeInteger(n) ? n : value;
}

function toBigint(value: SqlValue): Result {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value === 'number') return wholeNumber(value);
  if (typeof value !== 'string') return FAILED;
  const text = value.trim();
  if (/^[+-]?\d+$/.test(text)) return int64(BigInt(text)) ?? FAILED;
  const n = toFloat(value);
  return typeof n === 'number' ? wholeNumber(n) : FAILED;
}

/** A float becomes a bigint by dropping its fraction, as T-SQL does. */
function wholeNumber(value: number): Result {
  if (Number.isSafeInteger(value)) return value;
  if (!Number.isFinite(value)) return FAILED;
  return int64(BigInt(Math.trunc(value))) ?? FAILED;
}

function toFloat(value: SqlValue): Result {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') return FAILED;
  const text = value.trim();
  return /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) && Number.isFinite(Number(text)) ? Number(text) : FAILED;
}

function toText(value: SqlValue): Result {
  if (typeof value === 'string') return value;
  if (value instanceof DateTime) return formatDateTime(value.ticks);
  if (typeof value === 'boolean') return value ? '1' : '0';
  return isRecord(value) || Array.isArray(value) ? toJsonText(value) : String(value);
}

function toDateTime(value: SqlValue): Result {
  if (value instanceof DateTime) return value;
  if (typeof value !== 'string') return FAILED;
  const ticks = parseDateTime(value);
  return ticks === undefined ? FAILED : new DateTime(ticks);
}

function toBit(value: SqlValue): Result {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'bigint') return true;
  if (typeof value !== 'string') return FAILED;
  const text = value.trim().toLowerCase();
  if (text === 'true' || text === 'false') return text === 'true';
  const n = toFloat(text);
  return typeof n === 'number' ? n !== 0 : FAILED;
}

const CASTS: Record<SqlType, (value: SqlValue) => Result> = {
  bigint: toBigint,
  float: toFloat,
  'nvarchar(max)': toText,
  datetime: toDateTime,
  bit: toBit,
  record: (value) => (isRecord(value) ? value : FAILED),
  array: (value) => (Array.isArray(value) ? value : FAILED),
};

/** NULL stays NULL; what cannot be converted becomes NULL. */
export function tryCast(value: SqlValue, type: SqlType): SqlValue {
  if (value === null) return null;
  const result = CASTS[type](value);
  return result === FAILED ? null : result;
}

/** As {@link tryCast}, but what cannot be converted throws QueryError `cast-failed`. */
export function castTo(value: SqlValue, type: SqlType): SqlValue {
  if (value === null) return null;
  const result = CASTS[type](value);
  if (result !== FAILED) return result;
  const text = toJsonText(value);
  const shown = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  throw new QueryError('cast-failed', `Cannot cast value of type '${typeOf(value)}' to type '${type}': ${shown}. Use TRY_CAST to get NULL instead.`);
}
