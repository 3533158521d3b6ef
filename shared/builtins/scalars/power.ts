import { QueryError } from '../../errors';
import { int64 } from '../../values/convert';
import type { SqlValue } from '../../values/value';
import { NUMBER, sameType, type ScalarFunction } from '../scalar';

/** POWER(x, y) has the type of x: a bigint to a power is a bigint, its fraction dropped. */
export const power: ScalarFunction = {
  name: 'power',
  parameters: [{ name: 'base', types: NUMBER }, { name: 'exponent', types: NUMBER }],
  result: sameType,
  evaluate: (base: number | bigint, exponent: number | bigint): SqlValue => {
    const whole = typeof base === 'bigint' || Number.isInteger(base);
    if (whole && exponent >= 0 && Number.isInteger(Number(exponent)) && Number(exponent) < 64) {
      const exact = int64(BigInt(base) ** BigInt(exponent));
      if (exact !== undefined) return exact;
    }
    const result = Number(base) ** Number(exponent);
    if (!Number.isFinite(result)) throw new QueryError('overflow', `POWER(${base}, ${exponent}) is not a finite number`);
    return whole ? Math.trunc(result) : result;
  },
};
