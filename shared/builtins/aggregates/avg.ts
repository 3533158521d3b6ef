import { TotalAccumulator } from '../accumulators/totals';
import type { AggregateFunction } from '../aggregate';
import type { SqlValue } from '../../values/value';
import { addTotal, decodeTotal, encodeTotal, mergeTotal, newTotal, removeTotal, totalAsFloat, type Total } from './total';

/** AVG(e): always a float, as AVG of 98 and 95 is documented to be 96.5. */
export const avg: AggregateFunction = {
  name: 'avg',
  arguments: { min: 1, max: 1 },
  constants: 0,
  orderBy: 'none',
  result: 'float',
  create: () => ({
    init: newTotal as () => unknown,
    add: (state: unknown, value) => addTotal('avg', state as Total, value),
    remove: (state: unknown, value) => removeTotal('avg', state as Total, value),
    merge: (a: unknown, b: unknown) => mergeTotal(a as Total, b as Total),
    result: (state: unknown) => mean(state as Total),
    encode: (state: unknown) => encodeTotal(state as Total),
    decode: decodeTotal,
  }),
  accumulator: () => new TotalAccumulator('avg', mean, (sum, count) => sum / count),
};

const mean = (total: Total): SqlValue => (total.count === 0 ? null : totalAsFloat(total) / total.count);
