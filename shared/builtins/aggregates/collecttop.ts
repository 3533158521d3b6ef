import { QueryError } from '../../errors';
import type { AggregateFunction } from '../aggregate';
import { collecting, entryOrder } from './collected';

/** CollectTop(n[, e]) OVER (ORDER BY …): `[{"rank": 1, "value": …}, …]`. */
export const collecttop: AggregateFunction = {
  name: 'collecttop',
  arguments: { min: 0, max: 1 },
  constants: 1,
  orderBy: 'required',
  result: 'array',
  wholeRecord: true,
  create: ({ constants, descending }) => {
    const n = constants[0];
    if (typeof n !== 'number' || !Number.isInteger(n) || n < 1) throw new QueryError('invalid-argument-value', 'The 1st argument of function collecttop must be a whole number from 1.');
    return collecting(entryOrder(descending), n, (entries) => entries.map((e, i) => ({ rank: i + 1, value: e.value })));
  },
};
