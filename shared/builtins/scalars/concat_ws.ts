import { castTo } from '../../values/convert';
import type { SqlValue } from '../../values/value';
import type { ScalarFunction } from '../scalar';

/** CONCAT_WS(separator, a, …): NULLs are skipped. */
export const concatWs: ScalarFunction = {
  name: 'concat_ws',
  parameters: [{ name: 'separator', types: 'any' }, { name: 'first', types: 'any' }, { name: 'more', types: 'any', optional: true, repeated: true }],
  result: 'nvarchar(max)',
  nulls: 'handled',
  evaluate: (separator: SqlValue, ...args: SqlValue[]) =>
    args
      .filter((value) => value !== null)
      .map((value) => castTo(value, 'nvarchar(max)'))
      .join(separator === null ? '' : String(castTo(separator, 'nvarchar(max)'))),
};
