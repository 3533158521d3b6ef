import { QueryError } from '../../errors';
import type { SqlValue } from '../../values/value';
import type { AggregateFunction } from '../aggregate';
import { addExact, roundExact, twoProduct, type Partials } from './exact-sum';
import { numeric } from './numeric';

/** n, the exact sum and the exact sum of squares: enough for variance, and mergeable without loss. */
interface Moments {
  n: number;
  sum: Partials;
  squares: Partials;
}

/** Squares of what is larger, summed over many rows, would not be finite. */
const MAX_SQUARED = 1e140;

/** The exact sum of (x - mean)², rounded once. */
function squaredDeviations({ n, sum, squares }: Moments): number {
  const mean = roundExact(sum) / n;
  const total = [...squares];
  for (const part of sum) for (const term of twoProduct(-2 * mean, part)) addExact(total, term);
  const [square, error] = twoProduct(mean, mean);
  for (const part of [square, error]) for (const term of twoProduct(n, part)) addExact(total, term);
  return Math.max(0, roundExact(total));
}

/** STDEV, STDEVP, VAR, VARP. `missing`: how many rows less than this give NULL (a sample of one has no variance). */
export function moments(name: string, missing: 0 | 1, result: (variance: number) => number): AggregateFunction {
  return {
    name,
    arguments: { min: 1, max: 1 },
    constants: 0,
    orderBy: 'none',
    result: 'float',
    create: () => ({
      isSmall: true,
      init: (): unknown => ({ n: 0, sum: [], squares: [] }),
      add: (state: unknown, value: SqlValue) => {
        if (value === null) return state;
        const moments = state as Moments;
        const x = Number(numeric(name, value));
        if (Math.abs(x) > MAX_SQUARED) throw new QueryError('overflow', `The 1st argument of function ${name} is ${x}, whose square is too large to add up. Scale it down first.`);
        moments.n++;
        addExact(moments.sum, x);
        for (const term of twoProduct(x, x)) addExact(moments.squares, term);
        return moments;
      },
      merge: (into: unknown, from: unknown) => {
        const [a, b] = [into as Moments, from as Moments];
        a.n += b.n;
        for (const part of b.sum) addExact(a.sum, part);
        for (const part of b.squares) addExact(a.squares, part);
        return a;
      },
      result: (state: unknown) => {
        const m = state as Moments;
        return m.n <= missing ? null : result(squaredDeviations(m) / (m.n - missing));
      },
      encode: (state: unknown) => [(state as Moments).n, (state as Moments).sum, (state as Moments).squares],
      decode: (data: unknown) => {
        const [n, sum, squares] = data as [number, Partials, Partials];
        return { n, sum: [...sum], squares: [...squares] };
      },
    }),
  };
}
