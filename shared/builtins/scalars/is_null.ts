import type { SqlValue } from '../../values/value';
import type { ScalarFunction } from '../scalar';

export const isNull: ScalarFunction = {
  name: 'is_null',
  parameters: [{ name: 'value', types: 'any' }],
  result: 'bit',
  nulls: 'handled',
  evaluate: (value: SqlValue) => value === null,
};
