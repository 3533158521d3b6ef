/**
 * The stages as durable entities run them, on a store that misbehaves: signals come twice and in any order, batches are aborted after their effects have
 * left. The rows, gathered by their identity, must be those of the undisturbed run.
 */
import fc from 'fast-check';
import { compile } from '../../../shared/compiler/compile';
import type { EventBatch } from '../../../shared/event';
import { createDecoder } from '../../../shared/formats/decoder';
import { EntityCache, addressOf, keyOfEntity, runEntity, type EntityAddress, type EntityContext, type Operation } from '../../../shared/runtime/entity';
import { Ingest } from '../../../shared/runtime/ingest';
import { toJsonText } from '../../../shared/values/json';
import { TICKS_PER_SECOND, formatDateTime, fromUnixMs, parseDateTime } from '../../../shared/values/ticks';
import { PATIENT, runWorld, seeded } from '../../scripts/worlds';

const START = parseDateTime('2024-01-01T00:00:00Z') as number;
const PARTITIONS = 3;
const policy = { ...PATIENT, outOfOrder: 20 * TICKS_PER_SECOND };

/** A durable store in memory. */
class Store {
  readonly rows = new Map<string, string>();
  private readonly states = new Map<string, string>();
  private readonly mailboxes = new Map<string, { address: EntityAddress; operations: Operation[] }>();
  private version = 0;
  private readonly cache = new EntityCache(2);

  constructor(
    private readonly program: EntityContext['program'],
    private readonly random: () => number,
  ) {}

  /** A signal arrives once or twice, as text. */
  signal(address: EntityAddress, name: string, input: unknown): void {
    const box = this.mailboxes.get(id(address)) ?? { address, operations: [] };
    this.mailboxes.set(id(address), box);
    for (let copies = this.random() < 0.3 ? 2 : 1; copies > 0; copies--) {
      box.operations.splice(Math.floor(this.random() * (box.operations.length + 1)), 0, { name, input: JSON.parse(JSON.stringify(input)) as unknown });
    }
  }

  get isBusy(): boolean {
    return [...this.mailboxes.values()].some((box) => box.operations.length > 0);
  }

  /** One batch of some entity; it may be aborted after its effects have left. */
  step(): void {
    const busy = [...this.mailboxes.values()].filter((box) => box.operations.length > 0);
    const box = busy[Math.floor(this.random() * busy.length)] as (typeof busy)[number];
    const batch = box.operations.slice(0, 1 + Math.floor(this.random() * 4));
    const context: EntityContext = {
      program: this.program,
      environment: { policy, references: { at: () => ({ version: '0', rows: [] }) }, onError: 'dead-letter', gapTimeoutMs: Infinity },
      nowMs: 0,
      random: () => `v${this.version++}`,
      cache: this.cache,
    };
    const { stateText, effects } = runEntity(box.address, this.states.get(id(box.address)) ?? null, batch, context);
    for (const { output, rows } of effects.outputs) for (const row of rows) this.rows.set(`${output} ${row.id}`, toJsonText(row.values));
    for (const { address, operation, input } of effects.signals) this.signal(address, operation, input);
    if (this.random() < 0.2) return;
    this.states.set(id(box.address), stateText);
    batch.forEach((operation) => box.operations.splice(box.operations.indexOf(operation), 1));
  }
}

const id = (address: EntityAddress): string => `${address.entity} ${keyOfEntity(address)}`;

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
        const program = compile(query, { inputs: [{ name: 'input', kind: 'stream' }], shards: 2 });
        const store = new Store(program, random);
        const ingest = new Ingest(program, 'input', { decoder: createDecoder({ format: 'json', booleansAsBit: true }), policy, references: { at: () => ({ version: '0', rows: [] }) }, onError: 'dead-letter' });
        for (let p = 0; p < PARTITIONS; p++) {
          const own = bodies.filter((_, i) => i % PARTITIONS === p).map((body, n) => ({ sequenceNumber: n, enqueued: fromUnixMs(Date.UTC(2024, 0, 1)), body: Buffer.from(body) }));
          for (let from = 0; from < own.length; ) {
            const size = 1 + Math.floor(random() * 3);
            const batch: EventBatch = { input: 'input', partition: String(p), partitionCount: PARTITIONS, begin: 0, events: own.slice(from, from + size) };
            store.signal({ entity: 'partition', input: 'input', partition: String(p) }, 'deliver', ingest.run(batch).delivery);
            // A redelivery with other boundaries now and then.
            if (random() >= 0.3) from += size;
            else from += Math.max(1, size - 1);
          }
        }
        while (store.isBusy) store.step();
        for (let p = 0; p < PARTITIONS; p++) store.signal({ entity: 'partition', input: 'input', partition: String(p) }, 'tick', { watermark: 'end', lastSequenceNumber: -1, partitions: PARTITIONS });
        while (store.isBusy) store.step();
        const plain = runWorld({ query, inputs: ['input'], policy, events: bodies.map((body) => ({ input: 'input', body })) }, { name: 'plain', partitions: PARTITIONS, batch: 100 });
        expect([...store.rows.values()].sort()).toEqual(plain.rows.output ?? []);
      }),
      { numRuns: 60 },
    );
  });
});

describe('states', () => {
  const context = (program: EntityContext['program']): EntityContext => ({ program, environment: { policy, references: { at: () => ({ version: '0', rows: [] }) }, onError: 'dead-letter', gapTimeoutMs: 1 }, nowMs: 0, random: () => 'v', cache: new EntityCache() });
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
