/** Random expressions with two meanings: the text of the query, and a value computed here from the rules, without any code of the product. */
import fc from 'fast-check';

/** A row as the oracle sees it: a text, two numbers, a time in seconds. Every step of a random query has these columns. */
export interface Row {
  t: number;
  k: string | null;
  v: number | null;
  w: number | null;
  /** Only events have one. */
  list?: (number | null)[] | null;
}

export interface Numeric {
  sql: (alias: string) => string;
  of: (row: Row) => number | null;
}

export interface Condition {
  sql: (alias: string) => string;
  /** true, false or unknown. */
  of: (row: Row) => boolean | null;
}

const column = fc.constantFrom<'v' | 'w'>('v', 'w');

/** Constants lie between what sums and means usually give, so that a rounding error of the last digit decides nothing. */
const threshold = fc.integer({ min: -4, max: 9 }).map((n) => n + 0.37);

const plain: fc.Arbitrary<Numeric> = fc.oneof(
  column.map((name) => ({ sql: (a: string) => `${a}.${name}`, of: (row: Row) => row[name] })),
  fc.integer({ min: -3, max: 6 }).map((n) => ({ sql: () => String(n), of: () => n })),
);

const combined: fc.Arbitrary<Numeric> = fc.oneof(
  { weight: 3, arbitrary: plain },
  fc.tuple(plain, plain, fc.constantFrom('+', '-')).map(([x, y, op]) => ({
    sql: (a: string) => `(${x.sql(a)} ${op} ${y.sql(a)})`,
    of: (row: Row) => {
      const [p, q] = [x.of(row), y.of(row)];
      return p === null || q === null ? null : op === '+' ? p + q : p - q;
    },
  })),
  fc.tuple(plain, plain).map(([x, y]) => ({ sql: (a: string) => `COALESCE(${x.sql(a)}, ${y.sql(a)})`, of: (row: Row) => x.of(row) ?? y.of(row) })),
);

const comparison: fc.Arbitrary<Condition> = fc.tuple(combined, fc.constantFrom('<', '>', '<=', '>=', '<>', '!<', '!>'), threshold).map(([x, op, n]) => ({
  sql: (a) => `${x.sql(a)} ${op} ${n}`,
  of: (row) => {
    const value = x.of(row);
    if (value === null) return null;
    if (op === '<>') return value !== n;
    return op === '<' || op === '<=' || op === '!>' ? value < n : value > n;
  },
}));

const leaf: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 3, arbitrary: comparison },
  fc.tuple(column, fc.boolean()).map(([name, not]) => ({ sql: (a: string) => `${a}.${name} IS ${not ? 'NOT ' : ''}NULL`, of: (row: Row) => (row[name] === null) !== not })),
  fc.tuple(plain, threshold, threshold, fc.boolean()).map(([x, low, high, not]) => ({
    sql: (a: string) => `${x.sql(a)} ${not ? 'NOT ' : ''}BETWEEN ${low} AND ${high}`,
    of: (row: Row) => {
      const value = x.of(row);
      return value === null ? null : (value >= low && value <= high) !== not;
    },
  })),
  fc.tuple(fc.subarray(['A', 'b', 'C'], { minLength: 1 }), fc.boolean()).map(([keys, not]) => ({
    sql: (a: string) => `${a}.k ${not ? 'NOT ' : ''}IN (${keys.map((k) => `'${k}'`).join(', ')})`,
    // Text compares without regard to case.
    of: (row: Row) => (row.k === null ? null : keys.some((k) => k.toLowerCase() === row.k) !== not),
  })),
  fc.constantFrom('a%', '[a-b]', '_', '%c').map((pattern) => ({
    sql: (a: string) => `${a}.k LIKE '${pattern}'`,
    of: (row: Row) => (row.k === null ? null : { 'a%': 'a', '[a-b]': 'ab', _: 'abc', '%c': 'c' }[pattern]!.includes(row.k)),
  })),
);

export const condition: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 2, arbitrary: leaf },
  leaf.map((x) => ({ sql: (a: string) => `NOT (${x.sql(a)})`, of: (row: Row) => not(x.of(row)) })),
  fc.tuple(leaf, leaf).map(([x, y]) => ({ sql: (a: string) => `(${x.sql(a)} AND ${y.sql(a)})`, of: (row: Row) => and(x.of(row), y.of(row)) })),
  fc.tuple(leaf, leaf).map(([x, y]) => ({ sql: (a: string) => `(${x.sql(a)} OR ${y.sql(a)})`, of: (row: Row) => not(and(not(x.of(row)), not(y.of(row)))) })),
);

export const numeric: fc.Arbitrary<Numeric> = fc.oneof(
  { weight: 3, arbitrary: combined },
  fc.tuple(leaf, combined, combined).map(([when, then, otherwise]) => ({
    sql: (a: string) => `CASE WHEN ${when.sql(a)} THEN ${then.sql(a)} ELSE ${otherwise.sql(a)} END`,
    of: (row: Row) => (when.of(row) === true ? then : otherwise).of(row),
  })),
);

const not = (x: boolean | null): boolean | null => (x === null ? null : !x);
const and = (x: boolean | null, y: boolean | null): boolean | null => (x === false || y === false ? false : x === null || y === null ? null : true);
