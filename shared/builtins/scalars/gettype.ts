import { typeOf, type SqlType, type SqlValue } from '../../values/value';
import type { ScalarFunction } from '../scalar';

/** GetType(value): the type's name. The binder adds the static type, which tells a whole float from a bigint. */
export const gettype: ScalarFunction = {
  name: 'gettype',
  parameters: [{ name: 'value', types: 'any' }, { name: 'declared', types: 'any', optional: true, keyword: true }],
  result: 'nvarchar(max)',
  evaluate: (value: SqlValue, declared?: SqlType) => (declared === 'float' && typeof value === 'number' ? 'float' : typeOf(value)),
};
