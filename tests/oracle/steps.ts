/** Random steps of a query. Each reads earlier steps or inputs and has the columns k, v, w; so any may follow any. */
import fc from 'fast-check';
import { aggregate, Open, type Aggregate } from './aggregates';
import { condition, numeric, type Condition, type Numeric, type Row } from './expressions';
import { windows, ORIGIN, type Window } from './windows';

/** Something to read from. */
export interface Relation {
  /** As FROM names it. */
  from: (alias: string) => string;
  rows: readonly Row[];
  /** Whether its rows have a list. */
  isInput?: true;
}

/** Makes a SELECT and its rows from relations that are there already. */
export type Step = (sources: readonly Relation[]) => { sql: string; rows: Row[] };

const pick = (sources: readonly Relation[], n: number): Relation => sources[n % sources.length]!;
const source = fc.nat({ max: 30 });
const where = fc.option(condition, { nil: undefined });
const clause = (word: string, c: Condition | undefined, alias: string): string => (c ? ` ${word} ${c.sql(alias)}` : '');
const holds = (c: Condition | undefined, row: Row): boolean => !c || c.of(row) === true;

const select: fc.Arbitrary<Step> = fc.tuple(source, numeric, numeric, where).map(([n, v, w, filter]) => (sources) => {
  const from = pick(sources, n);
  return {
    sql: `SELECT a.k, ${v.sql('a')} AS v, ${w.sql('a')} AS w FROM ${from.from('a')}${clause('WHERE', filter, 'a')}`,
    rows: from.rows.filter((row) => holds(filter, row)).map((row) => ({ t: row.t, k: row.k, v: v.of(row), w: w.of(row) })),
  };
});

function groups(rows: readonly Row[], keyOf: (row: Row) => string): Row[][] {
  const found = new Map<string, Row[]>();
  for (const row of rows) found.set(keyOf(row), [...(found.get(keyOf(row)) ?? []), row]);
  return [...found.values()];
}

interface Having {
  sql: (v: string) => string;
  of: (n: number | null) => boolean;
}
/** On the alias or on the aggregate itself. */
const having: fc.Arbitrary<Having | undefined> = fc.option(
  fc.tuple(fc.integer({ min: -2, max: 5 }), fc.boolean()).map(([n, byAlias]): Having => ({ sql: (v) => ` HAVING ${byAlias ? 'v' : v} > ${(n + 0.37).toFixed(2)}`, of: (x) => x !== null && x > n + 0.37 })),
  { nil: undefined },
);

const grouped: fc.Arbitrary<Step> = fc
  .tuple(source, windows, aggregate, aggregate, fc.constantFrom('k', 'none', 'expression'), where, having)
  .map(([n, window, v, w, by, filter, has]: [number, Window, Aggregate, Aggregate, string, Condition | undefined, Having | undefined]) => (sources) => {
    const from = pick(sources, n);
    const all = from.rows.filter((row) => holds(filter, row));
    const big = (row: Row): number => (row.v !== null && row.v > 1.37 ? 1 : 0);
    const expression = 'CASE WHEN a.v > 1.37 THEN 1 ELSE 0 END';
    const key = (row: Row): string => JSON.stringify(by === 'k' ? row.k : by === 'none' ? '' : big(row));
    const rows = groups(all, key).flatMap((group) =>
      window.of(group, all).flatMap(({ end, rows: inside }) => {
        const row: Row = { t: end, k: by === 'k' ? group[0]!.k : 'a', v: v.of(inside), w: w.of(inside) };
        return !has || has.of(row.v) ? [row] : [];
      }),
    );
    const keys = { k: 'a.k, ', none: '', expression: `${expression}, ` }[by];
    return { sql: `SELECT ${by === 'k' ? 'a.k' : "'a' AS k"}, ${v.sql('a')} AS v, ${w.sql('a')} AS w FROM ${from.from('a')}${clause('WHERE', filter, 'a')} GROUP BY ${keys}${window.sql('a')}${has ? has.sql(v.sql('a')) : ''}`, rows };
  });

/** Boundaries of the unit crossed from one to the other, as DATEDIFF counts. */
const boundaries = (unit: number, from: number, to: number): number => Math.floor(to / unit) - Math.floor(from / unit);
const UNITS: Record<string, number> = { second: 1, minute: 60, millisecond: 0.001 };
const bounds = fc.tuple(fc.constantFrom('second', 'second', 'minute'), fc.integer({ min: -6, max: 4 }), fc.integer({ min: 0, max: 6 }));

