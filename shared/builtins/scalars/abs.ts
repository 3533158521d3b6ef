import { int64 } from '../../values/convert';
import type { SqlValue } from '../../values/value';
import { NUMBER, sameType, type ScalarFunction } from '../scalar';

export const abs: ScalarFunction = {
  name: 'abs',
  parameters: [{ name: 'value', types: NUMBER }],
  result: sameType,
  evaluate: (x: number | bigint): SqlValue => (typeof x === 'bigint' ? (int64(x < 0n ? -x : x) ?? Math.abs(Number(x))) : Math.abs(x)),
};
