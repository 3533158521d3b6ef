import type { AggregateFunction, AggregateOptions } from '../aggregate';
import { numeric } from './numeric';

/** PERCENTILE_CONT and PERCENTILE_DISC: the numbers of the ORDER BY expression, sorted at the end. */
export function percentile(name: string, pick: (sorted: number[], p: number) => number): AggregateFunction {
  return {
    name,
    arguments: { min: 0, max: 0 },
    constants: 1,
    constantRule: { allowed: 'a number from 0 to 1', holds: (p) => typeof p === 'number' && p >= 0 && p <= 1 },
    orderBy: 'required',
    result: 'float',
    create: (options: AggregateOptions) => {
      const p = Number(options.constants[0]);
      const direction = options.descending[0] ? -1 : 1;
      return {
        init: (): unknown => [],
        add: (state: unknown, _value, _t, order) => {
          const value = order?.[0] ?? null;
          if (value !== null) (state as number[]).push(Number(numeric(name, value)));
          return state;
        },
        merge: (a: unknown, b: unknown) => {
          for (const x of b as number[]) (a as number[]).push(x);
          return a;
        },
        result: (state: unknown) => {
          const sorted = [...(state as number[])].sort((a, b) => direction * (a - b));
          return sorted.length === 0 ? null : pick(sorted, p);
        },
        encode: (state: unknown) => state,
        decode: (data: unknown) => [...(data as number[])],
      };
    },
  };
}