const join: fc.Arbitrary<Step> = fc
  .tuple(source, source, bounds, fc.boolean(), fc.boolean(), where, fc.option(numeric, { nil: undefined }))
  .map(([n, m, [unit, low, width], left, keyed, filter, compared]: [number, number, [string, number, number], boolean, boolean, Condition | undefined, Numeric | undefined]) => (sources) => {
    const [a, b] = [pick(sources, n), pick(sources, m)];
    const [size, high] = [UNITS[unit]!, low + width];
    const matches = (x: Row, y: Row): boolean => {
      if (keyed && (x.k === null || x.k !== y.k)) return false;
      const distance = boundaries(size, x.t, y.t);
      const [p, q] = [compared?.of(x) ?? null, y.v];
      return distance >= low && distance <= high && (!compared || (p !== null && q !== null && p < q + 0.37));
    };
    const rows = a.rows.flatMap((x) => {
      const pairs = b.rows.filter((y) => matches(x, y)).map((y) => ({ t: Math.max(x.t, y.t), k: x.k, v: x.v, w: y.v }));
      return pairs.length > 0 || !left ? pairs : [{ t: x.t + Math.max(0, high) * size, k: x.k, v: x.v, w: null }];
    });
    const on = [`DATEDIFF(${unit}, a, b) BETWEEN ${low} AND ${high}`, ...(keyed ? ['a.k = b.k'] : []), ...(compared ? [`${compared.sql('a')} < b.v + 0.37`] : [])];
    // WHERE sees joined rows: over b it is the search for absence.
    const absent = filter ? ' WHERE b.v IS NULL' : '';
    return { sql: `SELECT a.k, a.v, b.v AS w FROM ${a.from('a')} ${left ? 'LEFT ' : ''}JOIN ${b.from('b')} ON ${on.join(' AND ')}${absent}`, rows: filter ? rows.filter((row) => row.w === null) : rows };
  });

const threeWay: fc.Arbitrary<Step> = fc.tuple(source, source, source, fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 }), fc.boolean()).map(([n, m, o, near, far, left]) => (sources) => {
  const [a, b, c] = [pick(sources, n), pick(sources, m), pick(sources, o)];
  const within = (x: Row, y: Row, limit: number): boolean => x.k !== null && x.k === y.k && boundaries(1, x.t, y.t) >= 0 && boundaries(1, x.t, y.t) <= limit;
  const rows = a.rows.flatMap((x) =>
    b.rows.filter((y) => within(x, y, near)).flatMap((y): Row[] => {
      const time = Math.max(x.t, y.t);
      const third = c.rows.filter((z) => within(x, z, far)).map((z) => ({ t: Math.max(time, z.t), k: x.k, v: y.v, w: z.v }));
      return third.length > 0 || !left ? third : [{ t: time + far, k: x.k, v: y.v, w: null }];
    }),
  );
  return {
    sql: `SELECT a.k, b.v, c.v AS w FROM ${a.from('a')} JOIN ${b.from('b')} ON a.k = b.k AND DATEDIFF(second, a, b) BETWEEN 0 AND ${near} ${left ? 'LEFT ' : ''}JOIN ${c.from('c')} ON a.k = c.k AND DATEDIFF(second, a, c) BETWEEN 0 AND ${far}`,
    rows,
  };
});

/** Values of events before one, of its partition, in order of time. Which of two of the same instant came first is not known here. */
function earlier(rows: readonly Row[], row: Row, keyed: boolean): Row[] {
  const own = rows.filter((other) => !keyed || other.k === row.k);
  if (own.some((other) => other !== row && other.t === row.t)) throw new Open();
  return own.filter((other) => other.t < row.t).sort((x, y) => x.t - y.t);
}

interface Analytic {
  sql: (over: string) => string;
  of: (history: readonly Row[], row: Row, counts: boolean) => number | null;
  isFirst?: number;
}

const analyticCall: fc.Arbitrary<Analytic> = fc.oneof(
  fc.tuple(numeric, fc.integer({ min: 1, max: 3 }), fc.option(fc.integer({ min: 0, max: 9 }), { nil: undefined })).map(([x, offset, fallback]): Analytic => ({
    sql: (over) => `LAG(${x.sql('a')}, ${offset}${fallback === undefined ? '' : `, ${fallback}`}) ${over}`,
    of: (history) => {
      const found = history[history.length - offset];
      return found ? x.of(found) : (fallback ?? null);
    },
  })),
  numeric.map((x): Analytic => ({
    sql: (over) => `LAST(${x.sql('a')}) ${over}`,
    of: (history, row, counts) => {
      const found = counts ? row : history[history.length - 1];
      return found ? x.of(found) : null;
    },
  })),
  aggregate.filter((x) => !/OVER|DISTINCT/.test(x.sql('a')) && !/^Get/.test(x.sql('a'))).map((x): Analytic => ({ sql: (over) => `${x.sql('a')} ${over}`, of: (history, row, counts) => x.of(counts ? [...history, row] : history) })),
  fc.constantFrom(3, 7, 10).map((size): Analytic => ({ sql: (over) => `ISFIRST(second, ${size}) ${over}`, of: (history, _row, counts) => (counts && history.length === 0 ? 1 : 0), isFirst: size })),
);

