import { castTo } from '../../values/convert';
import type { SqlType, SqlValue } from '../../values/value';
import type { ScalarFunction } from '../scalar';

/** CAST(value AS type); the result type is set by the binder. */
export const cast: ScalarFunction = {
  name: 'cast',
  parameters: [{ name: 'value', types: 'any' }, { name: 'type', types: 'any', keyword: true }],
  result: 'any',
  evaluate: (value: SqlValue, type: SqlType) => castTo(value, type),
};
