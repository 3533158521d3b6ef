/** Whatever is typed: a program or findings with places, soon, and never another error. */
import fc from 'fast-check';
import { compile } from '../../../shared/compiler/compile';
import { QuerySyntaxError } from '../../../shared/compiler/diagnostics';

const OPTIONS = { inputs: [{ name: 'input', kind: 'stream' as const }, { name: 'other', kind: 'stream' as const }, { name: 'rooms', kind: 'reference' as const }], outputs: ['output', 'alerts'] };

function check(source: string): void {
  try {
    compile(source, OPTIONS);
  } catch (error) {
    if (!(error instanceof QuerySyntaxError)) throw error;
    expect(error.diagnostics.length).toBeGreaterThan(0);
    for (const { span, message } of error.diagnostics) {
      expect(message).toMatch(/\w/);
      expect(span.start).toBeLessThanOrEqual(span.end);
      expect(span.end).toBeLessThanOrEqual(source.length);
    }
  }
}

const WORDS = [
  'SELECT', 'FROM input', 'FROM input a TIMESTAMP BY t', 'WHERE', 'GROUP BY', 'HAVING', 'WITH s AS (', 'INTO alerts', 'AS x', 'JOIN other b ON', 'LEFT JOIN rooms r ON', 'CROSS APPLY GetArrayElements(a) AS e', 'UNION', 'UNION ALL', 'CREATE TABLE input (a bigint)',
  'TumblingWindow(second, 5)', 'HoppingWindow(second, 5, 1)', 'SessionWindow(second, 5, 60)', 'Windows(', 'System.Timestamp()', 'System.Window().Id', 'COUNT(*)', 'SUM(v)', 'COUNT(DISTINCT', 'TopOne() OVER (ORDER BY v)', 'CollectTop(2, v) OVER (ORDER BY v DESC)',
  'LAG(v) OVER (LIMIT DURATION(second, 5))', 'ISFIRST(minute, 1)', 'OVER (', 'LIMIT DURATION(', 'DATEDIFF(second, a, b) BETWEEN 0 AND 5', 'DATEADD(day, 1, t)', 'CASE', 'WHEN', 'THEN', 'ELSE', 'END', 'CAST(a AS float)', 'UPPER(', 'udf.f(a)', 'uda.f(a)',
  'MATCH_RECOGNIZE (LIMIT DURATION(second, 5) MEASURES Last(A.v) AS x PATTERN (A+) DEFINE A AS A.v > 1)', 'PATTERN (', 'DEFINE',
  'a', 'v', 'a.b', 's', 'input.*', 'r.id', '[z]', '"q"', "'text'", '1', '1.5', '99999999999999999999', 'NULL', '(', ')', ',', '*', '.', ';', '=', '<>', '+', '-', '/', 'AND', 'OR', 'NOT', 'IN (1, 2)', 'BETWEEN 1 AND 2', "LIKE '%'", 'IS NULL', '{', '}', '|', '--', '/*', '’', 'ORDER BY', 'DISTINCT', 'TOP 5', 'LIMIT',
];

/** A query that reads well, with some words put in, taken out or exchanged. */
const QUERIES = [
  'SELECT a , v AS x INTO alerts FROM input a TIMESTAMP BY t WHERE v > 1 AND a LIKE \'x\'',
  'SELECT a , COUNT(*) AS n FROM input GROUP BY a , TumblingWindow(second, 5) HAVING n > 1',
  'WITH s AS ( SELECT a , SUM(v) AS v FROM input GROUP BY a , HoppingWindow(second, 5, 1) ) SELECT a , v FROM s UNION SELECT a , v FROM other',
  'SELECT a.v , b.v FROM input a JOIN other b ON a.k = b.k AND DATEDIFF(second, a, b) BETWEEN 0 AND 5 LEFT JOIN rooms r ON r.id = a.id',
  'SELECT CASE WHEN v = 1 THEN LAG(v) OVER ( LIMIT DURATION(second, 5) ) ELSE UPPER( a ) END AS x FROM input CROSS APPLY GetArrayElements(a) AS e',
].map((query) => query.split(' '));

const soup = fc.array(fc.constantFrom(...WORDS), { maxLength: 40 }).map((words) => words.join(' '));
const nearlyRight = fc
  .tuple(fc.constantFrom(...QUERIES), fc.array(fc.tuple(fc.nat(), fc.constantFrom('put', 'drop', 'change'), fc.constantFrom(...WORDS)), { minLength: 1, maxLength: 4 }))
  .map(([query, changes]) => {
    const words = [...query];
    for (const [at, change, word] of changes) words.splice(at % (words.length + 1), change === 'put' ? 0 : 1, ...(change === 'drop' ? [] : [word]));
    return words.join(' ');
  });

describe('any query', () => {
  it.each([
    ['a soup of words', soup],
    ['a query that is nearly right', nearlyRight],
    ['any characters', fc.string({ maxLength: 100, unit: 'grapheme' })],
  ] as const)('%s is compiled or refused', (_name, queries) => {
    fc.assert(fc.property(queries, check), { numRuns: 700, seed: 11 });
  });

  const long = (n: number, text: (i: number) => string, by: string): string => Array.from({ length: n }, (_, i) => text(i)).join(by);
  it.each([
    ['10,000 conditions', `SELECT a FROM input WHERE ${long(10_000, (i) => `a <> ${i}`, ' AND ')}`],
    ['a list of 10,000', `SELECT a FROM input WHERE a IN (${long(10_000, String, ', ')})`],
    ['a sum of 10,000', `SELECT ${long(10_000, () => 'a', ' + ')} AS s FROM input`],
    ['1,000 columns', `SELECT ${long(1_000, (i) => `a${i}`, ', ')} FROM input`],
    ['2,000 branches', `SELECT CASE ${long(2_000, (i) => `WHEN a = ${i} THEN ${i}`, ' ')} ELSE 0 END AS c FROM input`],
    ['300 sides', long(300, () => 'SELECT a FROM input', ' UNION ')],
    ['900 conditions, which are few enough', `SELECT a FROM input WHERE ${long(900, (i) => `a <> ${i}`, ' AND ')}`],
    ['100,000 parentheses', `SELECT a FROM input WHERE ${'('.repeat(100_000)}`],
    ['100,000 NOTs', `SELECT a FROM input WHERE ${'NOT '.repeat(100_000)} a`],
    ['100,000 parentheses of a pattern', `SELECT * FROM input MATCH_RECOGNIZE (LIMIT DURATION(second, 1) MEASURES A.v AS v PATTERN (${'('.repeat(100_000)}`],
  ])('%s', (_name, query) => check(query));
});
