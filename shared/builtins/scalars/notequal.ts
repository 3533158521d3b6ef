import { compare } from '../../values/compare';
import type { SqlValue } from '../../values/value';
import type { ScalarFunction } from '../scalar';
import { comparison } from './comparison';

/** Values that cannot be compared are different. */
export const notequal: ScalarFunction = {
  ...comparison('notequal', (order) => order !== 0),
  evaluate: (a: SqlValue, b: SqlValue): SqlValue => (a === null || b === null ? null : compare(a, b) !== 0),
};
