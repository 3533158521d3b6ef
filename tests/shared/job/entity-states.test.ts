/** How parts of large states are read and written around the pure step. */
import { EntityStates } from '../../../shared/job/entity-states';
import { compile } from '../../../shared/compiler/compile';
import { createDecoder } from '../../../shared/formats/decoder';
import { Ingest } from '../../../shared/runtime/ingest';
import type { EntityAddress, EntityResult, Operation } from '../../../shared/runtime/entity';
import { blobsOf } from '../../../shared/runtime/state-log';
import { logHeadOf } from '../../../shared/runtime/state-text';
import { formatDateTime, parseDateTime, TICKS_PER_SECOND } from '../../../shared/values/ticks';
import { MemoryStateStore } from '../../support/memory-state-store';

const HOUR = 3_600_000;
const START = parseDateTime('2024-01-01T00:00:00Z') as number;
const ADDRESS: EntityAddress = { entity: 'partition', input: 'the input', partition: '0' };
const program = compile('SELECT k, COUNT(*) AS n INTO o FROM [the input] TIMESTAMP BY t GROUP BY k, TumblingWindow(day, 1)', { inputs: [{ name: 'the input', kind: 'stream' }] });
const environment = { policy: { early: 'unlimited' as const, late: 'unlimited' as const, outOfOrder: 0, action: 'adjust' as const }, references: { at: () => ({ rows: [] }) }, onError: 'dead-letter' as const, gapTimeoutMs: Infinity };
const ingest = new Ingest(program, 'the input', { ...environment, decoder: createDecoder({ format: 'json', booleansAsBit: true }) });

/** Ten new keys. */
function delivery(n: number): Operation {
  const events = Array.from({ length: 10 }, (_, i) => ({ sequenceNumber: n * 10 + i, enqueued: START, body: Buffer.from(JSON.stringify({ k: `key ${n * 10 + i}`, t: formatDateTime(START + (n + 1) * TICKS_PER_SECOND) })) }));
  return { name: 'deliver', input: JSON.parse(JSON.stringify(ingest.run({ input: 'the input', partition: '0', partitionCount: 1, begin: 0, events }).delivery)) as unknown };
}

class Host {
  readonly store = new MemoryStateStore();
  text: string | null = null;
  states = this.open();

  open(): EntityStates {
    return new EntityStates({ name: 'job', version: 2 }, this.store, { inline: 500, segments: 500, times: 0 });
  }

  /** A batch up to its commit. */
  async attempt(...operations: Operation[]): Promise<EntityResult> {
    const result = await this.states.run(ADDRESS, this.text, operations, { program, environment, nowMs: this.store.nowMs });
    await this.states.write(ADDRESS, result.blobs);
    return result;
  }

  async batch(...operations: Operation[]): Promise<void> {
    this.text = (await this.attempt(...operations)).stateText;
  }

  get referred(): string[] {
    return blobsOf(logHeadOf(this.text as string)).map((name) => `job.v2/partition/the_20input/0/${name}`).sort();
  }

  get stored(): string[] {
    return [...this.store.blobs.keys()].sort();
  }

  async fill(from: number, to: number): Promise<void> {
    for (let n = from; n < to; n++) await this.batch(delivery(n));
  }

  /** Until its state has so many parts; gives the next delivery's number. */
  async fillTo(parts: number): Promise<number> {
    let n = 0;
    for (; this.text === null || this.referred.length < parts; n++) await this.batch(delivery(n));
    return n;
  }
}

describe('the parts of a large state', () => {
  it('are what the committed state refers to, and of the one before only until the next batch', async () => {
    const host = new Host();
    await host.fillTo(4);
    await host.batch();
    expect(host.stored).toEqual(host.referred);
  });

  it('are read once, by whoever has no live state', async () => {
    const host = new Host();
    const n = await host.fillTo(4);
    let reads = 0;
    host.store.fails = (request) => request === 'get' && ++reads < 0;
    await host.batch(delivery(n));
    expect(reads).toBe(0);
    host.states = host.open();
    const parts = host.referred.length;
    await host.batch(delivery(n + 1));
    await host.batch(delivery(n + 2));
    expect(reads).toBe(parts);
  });

  it('that were left by batches that were given up go at a new base, an hour later', async () => {
    const host = new Host();
    await host.fill(0, 30);
    for (let i = 0; i < 5; i++) await host.attempt(delivery(30), delivery(31), delivery(32));
    await host.batch();
    const left = host.stored.filter((name) => !host.referred.includes(name));
    expect(left.length).toBeGreaterThan(2);
    host.store.nowMs = HOUR / 2;
    // There are new bases on the way.
    await host.fill(30, 75);
    await host.batch();
    expect(host.stored).toEqual([...host.referred, ...left].sort());
    host.store.nowMs = 2 * HOUR;
    await host.fill(75, 200);
    await host.batch();
    expect(host.stored).toEqual(host.referred);
  });

  it('that a later state refers to are kept by an instance that has been behind for hours', async () => {
    const host = new Host();
    await host.fill(0, 30);
    // It has the live state of then, and what it writes is never committed.
    const [late, committed] = [host.states, host.text];
    host.states = host.open();
    host.store.nowMs = 2 * HOUR;
    await host.fill(30, 60);
    host.store.nowMs = 9 * HOUR;
    const many = Array.from({ length: 60 }, (_, i) => delivery(30 + i));
    const { blobs } = await late.run(ADDRESS, committed, many, { program, environment, nowMs: host.store.nowMs });
    expect(blobs.sweep).toBeDefined();
    await late.write(ADDRESS, blobs);
    expect(host.stored).toEqual(expect.arrayContaining(host.referred));
  });

  it('that cannot be written stop the batch; those that cannot be deleted do not', async () => {
    const host = new Host();
    await host.fill(0, 40);
    host.store.fails = (request) => request === 'put';
    await expect(host.attempt(...Array.from({ length: 20 }, (_, i) => delivery(40 + i)))).rejects.toThrow('put failed');
    host.store.fails = (request) => request === 'delete' || request === 'list';
    await host.fill(40, 90);
    host.store.fails = () => false;
    host.states = host.open();
    await host.batch();
    expect(host.stored).toEqual(expect.arrayContaining(host.referred));
  });
});
