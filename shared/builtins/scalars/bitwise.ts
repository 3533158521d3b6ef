import { int64 } from '../../values/convert';
import type { SqlValue, StaticType } from '../../values/value';
import type { ScalarFunction } from '../scalar';

const BITS = ['bit', 'bigint'] as const;

/** https://learn.microsoft.com/stream-analytics-query/bitwise-and-azure-stream-analytics: bit with bit is bit, anything with bigint is bigint. */
export function bitwise(name: string, operation: (a: bigint, b: bigint) => bigint): ScalarFunction {
  return {
    name,
    parameters: [{ name: 'left', types: BITS }, { name: 'right', types: BITS }],
    result: ([a, b]: readonly StaticType[]) => (a === 'bit' && b === 'bit' ? 'bit' : a === 'bigint' || b === 'bigint' ? 'bigint' : 'any'),
    evaluate: (a: number | bigint | boolean, b: number | bigint | boolean): SqlValue => {
      const result = operation(BigInt(a), BigInt(b));
      return typeof a === 'boolean' && typeof b === 'boolean' ? result !== 0n : (int64(result) as SqlValue);
    },
  };
}
