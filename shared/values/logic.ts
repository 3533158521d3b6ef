/**
 * Three-valued logic: true, false and unknown (null). A comparison with NULL is unknown, and WHERE takes only what is true.
 *
 * | and     | true    | false | unknown |   | or      | true | false   | unknown |
 * | ------- | ------- | ----- | ------- | - | ------- | ---- | ------- | ------- |
 * | true    | true    | false | unknown |   | true    | true | true    | true    |
 * | false   | false   | false | false   |   | false   | true | false   | unknown |
 * | unknown | unknown | false | unknown |   | unknown | true | unknown | unknown |
 */
import type { SqlValue } from './value';

export type Truth = boolean | null;

export function and3(a: Truth, b: Truth): Truth {
  return a === false || b === false ? false : a === null || b === null ? null : true;
}

export function or3(a: Truth, b: Truth): Truth {
  return a === true || b === true ? true : a === null || b === null ? null : false;
}

export function not3(a: Truth): Truth {
  return a === null ? null : !a;
}

/** A value where a condition is expected: bit as it is, a number is true unless zero, all else is unknown. */
export function truth(value: SqlValue): Truth {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  return typeof value === 'bigint' ? value !== 0n : null;
}
