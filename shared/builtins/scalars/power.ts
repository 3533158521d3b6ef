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
    if (typeof base !== 'bigint' && !Number.isSafeInteger(base)) return floatPower(base, exponent);
    const whole = exponent >= 0 && Number.isSafeInteger(Number(exponent)) && Number(exponent) < 64 ? BigInt(base) ** BigInt(exponent) : undefined;
    const exact = int64(whole ?? BigInt(Math.trunc(floatPower(base, exponent))));
    if (exact === undefined) throw new QueryError('overflow', `POWER(${base}, ${exponent}) does not fit 64 bits. Convert the first argument to float: POWER(CAST(… AS float), ${exponent}).`);
    return exact;
  },
};

/** Where the first argument is a float by its declaration, though its value may be whole. */
export const powerFloat: ScalarFunction = { ...power, name: 'power_float', result: 'float', evaluate: (base: number | bigint, exponent: number | bigint): SqlValue => floatPower(base, exponent) };

function floatPower(base: number | bigint, exponent: number | bigint): number {
  const result = Number(base) ** Number(exponent);
  if (!Number.isFinite(result)) throw new QueryError('overflow', `POWER(${base}, ${exponent}) is not a finite number`);
  return result;
}