const analytic: fc.Arbitrary<Step> = fc.tuple(source, analyticCall, fc.integer({ min: 1, max: 20 }), fc.boolean(), fc.option(condition, { nil: undefined }), where).map(([n, call, limit, keyed, when, filter]) => (sources) => {
  const from = pick(sources, n);
  const interval = (t: number): number => Math.ceil((t + ORIGIN) / (call.isFirst ?? 1));
  const rows = from.rows.map((row): Row => {
    const before = earlier(from.rows, row, keyed).filter((other) => holds(when, other));
    const history = before.filter((other) => (call.isFirst ? interval(other.t) === interval(row.t) : other.t > row.t - limit));
    return { t: row.t, k: row.k, v: call.of(history, row, holds(when, row)), w: row.v };
  });
  const over = `OVER (${[keyed ? 'PARTITION BY a.k' : '', call.isFirst ? '' : `LIMIT DURATION(second, ${limit})`, when ? `WHEN ${when.sql('a')}` : ''].join(' ')})`;
  // WHERE comes after: it hides rows, not history.
  const kept = from.rows.map((row) => holds(filter, row));
  return { sql: `SELECT a.k, ${call.sql(over)} AS v, a.v AS w FROM ${from.from('a')}${clause('WHERE', filter, 'a')}`, rows: rows.filter((_, i) => kept[i]) };
});

const union: fc.Arbitrary<Step> = fc.tuple(source, source, where).map(([n, m, filter]) => (sources) => {
  const [a, b] = [pick(sources, n), pick(sources, m)];
  return {
    sql: `SELECT a.k, a.v, a.w FROM ${a.from('a')}${clause('WHERE', filter, 'a')} UNION SELECT b.k, b.w, b.v FROM ${b.from('b')}`,
    rows: [...a.rows.filter((row) => holds(filter, row)), ...b.rows.map((row) => ({ t: row.t, k: row.k, v: row.w, w: row.v }))],
  };
});

export const REFERENCE: readonly { k: string; r: number }[] = [
  { k: 'a', r: 10 },
  { k: 'b', r: 20 },
  { k: 'b', r: 30 },
];

const lookup: fc.Arbitrary<Step> = fc.tuple(source, fc.boolean(), fc.boolean()).map(([n, left, bounded]) => (sources) => {
  const from = pick(sources, n);
  const rows = from.rows.flatMap((row): Row[] => {
    const found = REFERENCE.filter((r) => r.k === row.k && (!bounded || (row.v !== null && r.r > row.v + 12.37)));
    return found.length > 0 || !left ? found.map((r) => ({ t: row.t, k: row.k, v: r.r, w: row.v })) : [{ t: row.t, k: row.k, v: null, w: row.v }];
  });
  return { sql: `SELECT a.k, r.r AS v, a.v AS w FROM ${from.from('a')} ${left ? 'LEFT ' : ''}JOIN rooms r ON a.k = r.k${bounded ? ' AND r.r > a.v + 12.37' : ''}`, rows };
});

const apply: fc.Arbitrary<Step> = fc.tuple(fc.nat({ max: 1 }), fc.boolean(), where).map(([n, outer, filter]) => (sources) => {
  const from = pick(sources.filter((s) => s.isInput), n);
  const rows = from.rows.filter((row) => holds(filter, row)).flatMap((row): Row[] => {
    const items = row.list ?? [];
    return (items.length === 0 && outer ? [null] : items).map((v, i) => ({ t: row.t, k: row.k, v, w: items.length === 0 ? null : i }));
  });
  return { sql: `SELECT a.k, x.ArrayValue AS v, x.ArrayIndex AS w FROM ${from.from('a')} ${outer ? 'OUTER' : 'CROSS'} APPLY GetArrayElements(a.list) AS x${clause('WHERE', filter, 'a')}`, rows };
});

export const step: fc.Arbitrary<Step> = fc.oneof(apply, select, { weight: 3, arbitrary: grouped }, { weight: 2, arbitrary: join }, threeWay, { weight: 2, arbitrary: analytic }, union, lookup);
