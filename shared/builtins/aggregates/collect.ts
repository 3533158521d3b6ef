import type { AggregateFunction } from '../aggregate';
import { collecting, entryOrder } from './collected';

/** Collect() gives the records of the window, Collect(e) the values; in order of time. */
export const collect: AggregateFunction = {
  name: 'collect',
  arguments: { min: 0, max: 1 },
  constants: 0,
  orderBy: 'none',
  result: 'array',
  wholeRecord: true,
  create: () => collecting(entryOrder([]), Infinity, (entries) => entries.map((e) => e.value)),
};
