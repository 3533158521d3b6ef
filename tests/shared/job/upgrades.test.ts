/** A job whose query is changed: what is the same, what is refused, and two versions side by side that write every row once. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explain } from '../../../local/cli/explain/command';
import { compile } from '../../../shared/compiler/compile';
import type { OutputBatch } from '../../../shared/event';
import { createDecoder } from '../../../shared/formats/decoder';
import { entityAddress, entityKey } from '../../../shared/job/entity-batch';
import { fingerprints, replayLength } from '../../../shared/job/fingerprint';
import { comparePlans } from '../../../shared/job/plan-change';
import { firstArrival, ownRows } from '../../../shared/job/version';
import type { Program, TimePolicy } from '../../../shared/program';
import { EntityCache, runEntity, type EntityContext } from '../../../shared/runtime/entity';
import { Runner } from '../../../shared/runtime/runner';
import { createUdfs } from '../../../shared/udf/javascript';
import { toJsonText } from '../../../shared/values/json';
import { formatDateTime, parseDateTime, TICKS_PER_DAY, TICKS_PER_SECOND } from '../../../shared/values/ticks';
import { seeded } from '../../scripts/worlds';

const policy: TimePolicy = { early: 60 * TICKS_PER_SECOND, late: 'unlimited', outOfOrder: 0, action: 'adjust' };
const context = { policy, compatibilityLevel: '1.2', functions: {} };
const udf = createUdfs({ f: 'function f(v) { return v; }' });
const compiled = (query: string): Program => compile(query, { inputs: [{ name: 'input', kind: 'stream' }], shards: 2, udf });
const WINDOW = 'SELECT k, COUNT(*) AS n INTO windows FROM input TIMESTAMP BY t GROUP BY k, TumblingWindow(second, 10)';

describe('fingerprints', () => {
  const of = (query: string, more: Partial<typeof context> & { functions?: Record<string, string> } = {}): string[] => fingerprints(compiled(query).plan, { ...context, ...more });
  const verdict = (old: string, next: string): string => {
    const [a, b] = [compiled(old).plan, compiled(next).plan];
    return comparePlans({ plan: a, fingerprints: fingerprints(a, context) }, { plan: b, fingerprints: fingerprints(b, context) }, TICKS_PER_DAY).verdict;
  };

  it.each<[string, string, string]>([
    ['nothing', WINDOW, 'keep'],
    ['how it is written', `-- a remark\n${WINDOW.replace('COUNT(*)', 'count( * )')}`, 'keep'],
    ['what is done with the windows', `${WINDOW} HAVING COUNT(*) > 5`, 'keep'],
    ['the window', WINDOW.replace('10)', '20)'), 'rebuild'],
    ['what is counted', WINDOW.replace('GROUP BY', 'WHERE v > 1 GROUP BY'), 'rebuild'],
    ['the key', WINDOW.replace('SELECT k,', 'SELECT j,').replace('BY k,', 'BY j,'), 'rebuild'],
    ['the time', WINDOW.replace('BY t', 'BY u'), 'rebuild'],
    ['a further output before it', `SELECT k INTO plain FROM input TIMESTAMP BY t ${WINDOW}`, 'rebuild'],
    ['a window of a year', WINDOW.replace('TumblingWindow(second, 10)', 'TumblingWindow(day, 7)'), 'incompatible'],
  ])('tell whether state can go on when %s changes', (_what, next, expected) => expect(verdict(WINDOW, next)).toBe(expected));

  it('are of the time policy and of functions too', () => {
    expect(of(WINDOW, { policy: { ...policy, outOfOrder: 1 } })).not.toEqual(of(WINDOW));
    const query = WINDOW.replace('COUNT(*)', 'SUM(udf.f(v))');
    expect(of(query, { functions: { f: 'a' } })).toEqual(of(query, { functions: { f: 'a', other: 'b' } }));
    expect(of(query, { functions: { f: 'a' } })).not.toEqual(of(query, { functions: { f: 'b' } }));
  });

  it('tell what must be replayed: the sum over operators that follow each other', () => {
    const query = 'WITH s AS (SELECT COUNT(*) AS n FROM input TIMESTAMP BY t GROUP BY TumblingWindow(second, 10)) SELECT AVG(n) AS m INTO o FROM s GROUP BY HoppingWindow(second, 60, 10)';
    expect(replayLength(compiled(query).plan)).toBe(70 * TICKS_PER_SECOND);
  });
});

describe('the state of an entity', () => {
  const operate = (query: string, state: string | null): string => {
    const program = compiled(query);
    const entity: EntityContext = { program, fingerprints: fingerprints(program.plan, context), environment: { policy, references: { at: () => ({ version: '0', rows: [] }) }, onError: 'dead-letter', gapTimeoutMs: 1 }, nowMs: 0, random: () => 'v', cache: new EntityCache() };
    return runEntity({ entity: 'partition', input: 'input', partition: '0' }, state, [{ name: 'tick', input: { watermark: 'end', lastSequenceNumber: -1, partitions: 1 } }], entity).stateText;
  };

  it('is read under the same plan, and under one that differs only behind it', () => {
    const state = operate(WINDOW, null);
    expect(() => operate(WINDOW, state)).not.toThrow();
    expect(() => operate(`${WINDOW} HAVING COUNT(*) > 5`, state)).not.toThrow();
  });

  it('of another plan or form is refused, with what to do', () => {
    const state = operate(WINDOW, null);
    expect(() => operate(WINDOW.replace('10)', '20)'), state)).toThrow(/the state of input\|0 is of another query: operator .* raise "version" in job\.json .*weir explain --against/);
    expect(() => operate(WINDOW, state.replace(/"f":\d+/, '"f":1'))).toThrow(/has format 1, and this version of Weir reads 3 and \d+: raise "version"/);
  });
});

describe('versions of a job', () => {
  const address = { entity: 'partition', input: 'i', partition: '0' } as const;
  const [one, two] = [{ name: 'job', version: 1 }, { name: 'job', version: 2 }];

  it('have entities of their own; those of an earlier one are left alone, and no other job is touched', () => {
    expect([entityKey(one, address), entityKey(two, address)]).toEqual(['job|i|0', 'job.v2|i|0']);
    expect(entityAddress(two, 'partition', 'job.v2|i|0')).toEqual(address);
    expect(entityAddress(two, 'partition', 'job|i|0')).toBeUndefined();
    expect(() => entityAddress(one, 'partition', 'job.v2|i|0')).toThrow(/is not of the job job/);
    expect(() => entityAddress(two, 'partition', 'jobs|i|0')).toThrow(/is not of the job job\.v2/);
  });

  const SECOND = TICKS_PER_SECOND;
  const START = parseDateTime('2024-01-01T00:00:00Z') as number;
  const QUERIES = [
    WINDOW,
    WINDOW.replace('TumblingWindow(second, 10)', 'HoppingWindow(second, 30, 10)'),
    'SELECT k INTO plain FROM input TIMESTAMP BY t',
    "SELECT k, LAG(v) OVER (PARTITION BY k LIMIT DURATION(second, 40)) AS before INTO o FROM input TIMESTAMP BY t",
    'SELECT a.k, a.v AS x, b.v AS y INTO o FROM input a TIMESTAMP BY t JOIN input b TIMESTAMP BY t ON a.k = b.k AND DATEDIFF(second, a, b) BETWEEN 0 AND 20',
  ];

  it.each(QUERIES)('write every row once between them: %s', (query) => {
    const program = compiled(query);
    const random = seeded(11);
    const events = Array.from({ length: 800 }, (_, i) => ({ arrival: START + i * SECOND, body: JSON.stringify({ k: 'abc'[Math.floor(random() * 3)], v: i, t: formatDateTime(START + i * SECOND) }) }));
    const T = '2024-01-01T00:10:00Z';
    const run = (own: (batch: OutputBatch) => OutputBatch, least: number): string[] => {
      const rows: string[] = [];
      const runner = new Runner(program, {
        decoders: { input: createDecoder({ format: 'json', booleansAsBit: true }) },
        policy,
        references: { at: () => ({ version: '0', rows: [] }) },
        onError: 'dead-letter',
        onOutput: (batch) => rows.push(...own(batch).rows.map(({ t, values }) => `${t} ${toJsonText(values)}`)),
        onDeadLetters: () => undefined,
      });
      const wanted = events.map(({ arrival, body }, n) => ({ sequenceNumber: n, enqueued: arrival, body: Buffer.from(body) })).filter(({ enqueued }) => enqueued >= least);
      runner.push({ input: 'input', partition: '0', partitionCount: 1, begin: wanted[0]?.sequenceNumber ?? 0, events: wanted });
      runner.finish();
      return rows.sort();
    };
    const least = firstArrival({ from: T }, program.plan, policy) as number;
    const blue = run(ownRows({ version: 1, until: T }), -Infinity);
    const green = run(ownRows({ version: 2, from: T }), least);
    // Part of the events is enough for green.
    expect(least).toBeGreaterThan(START + 60 * SECOND);
    expect([blue.length, green.length].every((count) => count > 0)).toBe(true);
    expect([...blue, ...green].sort()).toEqual(run((batch) => batch, -Infinity));
  });

  it('have writers of their own, so that positions of one are not taken for those of another', () => {
    const batch: OutputBatch = { output: 'o', writer: 'in.0', first: 0, last: 1, rows: [] };
    expect(ownRows({ version: 3 })(batch).writer).toBe('in.0.v3');
    expect(ownRows({ version: 1 })(batch)).toBe(batch);
  });
});

describe('weir explain --against', () => {
  let dir: string;
  beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'weir-against-'))));
  afterEach(() => rmSync(dir, { recursive: true }));

  const job = (query: string, more: object = {}): void => {
    writeFileSync(join(dir, 'job.json'), JSON.stringify({ name: 'j', inputs: { input: { type: 'eventHub', connection: 'E', eventHub: 'h' } }, outputs: { windows: { type: 'blob', connection: 'S', container: 'c', path: 'w' } }, ...more }));
    writeFileSync(join(dir, 'query.saql'), query);
  };
  const against = async (old: string, ...flags: string[]): Promise<{ code: number; text: string }> => {
    writeFileSync(join(dir, 'old'), old);
    const lines: string[] = [];
    const values = { job: dir, against: join(dir, 'old'), ...Object.fromEntries(flags.map((flag) => [flag, true])) };
    const code = await explain.run({ positionals: [], values, print: (line) => lines.push(line), note: () => undefined, isTerminal: false });
    return { code, text: lines.join('\n') };
  };

  it('says keep, of an old query and of a saved plan', async () => {
    job(`${WINDOW} HAVING COUNT(*) > 5`);
    expect(await against(WINDOW)).toMatchObject({ code: 0, text: expect.stringMatching(/^keep: every state goes on[\s\S]*deploy it with the same "version"/) as string });
    const inputs = { inputs: [{ name: 'input', kind: 'stream' as const }], shards: 2 };
    expect((await against(JSON.stringify(compile(WINDOW, inputs).plan))).text).toMatch(/^keep/);
  });

  it('says what is rebuilt and what to do', async () => {
    job(WINDOW.replace('10)', '20)'));
    const { code, text } = await against(WINDOW);
    expect(code).toBe(0);
    expect(text).toMatch(/^rebuild by replay: the new version needs the events of 20s before its first row/);
    expect(text).toMatch(/aggregate +partition\.input\.\d+ +rebuild by replay +it, or what comes before it, has changed/);
    expect(text).toMatch(/1\. set "version": 2 in job\.json/);
    const { verdict, operators, steps } = JSON.parse((await against(WINDOW, 'json')).text) as { verdict: string; operators: unknown[]; steps: string[] };
    expect([verdict, operators.length > 2, steps.length]).toEqual(['rebuild', true, 4]);
  });

  it('says when the hub does not keep what is needed, and fails', async () => {
    job(WINDOW.replace('TumblingWindow(second, 10)', 'TumblingWindow(day, 2)'));
    expect(await against(WINDOW)).toMatchObject({ code: 1, text: expect.stringMatching(/^incompatible: .* of 2d .* keeps 1d/) as string });
  });
});
