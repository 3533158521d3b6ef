import { castTo } from '../../values/convert';
import type { SqlValue } from '../../values/value';
import type { ScalarFunction } from '../scalar';

/** CONCAT(a, b, …): NULL counts as empty text. */
export const concat: ScalarFunction = {
  name: 'concat',
  parameters: [{ name: 'first', types: 'any' }, { name: 'second', types: 'any' }, { name: 'more', types: 'any', optional: true, repeated: true }],
  result: 'nvarchar(max)',
  nulls: 'handled',
  evaluate: (...args: SqlValue[]) => args.map((value) => (value === null ? '' : castTo(value, 'nvarchar(max)'))).join(''),
};
