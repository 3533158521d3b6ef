import { CountAccumulator } from '../accumulators/counts';
import type { AggregateFunction } from '../aggregate';

/** COUNT(*) counts rows, COUNT(e) the rows where e is not NULL. */
export const count: AggregateFunction = {
  name: 'count',
  arguments: { min: 0, max: 1 },
  constants: 0,
  orderBy: 'none',
  result: 'bigint',
  create: () => ({
    init: () => 0,
    add: (n: unknown, value) => (value === null ? n : (n as number) + 1),
    merge: (a: unknown, b: unknown) => (a as number) + (b as number),
    remove: (n: unknown, value) => (value === null ? n : (n as number) - 1),
    result: (n: unknown) => n as number,
    encode: (n: unknown) => n,
    decode: (data: unknown) => data,
  }),
  accumulator: () => new CountAccumulator(),
};
