/** Events that go through the trigger's stage in columns leave what they leave one by one, whatever lies between them. */
import fc from 'fast-check';
import { compile } from '../../../shared/compiler/compile';
import type { EventBatch, InputEvent } from '../../../shared/event';
import { createDecoder, openColumnsOf } from '../../../shared/formats/decoder';
import type { TimePolicy } from '../../../shared/program';
import { Ingest } from '../../../shared/runtime/ingest';
import { fromUnixMs, TICKS_PER_SECOND } from '../../../shared/values/ticks';

const FORMAT = { format: 'json', booleansAsBit: true } as const;
const ARRIVAL = fromUnixMs(Date.UTC(2026, 0, 1, 0, 1));
const POLICIES: TimePolicy[] = [
  { early: 'unlimited', late: 'unlimited', outOfOrder: 0, action: 'adjust' },
  { early: 5 * TICKS_PER_SECOND, late: 30 * TICKS_PER_SECOND, outOfOrder: TICKS_PER_SECOND, action: 'adjust' },
  { early: 0, late: 20 * TICKS_PER_SECOND, outOfOrder: 0, action: 'drop' },
];
const QUERIES = [
  'SELECT a, b INTO out FROM input TIMESTAMP BY time WHERE a > 1',
  'SELECT a, COUNT(*) AS n INTO out FROM input TIMESTAMP BY time WHERE CAST(b AS bigint) > 0 GROUP BY a, TumblingWindow(second, 10)',
  'SELECT COUNT(*) AS n INTO out FROM input GROUP BY TumblingWindow(second, 10)',
  'SELECT a * b AS c, System.Timestamp() AS t INTO out FROM input TIMESTAMP BY time; SELECT b INTO other FROM input TIMESTAMP BY time WHERE a = 0',
  'SELECT a INTO out FROM input TIMESTAMP BY time; SELECT b INTO out FROM input TIMESTAMP BY time',
  'SELECT a, PartitionId AS p, EventEnqueuedUtcTime AS e INTO out FROM input TIMESTAMP BY time WHERE 10 / a > 1',
  'WITH u AS (SELECT a FROM input TIMESTAMP BY time UNION SELECT b FROM input TIMESTAMP BY time) SELECT a, COUNT(*) AS n INTO out FROM u GROUP BY a, TumblingWindow(second, 5)',
  'SELECT a, LAG(b) OVER (LIMIT DURATION(second, 10)) AS last INTO out FROM input TIMESTAMP BY DATEADD(second, 1, time)',
];

const time = fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 0, max: 75 }).map((s) => new Date(Date.UTC(2026, 0, 1, 0, 0, s)).toISOString()) }, { weight: 1, arbitrary: fc.constantFrom('soon', '2026-01-01 00:00:30', '') });
const value = fc.oneof({ weight: 6, arbitrary: fc.integer({ min: -2, max: 12 }) }, { weight: 1, arbitrary: fc.constantFrom<unknown>('7', 'x', null, true, { c: 1 }, [1]) });
const body = fc.oneof(
  { weight: 10, arbitrary: fc.record({ a: value, b: value, time }).map((event) => JSON.stringify(event)) },
  { weight: 2, arbitrary: fc.constantFrom('', '{', '[]', '[{"a":1,"time":"2026-01-01T00:00:40Z"},{"a":2,"time":"2026-01-01T00:00:41Z"}]', '{"a":1,"A":2,"time":"2026-01-01T00:00:42Z"}', '{"a":"\\n","time":"2026-01-01T00:00:43Z"}') },
);
const batch = fc.array(fc.tuple(body, fc.integer({ min: 1, max: 12 }).map((n) => (n === 12 ? 4 : 1))), { minLength: 1, maxLength: 40 }).map((list): EventBatch => {
  let sequenceNumber = 10;
  const events = list.map(([text, step], i): InputEvent => ({ sequenceNumber: (sequenceNumber += step), enqueued: ARRIVAL + i * 1000, body: Buffer.from(text) }));
  return { input: 'input', partition: '1', partitionCount: 2, begin: 0, events };
});

describe.each(QUERIES)('%s', (query) => {
  it('gives the same', () => {
    const program = compile(query, { inputs: [{ name: 'input', kind: 'stream' }] });
    let dead = 0;
    fc.assert(
      fc.property(fc.constantFrom(...POLICIES), fc.array(batch, { minLength: 1, maxLength: 3 }), (policy, batches) => {
        const environment = { decoder: createDecoder(FORMAT), policy, references: { at: () => ({ version: '0', rows: [] }) }, onError: 'dead-letter' as const };
        const [fast, slow] = [new Ingest(program, 'input', { ...environment, openColumns: openColumnsOf(FORMAT) }), new Ingest(program, 'input', environment)];
        for (const events of batches) {
          const [a, b] = [fast.run(events), slow.run(events)];
          dead += b.deadLetters.length;
          expect(JSON.parse(JSON.stringify(a))).toEqual(JSON.parse(JSON.stringify(b)));
        }
      }),
      { numRuns: 80 },
    );
    expect(dead).toBeGreaterThan(10);
  });
});
