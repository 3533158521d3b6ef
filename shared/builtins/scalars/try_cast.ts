import { tryCast } from '../../values/convert';
import type { SqlType, SqlValue } from '../../values/value';
import type { ScalarFunction } from '../scalar';

export const tryCastFunction: ScalarFunction = {
  name: 'try_cast',
  parameters: [{ name: 'value', types: 'any' }, { name: 'type', types: 'any', keyword: true }],
  result: 'any',
  evaluate: (value: SqlValue, type: SqlType) => tryCast(value, type),
};
