import { compare } from '../../values/compare';
import type { SqlValue } from '../../values/value';
import { sameType, type ScalarFunction } from '../scalar';

/** NULL if the two are equal, else the first. */
export const nullif: ScalarFunction = {
  name: 'nullif',
  parameters: [{ name: 'value', types: 'any' }, { name: 'other', types: 'any' }],
  result: sameType,
  nulls: 'handled',
  evaluate: (a: SqlValue, b: SqlValue) => (compare(a, b) === 0 ? null : a),
};
