/**
 * The stages as durable entities run them, on a store that misbehaves: signals come twice and in any order, batches are aborted after their effects have
 * left. The rows, gathered by their identity, must be those of the undisturbed run.
 */
import fc from 'fast-check';
import { compile } from '../../../shared/compiler/compile';
import { createDecoder } from '../../../shared/formats/decoder';
import { EntityCache, addressOf, keyOfEntity, runEntity, type EntityContext } from '../../../shared/runtime/entity';
import { toJsonText } from '../../../shared/values/json';
import { TICKS_PER_SECOND, formatDateTime, fromUnixMs, parseDateTime } from '../../../shared/values/ticks';
import { EntityStore } from '../../scripts/entity-store';
import { PATIENT, runWorld, seeded } from '../../scripts/worlds';

const START = parseDateTime('2024-01-01T00:00:00Z') as number;
const PARTITIONS = 3;
const policy = { ...PATIENT, outOfOrder: 20 * TICKS_PER_SECOND };

const QUERIES = [
  'SELECT k, COUNT(*) AS n, SUM(v) AS s, System.Timestamp() AS e FROM input TIMESTAMP BY t GROUP BY k, TumblingWindow(second, 5)',
  'SELECT a.k, a.v AS x, b.v AS y FROM input a TIMESTAMP BY t JOIN input b TIMESTAMP BY t ON a.k = b.k AND DATEDIFF(second, a, b) BETWEEN 0 AND 3',
  'WITH s AS (SELECT k, COUNT(*) AS n FROM input TIMESTAMP BY t GROUP BY k, TumblingWindow(second, 2)) SELECT MAX(n) AS m, System.Timestamp() AS e FROM s GROUP BY TumblingWindow(second, 10)',
];

describe('entities on a store that misbehaves', () => {
  it.each(QUERIES)('%s', (query) => {
    const event = fc.record({ k: fc.constantFrom('a', 'b', 'c'), v: fc.integer({ min: 0, max: 9 }), s: fc.integer({ min: 0, max: 30 }) });
    fc.assert(
      fc.property(fc.array(event, { maxLength: 24 }), fc.integer(), (events, seed) => {
        const random = seeded(seed);
        const bodies = events.map(({ k, v, s }) => JSON.stringify({ k, v, t: formatDateTime(START + s * TICKS_PER_SECOND) }));
        const rows = new Map<string, string>();
        const store = new EntityStore(compile(query, { inputs: [{ name: 'input', kind: 'stream' }], shards: 2 }), {
          environment: { policy, references: { at: () => ({ rows: [] }) }, onError: 'dead-letter' },
          decoders: { input: createDecoder({ format: 'json', booleansAsBit: true }) },
          onOutput: ({ output, rows: batch }) => batch.forEach((row) => rows.set(`${output} ${row.id}`, toJsonText(row.values))),
          onDeadLetters: () => undefined,
          random,
          limits: { inline: [0, 100, 300, Infinity][Math.floor(random() * 4)] as number, segments: Math.floor(random() * 4), times: random() < 0.3 ? 2 : 0 },
        });
        for (let p = 0; p < PARTITIONS; p++) {
          const own = bodies.filter((_, i) => i % PARTITIONS === p).map((body, n) => ({ sequenceNumber: n, enqueued: fromUnixMs(Date.UTC(2024, 0, 1)), body: Buffer.from(body) }));
          for (let from = 0; from < own.length; ) {
            const size = 1 + Math.floor(random() * 3);
            store.push({ input: 'input', partition: String(p), partitionCount: PARTITIONS, begin: 0, events: own.slice(from, from + size) });
            // A redelivery with other boundaries now and then.
            if (random() >= 0.3) from += size;
            else from += Math.max(1, size - 1);
          }
        }
        store.settle();
        store.end('input', PARTITIONS);
        store.settle();
        const plain = runWorld({ query, inputs: ['input'], policy, events: bodies.map((body) => ({ input: 'input', body })) }, { name: 'plain', partitions: PARTITIONS, batch: 100 });
        expect([...rows.values()].sort()).toEqual(plain.rows.output ?? []);
      }),
      { numRuns: 60 },
    );
  });
});

describe('states', () => {
  const context = (program: EntityContext['program']): EntityContext => ({ program, environment: { policy, references: { at: () => ({ rows: [] }) }, onError: 'dead-letter', gapTimeoutMs: 1 }, nowMs: 0, random: () => 'v', cache: new EntityCache() });
  const program = compile('SELECT a FROM input', { inputs: [{ name: 'input', kind: 'stream' }] });

  it('of an unknown format are refused', () => {
    expect(() => runEntity({ entity: 'partition', input: 'input', partition: '0' }, '{"v":"x","f":99,"s":[]}', [], context(program))).toThrow(/format 99/);
  });

  it('have keys that give back their addresses', () => {
    for (const address of [{ entity: 'partition', input: 'a_b/c d', partition: '3' }, { entity: 'group', stage: 'group.1.single', shard: 2 }] as const) {
      expect(keyOfEntity(address)).toMatch(/^[A-Za-z0-9_.|-]+$/);
      expect(addressOf(address.entity, keyOfEntity(address))).toEqual(address);
    }
  });
});
