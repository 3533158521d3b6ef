/** docs/sql.md and docs/sql/: every word of the language has an entry, every entry is a word, and every example gives the rows that it shows. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { aggregates } from '../../shared/builtins/aggregates/registry';
import { analyticNames } from '../../shared/builtins/analytic/registry';
import { functions, scalars } from '../../shared/builtins/scalars/registry';
import { QuerySyntaxError } from '../../shared/compiler/diagnostics';
import type { WindowSpec } from '../../shared/program';
import { parseJson, toJsonText } from '../../shared/values/json';
import { readDocument, type Example } from './examples';
import { runExample } from './run-example';

const DOCS = join(__dirname, '../../docs');
const documents = readdirSync(join(DOCS, 'sql')).sort().map((file) => readDocument(join(DOCS, 'sql', file)));
const entries = documents.flatMap((document) => document.entries);

/** How the operators of the registry are written; a name that is not here is a function's. `add_float` and its like are the same words over floats. */
const SYMBOLS: Record<string, string> = {
  add: '+', subtract: '-', multiply: '*', divide: '/', modulo: '%', negate: '-', bitand: '&', bitor: '|', bitxor: '^', bitnot: '~',
  equal: '=', notequal: '<>', less: '<', lessorequal: '<=', greater: '>', greaterorequal: '>=', is_null: 'IS NULL',
};

const WINDOWS: Record<WindowSpec['kind'], string> = { tumbling: 'TumblingWindow', hopping: 'HoppingWindow', sliding: 'SlidingWindow', session: 'SessionWindow', snapshot: 'System.Timestamp' };

/** What is no function: clauses, and the words inside them. */
const CLAUSES = [
  'SELECT', 'SELECT *', 'AS', 'INTO', 'FROM', 'TIMESTAMP BY', 'TIMESTAMP BY … OVER', 'PARTITION BY', 'WHERE', 'GROUP BY', 'HAVING', 'UNION', 'WITH', 'CREATE TABLE', 'CROSS APPLY', 'OUTER APPLY',
  'JOIN', 'LEFT JOIN', 'JOIN reference', 'CASE', 'AND', 'OR', 'NOT', 'BETWEEN', 'IN', 'LIKE', 'OVER', 'LIMIT DURATION', 'WHEN', 'DISTINCT', 'MATCH_RECOGNIZE',
  'Windows', 'System.Window', 'Offset', 'Duration', 'Hop', 'udf.NAME', 'uda.NAME', 'PartitionId', 'EventEnqueuedUtcTime', 'EventProcessedUtcTime', 'early', 'late', 'outOfOrder',
];

const wanted = [...scalars.keys()].map((name) => name.replace(/_float$/, '')).map((name) => SYMBOLS[name] ?? name).concat([...aggregates.keys()], analyticNames, Object.values(WINDOWS), CLAUSES);
const lower = (words: Iterable<string>): string[] => [...new Set([...words].map((word) => word.toLowerCase()))].sort();

describe('the words of the language', () => {
  const written = entries.flatMap((entry) => entry.words);

  it('have an entry each, and every entry is one of them', () => {
    expect(lower(written)).toEqual(lower(wanted));
  });

  it('stand in one entry only', () => {
    expect(written.filter((word, i) => written.findIndex((other) => other.toLowerCase() === word.toLowerCase()) < i)).toEqual([]);
  });

  it.each(entries.map((entry) => [`${entry.words.join(' ')} (${entry.at})`, entry] as const))('%s: has a paragraph and an example', (_name, entry) => {
    expect(entry.prose).toMatch(/\w+ \w+/);
    expect(entry.examples.length).toBeGreaterThan(0);
  });

  it('are listed in docs/sql.md by family, with a link', () => {
    const rows = documents.map(({ file, text, entries: own }) => `| [${/^# (.*)/.exec(text)?.[1]}](sql/${file}) | ${own.flatMap((entry) => entry.words).map((word) => `\`${word}\``).join(' ').replace('`|`', '`\\|`')} |`);
    const index = readFileSync(join(DOCS, 'sql.md'), 'utf8').split('\n').filter((line) => line.includes('](sql/'));
    expect([...index].sort()).toEqual(rows.sort());
  });

  it('cover all functions that a query can call', () => {
    expect([...functions.keys()].filter((name) => SYMBOLS[name] !== undefined)).toEqual([]);
  });
});

const canonical = (line: string): string => toJsonText(parseJson(line, { booleansAsBit: true }));

function expected(example: Example): Record<string, string[]> {
  return Object.fromEntries(Object.entries(example.outputs).map(([name, lines]) => [name, lines.map(canonical).sort()] as const).filter(([, lines]) => lines.length > 0));
}

const examples = [readDocument(join(DOCS, 'sql.md')), ...documents].flatMap((document) => document.examples);

describe('examples', () => {
  it.each(examples.map((example) => [example.at, example] as const))('%s', (_at, example) => {
    if (example.error !== undefined) {
      expect(() => runExample(example, false)).toThrow(QuerySyntaxError);
      expect(() => runExample(example, false)).toThrow(example.error);
      return;
    }
    expect(Object.keys(example.outputs).length + example.dead.length).toBeGreaterThan(0);
    for (const roundTrip of [false, true]) {
      const { rows, dead } = runExample(example, roundTrip);
      expect(rows).toEqual(expected(example));
      expect(dead).toEqual([...example.dead].sort());
    }
  });
});
