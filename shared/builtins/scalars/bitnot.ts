import { int64 } from '../../values/convert';
import type { SqlValue } from '../../values/value';
import { sameType, type ScalarFunction } from '../scalar';

/** `~`: logical not on bit, two's complement on bigint (`~170` is `-171`). */
export const bitnot: ScalarFunction = {
  name: 'bitnot',
  parameters: [{ name: 'value', types: ['bit', 'bigint'] }],
  result: sameType,
  evaluate: (value: number | bigint | boolean): SqlValue => (typeof value === 'boolean' ? !value : (int64(~BigInt(value)) as SqlValue)),
};
