import type { AggregateFunction } from '../aggregate';
import { collecting, entryOrder } from './collected';

/** TopOne([e]) OVER (ORDER BY …): the first record, or its e. */
export const topone: AggregateFunction = {
  name: 'topone',
  arguments: { min: 0, max: 1 },
  constants: 0,
  orderBy: 'required',
  result: 'any',
  wholeRecord: true,
  create: ({ descending }) => collecting(entryOrder(descending), 1, (entries) => entries[0]?.value ?? null),
};
