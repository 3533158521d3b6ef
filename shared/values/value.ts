/**
 * The values of the query language and their JavaScript shapes.
 *
 * | SQL type        | here                                                                              |
 * | --------------- | --------------------------------------------------------------------------------- |
 * | `bigint`        | `number` while it is a safe integer, `bigint` beyond 2^53                         |
 * | `float`         | `number` (2.0 and 2 are the same value; a static type tells them apart); every one beyond 2^53 |
 * | `nvarchar(max)` | `string`                                                                          |
 * | `datetime`      | {@link DateTime}                                                                  |
 * | `bit`           | `boolean`                                                                         |
 * | `record`        | plain object                                                                      |
 * | `array`         | array                                                                             |
 * | NULL            | `null`; never `undefined`                                                         |
 */
export type SqlValue = null | boolean | number | bigint | string | DateTime | SqlArray | SqlRecord;
export type SqlArray = SqlValue[];
export interface SqlRecord {
  [name: string]: SqlValue;
}

/** The type names of the language as GetType returns them. */
export type SqlType = 'bigint' | 'float' | 'nvarchar(max)' | 'datetime' | 'bit' | 'record' | 'array';

/** What is known of an expression before it runs: a type, always NULL, or nothing (`any`: each row may differ). */
export type StaticType = SqlType | 'null' | 'any';

/**
 * A point in time: 100-nanosecond ticks since 2020-01-01T00:00:00Z, as a double.
 *
 * The language's datetime has seven fractional digits. Ticks since 1970 do not fit a double's 53 bits today; ticks
 * since 2020 are exact from 1991 to 2048, and whole microseconds are exact far beyond.
 */
export type Ticks = number;

/** A datetime value. Immutable. */
export class DateTime {
  constructor(readonly ticks: Ticks) {}
}

export function isRecord(value: SqlValue): value is SqlRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof DateTime);
}

/** The type of one value, as `GetType` tells it; null for NULL. A `number` is a bigint when it is a whole number below 2^53. */
export function typeOf(value: SqlValue): SqlType | null {
  switch (typeof value) {
    case 'number':
      return Number.isSafeInteger(value) ? 'bigint' : 'float';
    case 'string':
      return 'nvarchar(max)';
    case 'boolean':
      return 'bit';
    case 'bigint':
      return 'bigint';
    default:
      if (value === null) return null;
      if (value instanceof DateTime) return 'datetime';
      return Array.isArray(value) ? 'array' : 'record';
  }
}
