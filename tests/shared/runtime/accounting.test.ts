/** Every event is accounted for: `events = filtered + deadLettered + applied + pending`, in each partition and after each delivery, whatever the bytes are. */
import fc from 'fast-check';
import { compile } from '../../../shared/compiler/compile';
import type { DeadLetter, InputEvent } from '../../../shared/event';
import { createDecoder, openColumnsOf, type FormatOptions } from '../../../shared/formats/decoder';
import { Ingest } from '../../../shared/runtime/ingest';
import type { IngestDelivery } from '../../../shared/runtime/delivery';
import { PartitionState, type PartitionStatus } from '../../../shared/runtime/partition';
import type { TimePolicy } from '../../../shared/program';
import { TICKS_PER_SECOND, formatDateTime, parseDateTime } from '../../../shared/values/ticks';

const START = parseDateTime('2024-01-01T00:00:00Z') as number;
const FORMAT: FormatOptions = { format: 'json', booleansAsBit: true };
const QUERIES = [
  'SELECT k, COUNT(*) AS n INTO windows FROM input TIMESTAMP BY t WHERE v > 2 GROUP BY k, TumblingWindow(second, 5)',
  'SELECT k, v INTO plain FROM input TIMESTAMP BY t WHERE v > 2',
  "SELECT k, LAG(v) OVER (PARTITION BY k LIMIT DURATION(second, 9)) AS before, CAST(k AS bigint) AS c INTO o FROM input TIMESTAMP BY t",
  'SELECT COUNT(*) AS n INTO a FROM input TIMESTAMP BY t GROUP BY TumblingWindow(second, 3) SELECT * INTO b FROM input TIMESTAMP BY t WHERE v = 1',
];

const record = fc.record({ k: fc.constantFrom('a', 'b', '7', null), v: fc.constantFrom<unknown>(1, 3, 5, 'x', null), t: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: -40, max: 40 }).map((s) => formatDateTime(START + s * TICKS_PER_SECOND)) }, { weight: 1, arbitrary: fc.constantFrom<unknown>('yesterday', null, 7, {}) }) });
const body = fc.oneof(
  { weight: 6, arbitrary: record.map((r) => Buffer.from(JSON.stringify(r))) },
  { weight: 1, arbitrary: fc.array(record, { maxLength: 3 }).map((list) => Buffer.from(JSON.stringify(list))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.constantFrom('', '{', 'null', '[]', '{"k":1,"k":2}', '{"v":1e999}').map((text) => Buffer.from(text)) },
);
const policy = fc.record<TimePolicy>({ early: fc.constantFrom<TimePolicy['early']>('unlimited', 10 * TICKS_PER_SECOND), late: fc.constantFrom<TimePolicy['late']>('unlimited', 5 * TICKS_PER_SECOND), outOfOrder: fc.constantFrom(0, 3 * TICKS_PER_SECOND), action: fc.constantFrom('adjust', 'drop') });

const sum = (counts: Record<string, number>): number => Object.values(counts).reduce((total, count) => total + count, 0);

function check({ events, filtered, deadLettered, applied, pending }: PartitionStatus): void {
  expect(filtered + sum(deadLettered) + applied + pending).toBe(events);
  expect(Math.min(events, filtered, applied, pending, ...Object.values(deadLettered))).toBeGreaterThanOrEqual(0);
}

describe('events', () => {
  it.each(QUERIES)('are all accounted for: %s', (query) => {
    const program = compile(query, { inputs: [{ name: 'input', kind: 'stream' }], shards: 2 });
    fc.assert(
      fc.property(fc.array(body, { minLength: 1, maxLength: 30 }), policy, fc.array(fc.tuple(fc.nat(29), fc.integer({ min: 1, max: 8 })), { maxLength: 12 }), (bodies, timePolicy, redelivered) => {
        const references = { at: () => ({ version: '0', rows: [] }) };
        const ingest = new Ingest(program, 'input', { decoder: createDecoder(FORMAT), openColumns: openColumnsOf(FORMAT), policy: timePolicy, references, onError: 'dead-letter' });
        const state = new PartitionState(program, 'input', '0', { policy: timePolicy, references, onError: 'dead-letter', gapTimeoutMs: Infinity, generation: 'g' });
        const events = bodies.map((bytes, n): InputEvent => ({ sequenceNumber: n, enqueued: START + n * TICKS_PER_SECOND, body: bytes }));
        const letters = new Map<number, DeadLetter>();
        const deliver = (from: number, count: number): void => {
          const some = events.slice(from, from + count);
          if (some.length === 0) return;
          const { delivery, deadLetters } = ingest.run({ input: 'input', partition: '0', partitionCount: 1, begin: 0, events: some });
          for (const letter of deadLetters) letters.set(letter.sequenceNumber, letter);
          state.deliver(JSON.parse(JSON.stringify(delivery)) as IngestDelivery, 0);
          check(state.status());
        };
        // In any order, more than once, with gaps in between; then all that is left.
        for (const [from, count] of redelivered) deliver(from, count);
        for (let from = 0; from < events.length; from += 4) deliver(from, 4);
        state.tick({ watermark: 'end', lastSequenceNumber: events.length - 1, partitions: 1 }, 0);
        const status = state.status();
        check(status);
        expect(status).toMatchObject({ events: events.length, pending: 0, gap: 0 });
        // What was set aside is there with its bytes; an event of several records may have been used in part.
        for (const [n, letter] of letters) expect(Buffer.from(letter.body, 'base64').equals(bodies[n] as Buffer)).toBe(true);
        expect(letters.size + (status.deadLettered['out-of-order'] ?? 0)).toBeGreaterThanOrEqual(sum(status.deadLettered));
      }),
      { numRuns: 100 },
    );
  });
});
