/** JSON text to and from SQL values. */
import { QueryError } from '../errors';
import { formatDateTime } from './ticks';
import { setMember } from './fields';
import { DateTime, isRecord, type SqlRecord, type SqlValue } from './value';

export interface JsonOptions {
  /** Below compatibility level 1.2, true and false are read as 1 and 0. */
  booleansAsBit: boolean;
}

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/**
 * Parses JSON text. Whole numbers beyond 2^53 keep all their digits; beyond 64 bits they are an error, as in the language. Throws
 * QueryError `invalid-json` with the parser's own words.
 */
export function parseJson(text: string, options: JsonOptions): SqlValue {
  let parsed: unknown;
  try {
    parsed = /\d{16}/.test(text) ? JSON.parse(quoteBigIntegers(text)) : JSON.parse(text);
  } catch (error) {
    throw new QueryError('invalid-json', `the text is not JSON: ${(error as Error).message}`);
  }
  return fromJson(parsed, options);
}

/** Marks a whole number of 16 digits or more so that JSON.parse leaves it alone; numbers inside strings are passed over. */
const BIG_MARK = '\u0001weir-int:';
function quoteBigIntegers(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) => (/^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"\\u0001weir-int:${token}"` : token));
}

/** A value that JSON.parse made. */
export function fromJson(value: unknown, options: JsonOptions): SqlValue {
  switch (typeof value) {
    case 'string':
      return value.startsWith(BIG_MARK) ? bigInteger(value.slice(BIG_MARK.length)) : value;
    case 'boolean':
      return options.booleansAsBit ? value : Number(value);
    case 'object':
      if (value === null) return null;
      return Array.isArray(value) ? value.map((item) => fromJson(item, options)) : fromObject(value as Record<string, unknown>, options);
    default:
      return value as number;
  }
}

/** Members are replaced in place: JSON.parse made the object for us, and most members are already SQL values. */
function fromObject(object: Record<string, unknown>, options: JsonOptions): SqlRecord {
  for (const name in object) {
    const value = object[name];
    const kind = typeof value;
    if (kind === 'number' || (kind === 'string' && !(value as string).startsWith(BIG_MARK))) continue;
    setMember(object as SqlRecord, name, fromJson(value, options));
  }
  return object as SqlRecord;
}

function bigInteger(digits: string): SqlValue {
  const value = BigInt(digits);
  if (value > MAX_INT64 || value < MIN_INT64) throw new QueryError('number-out-of-range', `the number ${digits} does not fit 64 bits; send it as text`);
  return value;
}

/** A row as JSON text in the forms of the language: datetimes with seven digits and Z, bigints with all digits, no NaN. */
export function toJsonText(value: SqlValue): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value);
    case 'number':
      return Number.isFinite(value) ? String(value) : 'null';
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      if (value === null) return 'null';
      if (value instanceof DateTime) return `"${formatDateTime(value.ticks)}"`;
      if (Array.isArray(value)) return `[${value.map(toJsonText).join(',')}]`;
      return recordText(value);
  }
}

function recordText(record: SqlRecord): string {
  let text = '{';
  for (const name of Object.keys(record)) text += `${text.length > 1 ? ',' : ''}${JSON.stringify(name)}:${toJsonText(record[name] ?? null)}`;
  return `${text}}`;
}

/** A row as a plain JSON object for SDKs that serialise themselves (bigints beyond 2^53 as text: JSON numbers would lose digits there). */
export function toPlain(value: SqlValue): unknown {
  if (value instanceof DateTime) return formatDateTime(value.ticks);
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (Array.isArray(value)) return value.map(toPlain);
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toPlain(member)])) : value;
}
