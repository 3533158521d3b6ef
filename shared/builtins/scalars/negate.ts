import { int64 } from '../../values/convert';
import type { SqlValue } from '../../values/value';
import { NUMBER, sameType, type ScalarFunction } from '../scalar';

export const negate: ScalarFunction = {
  name: 'negate',
  parameters: [{ name: 'value', types: NUMBER }],
  result: sameType,
  evaluate: (value: number | bigint): SqlValue => (typeof value === 'bigint' ? (int64(-value) ?? -Number(value)) : value === 0 ? 0 : -value),
};
