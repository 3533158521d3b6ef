import { decodeValue, encodeValue } from '../../values/codec';
import { orderCompare } from '../../values/compare';
import type { SqlValue } from '../../values/value';
import type { AggregateFunction } from '../aggregate';

/** MIN and MAX: NULLs are ignored. Equal under the order but different text (`a`, `A`): the smaller by code unit, whatever came first. */
export function extreme(name: string, sign: 1 | -1): AggregateFunction {
  const better = (a: SqlValue, b: SqlValue): SqlValue => {
    if (a === null || b === null) return a ?? b;
    if (typeof a === 'number' && typeof b === 'number') return sign * (b - a) < 0 ? b : a;
    const order = sign * orderCompare(b, a);
    if (order !== 0) return order < 0 ? b : a;
    return typeof a === 'string' && typeof b === 'string' && b < a ? b : a;
  };
  return {
    name,
    arguments: { min: 1, max: 1 },
    constants: 0,
    orderBy: 'none',
    result: (type) => type,
    create: () => ({
      isSmall: true,
      init: () => null,
      add: (state: unknown, value) => better(state as SqlValue, value),
      merge: (a: unknown, b: unknown) => better(a as SqlValue, b as SqlValue),
      result: (state: unknown) => state as SqlValue,
      encode: (state: unknown) => encodeValue(state as SqlValue),
      decode: decodeValue,
    }),
  };
}
