import type { Accumulator } from '../accumulator';
import { AnyAccumulator } from '../accumulators/any';
import type { AggregateAlgebra, AggregateFunction, AggregateOptions } from '../aggregate';
import { avg } from './avg';
import { collect } from './collect';
import { collecttop } from './collecttop';
import { count } from './count';
import { distinct } from './distinct';
import { max } from './max';
import { min } from './min';
import { percentileCont } from './percentile_cont';
import { percentileDisc } from './percentile_disc';
import { stdev } from './stdev';
import { stdevp } from './stdevp';
import { sum } from './sum';
import { topone } from './topone';
import { variance } from './var';
import { varp } from './varp';

const AGGREGATES = [avg, collect, collecttop, count, max, min, percentileCont, percentileDisc, stdev, stdevp, sum, topone, variance, varp];

export const aggregates: ReadonlyMap<string, AggregateFunction> = new Map(AGGREGATES.map((fn) => [fn.name, fn]));

/** The algebra of one call. */
export function createAggregate(name: string, options: AggregateOptions): AggregateAlgebra {
  const fn = aggregates.get(name);
  if (!fn) throw new Error(`the plan names an aggregate '${name}' that this version does not have`);
  const algebra = fn.create(options);
  return options.distinct ? distinct(algebra) : algebra;
}

/** The states of one call for many groups. */
export function createAccumulator(name: string, options: AggregateOptions, algebra: AggregateAlgebra): Accumulator {
  return (options.distinct ? undefined : aggregates.get(name)?.accumulator?.()) ?? new AnyAccumulator(algebra);
}
