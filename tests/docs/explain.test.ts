/** docs/explain.md shows the plan of its query; the command prints it for people and for scripts. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explain } from '../../local/cli/explain/command';
import { costText } from '../../local/cli/explain/cost';
import { planText } from '../../local/cli/explain/plan-text';
import { compile } from '../../shared/compiler/compile';
import { readDocument, type Example } from './examples';
import { compileExample } from './run-example';

const file = join(__dirname, '../../docs/explain.md');

describe('docs/explain.md', () => {
  it('shows what is printed', () => {
    const [example] = readDocument(file).examples;
    const { plan } = compileExample(example as Example);
    const text = readFileSync(file, 'utf8');
    expect(text).toContain(`\`\`\`text plan\n${planText(plan)}\n\`\`\``);
    expect(text).toContain(`\`\`\`text\n${costText(plan, { rate: 1000, partitions: 4, eventBytes: 1000 })}\n\`\`\``);
  });
});

const planOf = (query: string, partitionKey?: string): string =>
  planText(compile(query, { inputs: [{ name: 'input', kind: 'stream', ...(partitionKey ? { partitionKey } : {}) }, { name: 'other', kind: 'stream' }], shards: 4 }).plan);

/** The line of an operator without its number, and what it keeps. */
const line = (plan: string, kind: string): string => new RegExp(`^ +\\d+ ${kind} +(.*)(?:\\n +(keeps .*))?`, 'm').exec(plan)?.slice(1).filter(Boolean).join('; ').replace(/ {2}← \d+/, '').replace(/join of \d+ \(left\) and \d+ \(right\)/, 'join') ?? 'none';

describe('a plan tells', () => {
  it.each([
    ['filter', "SELECT a FROM input WHERE NOT (a = 1 OR b LIKE 'x%') AND c - (d - 1) > -e", "NOT (a = 1 OR b LIKE 'x%') AND c - (d - 1) > -e"],
    ['project', "SELECT CASE WHEN a IS NULL THEN 'it''s' ELSE UPPER(a) END AS x, CAST(b AS bigint) AS b, c.d FROM input", "CASE WHEN a IS NULL THEN 'it''s' ELSE UPPER(a) END AS x, CAST(b AS bigint) AS b, c.d AS d"],
    ['aggregate', 'SELECT k, COUNT(DISTINCT v) AS n FROM input GROUP BY k, SlidingWindow(second, 90)', 'COUNT(DISTINCT v) by k, sliding windows of 90 s; keeps the rows of the last 90 s'],
    ['aggregate', 'SELECT CollectTop(3, v) OVER (ORDER BY w DESC) AS c FROM input TIMESTAMP BY t GROUP BY k, SessionWindow(minute, 5, 60) OVER (PARTITION BY k)', 'COLLECTTOP(3, v) OVER (ORDER BY w DESC) by k, sessions with a timeout of 5 min, checked for their length every 1 h by k; keeps an accumulator per key and open session (COLLECTTOP holds the values themselves)'],
    ['aggregate', 'SELECT COUNT(*) AS n FROM input TIMESTAMP BY t GROUP BY HoppingWindow(second, 60, 25)', 'in part: COUNT(*), windows of 1 min every 25 s; keeps an accumulator per key and 5 s, 12 for each window'],
    ['join', 'SELECT a.v AS x, b.v AS y FROM input a TIMESTAMP BY t LEFT JOIN other b TIMESTAMP BY t ON a.k = b.k AND DATEDIFF(second, a, b) BETWEEN 0 AND 30', 'left join on left.k = right.k AND DATEDIFF(second, left time, right time) >= 0 AND DATEDIFF(second, left time, right time) <= 30; keeps the left rows of 31 s and the right rows of 1 s'],
    ['analytic', 'SELECT LAG(v, 2, 0) OVER (PARTITION BY k LIMIT DURATION(minute, 1) WHEN v > 0) AS x FROM input TIMESTAMP BY t', 'LAG(v, 2, else 0) OVER (PARTITION BY k LIMIT 1 min WHEN v > 0); keeps 1 min of values per key'],
    ['match', 'SELECT * FROM input MATCH_RECOGNIZE (LIMIT DURATION(minute, 1) PARTITION BY k MEASURES Last(B.v) AS v PATTERN ((A | B)+ .? B{2,3}) DEFINE A AS A.v < 1, B AS B.v > Last(A.v) + 1) AS m', '((A | B)+ .? B{2,3}) within 1 min by k, where A: v < 1; B: v > LAST(A.v) + 1, giving LAST(B.v) AS v; keeps 1 min of rows per key'],
  ])('what a %s does: %s', (kind, query, text) => expect(line(planOf(query), kind)).toBe(text));

  it('why an aggregate of the job is not computed in parts', () => {
    const [example] = readDocument(join(__dirname, '../../docs/sql/functions.md')).examples.filter(({ sql }) => sql.includes('uda.'));
    expect(line(planText(compileExample(example as Example).plan), 'aggregate')).toMatch(/^uda\.timeweighted\(v\), COUNT\(\*\) by k, tumbling windows of 10 s \(from all rows in order of time: uda\.timeweighted cannot be computed in parts\)/);
  });

  it('how much work a query is', () => {
    const query = 'SELECT k, COUNT(*) AS n FROM input TIMESTAMP BY t GROUP BY k, TumblingWindow(second, 10)';
    expect(planOf('SELECT v FROM input WHERE v > 1')).toMatch(/work: none besides the trigger$/);
    expect(planOf(query)).toMatch(/work:\n {2}each batch of events of a partition of input: 1 operation of its entity\n {2}each window that closes in partition.input.0: 1 operation of group.1 for each shard that gets rows$/);
    expect(planOf(query, 'k')).toMatch(/work:\n {2}each batch of events of a partition of input: 1 operation of its entity$/);
  });
});

describe('weir explain', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-explain-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const query = join(folder, 'query.saql');
  const printed = async (values: Record<string, string | boolean | string[]>): Promise<string> => {
    const lines: string[] = [];
    expect(await explain.run({ positionals: [], values: { query, input: ['input='], ...values }, print: (text) => lines.push(text), note: () => undefined, isTerminal: false })).toBe(0);
    return lines.join('\n');
  };
  beforeAll(() => writeFileSync(query, 'SELECT v FROM input WHERE v > 1'));

  it('prints JSON and nothing else with --json, with the code if asked', async () => {
    expect(Object.keys(JSON.parse(await printed({ json: true })) as object)).toEqual(['plan', 'cost']);
    const both = JSON.parse(await printed({ json: true, code: true })) as { plan: { outputs: string[] }; source: Record<string, string> };
    expect(both.plan.outputs).toEqual(['output']);
    expect(Object.keys(both.source)).toEqual(['ingest.input']);
  });

  it('prints the code of each stage behind the plan with --code', async () => {
    expect(await printed({ code: true })).toMatch(/work: none besides the trigger\n\ncost at [^]*\n {2}no entity operations\n\n\/\/ ingest.input\n"use strict";/);
  });
});
