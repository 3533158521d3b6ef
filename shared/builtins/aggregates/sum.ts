import { QueryError } from '../../errors';
import { int64 } from '../../values/convert';
import type { SqlValue } from '../../values/value';
import type { AggregateFunction } from '../aggregate';
import { TotalAccumulator } from '../accumulators/totals';
import { addTotal, decodeTotal, encodeTotal, mergeTotal, newTotal, removeTotal, totalAsFloat, type Total } from './total';

/** SUM(e): NULLs are ignored, NULL when there is nothing else. */
export const sum: AggregateFunction = {
  name: 'sum',
  arguments: { min: 1, max: 1 },
  constants: 0,
  orderBy: 'none',
  result: (type) => (type === 'bigint' || type === 'float' ? type : 'any'),
  create: () => ({
    init: newTotal as () => unknown,
    add: (state: unknown, value) => addTotal('sum', state as Total, value),
    remove: (state: unknown, value) => removeTotal('sum', state as Total, value),
    merge: (a: unknown, b: unknown) => mergeTotal(a as Total, b as Total),
    result: (state: unknown) => sumOf(state as Total),
    encode: (state: unknown) => encodeTotal(state as Total),
    decode: decodeTotal,
  }),
  accumulator: () => new TotalAccumulator('sum', sumOf, (sum) => sum),
};

function sumOf(total: Total): SqlValue {
  if (total.count === 0) return null;
  if (total.partials) return totalAsFloat(total);
  const whole = int64(BigInt(total.whole));
  if (whole === undefined) throw new QueryError('overflow', `SUM gives ${total.whole}, which does not fit 64 bits. Convert its argument to float: SUM(CAST(… AS float)).`);
  return whole;
}
