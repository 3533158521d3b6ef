import type { AggregateFunction } from '../aggregate';
import { collecting, entryOrder } from './collected';

/** CollectTop(n[, e]) OVER (ORDER BY …): `[{"rank": 1, "value": …}, …]`. */
export const collecttop: AggregateFunction = {
  name: 'collecttop',
  arguments: { min: 0, max: 1 },
  constants: 1,
  constantRule: { allowed: 'a whole number from 1', holds: (n) => typeof n === 'number' && Number.isInteger(n) && n >= 1 },
  orderBy: 'required',
  result: 'array',
  wholeRecord: true,
  create: ({ constants, descending }) => collecting(entryOrder(descending), Number(constants[0]), (entries) => entries.map((e, i) => ({ rank: i + 1, value: e.value }))),
};
