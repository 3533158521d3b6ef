/** Whatever a function is given: a value, or an error of the query that names a reason. Anything else would stop a whole batch. */
import fc from 'fast-check';
import { boundScalars, scalars } from '../../../shared/builtins/scalars/registry';
import { QueryError } from '../../../shared/errors';
import { parseDateTime } from '../../../shared/values/ticks';
import { DateTime, type SqlValue } from '../../../shared/values/value';

const at = (text: string): DateTime => new DateTime(parseDateTime(text) as number);

const point: SqlValue = { type: 'Point', coordinates: [13.4, 52.5] };
const VALUES: SqlValue[] = [
  null, true, false, 0, 1, -1, 2, 7, -3, 1.5, -0.5, 1e300, -1e300, 5e-324, 2 ** 53, -(2 ** 53), 2n ** 63n - 1n, -(2n ** 63n), 2n ** 53n + 1n,
  '', ' ', 'abc', 'ABC', '42', '-1.5e3', 'true', '%', '[', '[a-', '[^]', '[z-a]', '[-]', '[a\\]', '%[^-]_', 'a-b', '(', '\\', '*', '😀x', '\ud800', 'POINT(1 2)', 'POLYGON((0 0, 1 0, 1 1, 0 0))', 'LINESTRING(0 0, 1 1)', 'POINT(', '2024-02-29', '2024-01-01T00:00:00Z', '{"a":1}', '[1]', '{', 'a.b',
  at('0001-01-01T00:00:00Z'), at('9999-12-31T23:59:59.9999999Z'), at('2024-02-29T12:00:00Z'),
  {}, { a: 1, 'a.b': 2 }, point, { type: 'Point', coordinates: [] }, { type: 'Polygon', coordinates: [[[0, 0], [1, 0], [1, 1], [0, 0]]] }, { type: 'LineString', coordinates: [[0, 0], [1, 'x']] }, { type: 'Point' },
  [], [1, null, 'x'], [[1], { a: 1 }],
];
const PARTS = ['year', 'quarter', 'month', 'dayofyear', 'day', 'week', 'weekday', 'hour', 'minute', 'second', 'millisecond', 'microsecond'];
const TYPES = ['bigint', 'float', 'nvarchar(max)', 'datetime', 'bit', 'record', 'array'];

function argumentsOf(name: string): fc.Arbitrary<SqlValue[]> {
  const { parameters } = scalars.get(name) as NonNullable<ReturnType<typeof scalars.get>>;
  const fixed = parameters.filter((p) => !p.optional).length;
  const one = (i: number): fc.Arbitrary<SqlValue> => {
    const parameter = parameters[Math.min(i, parameters.length - 1)];
    return parameter?.keyword ? fc.constantFrom(...(parameter.name === 'part' ? PARTS : TYPES)) : fc.constantFrom(...VALUES);
  };
  const most = parameters[parameters.length - 1]?.repeated ? parameters.length + 2 : parameters.length;
  return fc.integer({ min: fixed, max: most }).chain((n) => fc.tuple(...Array.from({ length: n }, (_, i) => one(i))));
}

function isValue(result: SqlValue | undefined): boolean {
  if (typeof result === 'bigint') return result >= -(2n ** 63n) && result < 2n ** 63n;
  if (typeof result === 'number') return !Number.isNaN(result);
  return result === null || ['boolean', 'string', 'object'].includes(typeof result);
}

describe('any arguments', () => {
  it.each([...scalars.keys()])('%s gives a value or an error of the query', (name) => {
    fc.assert(
      fc.property(argumentsOf(name), (args) => {
        try {
          return isValue(boundScalars[name]?.(...args));
        } catch (error) {
          if (error instanceof QueryError) return /^[a-z-]+$/.test(error.code);
          throw error;
        }
      }),
      { numRuns: 200, seed: 5 },
    );
  });
});

describe('like', () => {
  it.each<[text: string, pattern: string, matches: boolean]>([
    ['2024-01-05', '2024-01-%', true],
    ['a-b', 'a-b', true],
    ['a-b', 'a[-]b', true],
    ['a-b', 'a[x-]b', true],
    ['aqb', 'a[p-r]b', true],
    ['aqb', 'a[^p-r]b', false],
    ['aqb', 'a[r-p]b', false],
    ['aqb', 'a[^r-p]b', true],
    ['a.b/c', 'a.b/c', true],
    ['axb/c', 'a.b/c', false],
    ['a]b', 'a[]]b', true],
    ['a^b', 'a[x^]b', true],
    ['a[b', 'a[b', true],
    ['(x|y)*', '(x|y)*', true],
  ])("'%s' LIKE '%s': %s", (text, pattern, matches) => expect(boundScalars.like?.(text, pattern)).toBe(matches));
});

describe('round', () => {
  it.each<[SqlValue, SqlValue, SqlValue]>([
    [1250, -(2n ** 63n), 0],
    [1250, 2n ** 63n - 1n, 1250],
    [2n ** 53n + 1n, -1, 9_007_199_254_740_990],
    [2n ** 62n, -1, 4_611_686_018_427_387_900n],
    [1.25, 2n ** 53n, 1.25],
  ])('(%s, %s) is %s', (value, length, expected) => expect(boundScalars.round?.(value, length)).toBe(expected));

  it('tells what does not fit', () => expect(() => boundScalars.round?.(2n ** 63n - 1n, -1)).toThrow(/does not fit 64 bits/));
});
