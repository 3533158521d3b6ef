/** Random aggregates with two meanings, see expressions.ts. */
import fc from 'fast-check';
import { numeric, type Numeric, type Row } from './expressions';

export interface Aggregate {
  sql: (alias: string) => string;
  of: (rows: readonly Row[]) => number | null;
}

/** The rules leave the result open: rows of the same rank, say. Such a case tells nothing. */
export class Open extends Error {}

const numbers = (rows: readonly Row[], x: Numeric): number[] => rows.map((row) => x.of(row)).filter((n) => n !== null);
const total = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

const FOLDS: Record<string, (list: number[]) => number | null> = {
  SUM: (list) => (list.length === 0 ? null : total(list)),
  AVG: (list) => (list.length === 0 ? null : total(list) / list.length),
  MIN: (list) => (list.length === 0 ? null : Math.min(...list)),
  MAX: (list) => (list.length === 0 ? null : Math.max(...list)),
  COUNT: (list) => list.length,
  VARP: (list) => (list.length === 0 ? null : spread(list) / list.length),
  VAR: (list) => (list.length < 2 ? null : spread(list) / (list.length - 1)),
  STDEVP: (list) => (list.length === 0 ? null : Math.sqrt(spread(list) / list.length)),
  STDEV: (list) => (list.length < 2 ? null : Math.sqrt(spread(list) / (list.length - 1))),
};

function spread(list: number[]): number {
  const mean = total(list) / list.length;
  return total(list.map((x) => (x - mean) ** 2));
}

const fold: fc.Arbitrary<Aggregate> = fc.tuple(fc.constantFrom(...Object.keys(FOLDS)), numeric).map(([name, x]) => ({
  sql: (a) => `${name}(${x.sql(a)})`,
  of: (rows) => FOLDS[name]!(numbers(rows, x)),
}));

const percentile: fc.Arbitrary<Aggregate> = fc.tuple(fc.constantFrom('CONT', 'DISC'), fc.constantFrom(0, 0.25, 0.5, 0.9, 1), numeric, fc.boolean()).map(([name, p, x, down]) => ({
  sql: (a) => `PERCENTILE_${name}(${p}) OVER (ORDER BY ${x.sql(a)}${down ? ' DESC' : ''})`,
  of: (rows) => {
    const sorted = numbers(rows, x).sort((a, b) => (down ? b - a : a - b));
    if (sorted.length === 0) return null;
    // The smallest value whose share of rows up to it is at least p.
    if (name === 'DISC') return sorted.find((_, i) => (i + 1) / sorted.length >= p) ?? null;
    const rank = p * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(rank)]!, sorted[Math.ceil(rank)]!];
    return low + (high - low) * (rank - Math.floor(rank));
  },
}));

/** NULL ranks lowest; among equals the earlier row comes first. */
function ranked(rows: readonly Row[], x: Numeric, down: boolean): Row[] {
  const rank = (row: Row): number => x.of(row) ?? -Infinity;
  const sorted = [...rows].sort((a, b) => (rank(a) === rank(b) ? a.t - b.t : rank(a) < rank(b) === !down ? -1 : 1));
  sorted.forEach((row, i) => {
    const next = sorted[i + 1];
    if (next && next.t === row.t && rank(next) === rank(row) && JSON.stringify(next) !== JSON.stringify(row)) throw new Open();
  });
  return sorted;
}

const top: fc.Arbitrary<Aggregate> = fc.tuple(fc.constantFrom('TopOne', 'CollectTop', 'record'), numeric, fc.boolean()).map(([kind, x, down]) => {
  const order = (a: string): string => `OVER (ORDER BY ${x.sql(a)}${down ? ' DESC' : ''})`;
  if (kind === 'TopOne') return { sql: (a) => `TopOne(${a}.v) ${order(a)}`, of: (rows) => ranked(rows, x, down)[0]!.v };
  // The second of the best two, through its record.
  if (kind === 'CollectTop') return { sql: (a) => `GetRecordPropertyValue(GetArrayElement(CollectTop(2, ${a}.v) ${order(a)}, 1), 'value')`, of: (rows) => ranked(rows, x, down)[1]?.v ?? null };
  return { sql: (a) => `GetRecordPropertyValue(TopOne() ${order(a)}, 'w')`, of: (rows) => ranked(rows, x, down)[0]!.w };
});

export const aggregate: fc.Arbitrary<Aggregate> = fc.oneof(
  { weight: 4, arbitrary: fold },
  { weight: 2, arbitrary: fc.constant<Aggregate>({ sql: () => 'COUNT(*)', of: (rows) => rows.length }) },
  fc.constant<Aggregate>({ sql: () => 'GetArrayLength(Collect())', of: (rows) => rows.length }),
  // Rounded, as two sums of the same numbers may differ in the last digit.
  fc.constant<Aggregate>({ sql: (a) => `COUNT(DISTINCT ROUND(${a}.v, 3))`, of: (rows) => new Set(numbers(rows, { sql: () => '', of: (row) => row.v }).map((n) => n.toFixed(3).replace(/^-(0\.0+)$/, '$1'))).size }),
  fc.constant<Aggregate>({ sql: (a) => `COUNT(DISTINCT ${a}.k)`, of: (rows) => new Set(rows.map((row) => row.k).filter((k) => k !== null)).size }),
  percentile,
  top,
);
