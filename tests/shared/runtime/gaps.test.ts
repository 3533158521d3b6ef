/** Positions that never come: retention that overtakes the job, compacted hubs, hubs that are made again, partitions that are added. */
import { compile } from '../../../shared/compiler/compile';
import type { InputEvent, OutputRow } from '../../../shared/event';
import { createDecoder } from '../../../shared/formats/decoder';
import type { LinkDelivery } from '../../../shared/runtime/delivery';
import { GroupState } from '../../../shared/runtime/group';
import { Inbox } from '../../../shared/runtime/inbox';
import { Ingest } from '../../../shared/runtime/ingest';
import { PartitionState } from '../../../shared/runtime/partition';
import type { Stage, TimePolicy } from '../../../shared/program';
import { TICKS_PER_SECOND, formatDateTime, parseDateTime } from '../../../shared/values/ticks';

const START = parseDateTime('2024-01-01T00:00:00Z') as number;
const at = (second: number): number => START + second * TICKS_PER_SECOND;
const policy: TimePolicy = { early: 'unlimited', late: 'unlimited', outOfOrder: 0, action: 'adjust' };
const references = { at: () => ({ rows: [] }) };
const environment = { policy, references, onError: 'dead-letter' as const, gapTimeoutMs: 600_000, generation: 'g' };

const COUNT = 'SELECT k, COUNT(*) AS n, System.Timestamp() AS e INTO windows FROM input TIMESTAMP BY t GROUP BY k, TumblingWindow(second, 10)';
const PLAIN = 'SELECT k INTO plain FROM input TIMESTAMP BY t';

/** A job with entities that take what they are given, in order. */
class Bench {
  readonly program;
  readonly rows = new Map<string, OutputRow>();
  readonly letters: string[] = [];
  private readonly partitions = new Map<string, PartitionState>();
  private readonly groups = new Map<string, GroupState>();
  private readonly ingest: Ingest;

  constructor(query: string) {
    this.program = compile(query, { inputs: [{ name: 'input', kind: 'stream' }], shards: 1 });
    this.ingest = new Ingest(this.program, 'input', { decoder: createDecoder({ format: 'json', booleansAsBit: true }), policy, references, onError: 'dead-letter' });
  }

  /** Events of one partition, given as the seconds of their times. */
  publish(partition: number, first: number, seconds: readonly number[], batch: { epoch?: number; partitionCount?: number; begin?: number; absent?: number } = {}): void {
    const events = seconds.map((s, i): InputEvent => ({ sequenceNumber: first + i, enqueued: at(s), body: Buffer.from(JSON.stringify({ k: 'a', t: formatDateTime(at(s)) })) }));
    const { delivery, outputs } = this.ingest.run({ input: 'input', partition: String(partition), partitionCount: 1, ...batch, events });
    for (const { output, writer, rows } of outputs) for (const row of rows) this.rows.set(`${output} ${writer} ${row.id}`, row);
    this.partition(partition).deliver(JSON.parse(JSON.stringify(delivery)) as typeof delivery, 0);
    this.settle();
  }

  tick(partition: number, second: number, hub: { last?: number; epoch?: number; partitions?: number; nowMs?: number } = {}): void {
    const tick = { watermark: at(second), lastSequenceNumber: hub.last ?? -1, partitions: hub.partitions ?? 1, ...(hub.epoch === undefined ? {} : { epoch: hub.epoch }) };
    this.partition(partition).tick(tick, hub.nowMs ?? 0);
    this.settle();
  }

  partition(n: number): PartitionState {
    const known = this.partitions.get(String(n)) ?? new PartitionState(this.program, 'input', String(n), environment);
    // As a restart does.
    const restored = new PartitionState(this.program, 'input', String(n), environment);
    restored.restore(JSON.parse(JSON.stringify(known.snapshot())));
    this.partitions.set(String(n), restored);
    return restored;
  }

  private settle(): void {
    for (const state of [...this.partitions.values(), ...this.groups.values()]) {
      for (const entry of state.outbox.release()) {
        if (entry.kind === 'output') for (const row of entry.batch.rows) this.rows.set(`${entry.batch.output} ${row.id}`, row);
        else if (entry.kind === 'dead-letters') this.letters.push(...entry.letters.map(({ reason }) => reason));
        else this.group(entry.stage, entry.shard).deliver(JSON.parse(JSON.stringify(entry.delivery)) as LinkDelivery, 0);
      }
    }
    if ([...this.groups.values()].some((group) => group.outbox.entries.length > 0)) this.settle();
  }

  private group(id: string, shard: number): GroupState {
    const make = (): GroupState => new GroupState(this.program, this.program.plan.stages.find((stage) => stage.id === id) as Stage, shard, environment);
    const restored = make();
    restored.restore(JSON.parse(JSON.stringify((this.groups.get(id) ?? make()).snapshot())));
    this.groups.set(id, restored);
    return restored;
  }

  /** Counts by the second of the window's end. */
  windows(): Record<number, unknown> {
    return Object.fromEntries([...this.rows.values()].map(({ t, values }) => [(t - START) / TICKS_PER_SECOND, values.n]));
  }

  groupStatus(): { late: number } {
    return [...this.groups.values()][0]?.status() ?? { late: 0 };
  }
}

describe('positions that are gone', () => {
  it('are stepped over and counted once retention has overtaken the job', () => {
    const bench = new Bench(COUNT);
    bench.publish(0, 0, [1, 2], { begin: 0 });
    bench.publish(0, 100, [3, 25], { begin: 100 });
    expect(bench.windows()).toEqual({ 10: 3 });
    expect(bench.partition(0).status()).toMatchObject({ events: 4, applied: 4, pending: 0, gap: 98, position: 101, resets: 0 });
  });

  it('within a batch are told by the reader and not waited for', () => {
    const inbox = new Inbox<{ first: number; last: number; absent?: number }>(0, Infinity);
    inbox.accept({ first: 0, last: 4 }, 0);
    // Before its predecessor has come it waits like any other.
    expect(inbox.accept({ first: 20, last: 22, absent: 15 }, 0)).toEqual([]);
    expect(inbox.accept({ first: 10, last: 14, absent: 5 }, 0).map(({ delivery }) => delivery.first)).toEqual([10, 20]);
    expect([inbox.gap, inbox.next]).toEqual([10, 23]);
  });

  it('block nothing for ever, also when nothing comes behind them', () => {
    const bench = new Bench(COUNT);
    bench.publish(0, 0, [1], { begin: 0 });
    bench.publish(0, 5, [3, 4], { begin: 0 });
    bench.tick(0, 60, { last: 6, nowMs: 1_000 });
    expect(bench.partition(0).status()).toMatchObject({ events: 3, pending: 2, applied: 1 });
    for (let nowMs = 61_000; nowMs <= 661_000; nowMs += 60_000) bench.tick(0, 60, { last: 6, nowMs });
    expect(bench.partition(0).status()).toMatchObject({ events: 3, pending: 0, applied: 3, gap: 4 });
    expect(bench.windows()).toEqual({ 10: 3 });
  });

  it('are waited for while the app takes signals: an hour in which it is stopped is no waiting', () => {
    const bench = new Bench(COUNT);
    bench.publish(0, 0, [1], { begin: 0 });
    bench.publish(0, 5, [3, 4], { begin: 0 });
    bench.tick(0, 60, { last: 6, nowMs: 1_000 });
    bench.tick(0, 60, { last: 6, nowMs: 3_601_000 });
    expect(bench.partition(0).status()).toMatchObject({ pending: 2, applied: 1, gap: 0 });
    bench.publish(0, 1, [1, 1, 2, 2], { begin: 0 });
    expect(bench.partition(0).status()).toMatchObject({ pending: 0, applied: 7, gap: 0 });
    expect(bench.windows()).toEqual({ 10: 7 });
  });
});

describe('a hub that is deleted and made again', () => {
  it('is read from its beginning, into the same windows', () => {
    const bench = new Bench(COUNT);
    bench.publish(0, 0, [1, 2, 3], { epoch: 1_000, begin: 0 });
    bench.publish(0, 0, [4, 5], { epoch: 2_000, begin: 0 });
    bench.publish(0, 0, [4, 5], { epoch: 2_000, begin: 0 });
    bench.publish(0, 2, [15], { epoch: 2_000, begin: 0 });
    expect(bench.windows()).toEqual({ 10: 5 });
    expect(bench.partition(0).status()).toMatchObject({ events: 6, applied: 6, gap: 0, resets: 1, epoch: 2_000, position: 2 });
  });

  it('does not lose what is still on its way from the old one', () => {
    const bench = new Bench(COUNT);
    bench.publish(0, 0, [1], { epoch: 1_000, begin: 0 });
    bench.publish(0, 0, [4], { epoch: 2_000, begin: 0 });
    bench.publish(0, 1, [5, 6], { epoch: 1_000, begin: 0 });
    bench.publish(0, 0, [1], { epoch: 1_000, begin: 0 });
    bench.publish(0, 1, [15], { epoch: 2_000, begin: 0 });
    expect(bench.windows()).toEqual({ 10: 4 });
  });

  it('has rows of its own, though their numbers are the same', () => {
    const bench = new Bench(PLAIN);
    bench.publish(0, 0, [1, 2], { epoch: 1_000, begin: 0 });
    bench.publish(0, 0, [3, 4], { epoch: 2_000, begin: 0 });
    bench.publish(0, 0, [3, 4], { epoch: 2_000, begin: 0 });
    expect(bench.rows.size).toBe(4);
  });

  it('is not called late while its backlog is unread', () => {
    const bench = new Bench(COUNT);
    bench.publish(0, 0, [1, 2, 3], { epoch: 1_000, begin: 0 });
    bench.tick(0, 100, { epoch: 2_000, last: 1 });
    bench.publish(0, 0, [4, 5], { epoch: 2_000, begin: 0 });
    bench.tick(0, 100, { epoch: 2_000, last: 1 });
    expect(bench.windows()).toEqual({ 10: 5 });
  });

  it('holds nobody up when it has fewer partitions', () => {
    const bench = new Bench(COUNT);
    bench.publish(0, 0, [1], { epoch: 1_000, begin: 0, partitionCount: 2 });
    bench.publish(1, 0, [2, 11], { epoch: 1_000, begin: 0, partitionCount: 2 });
    bench.publish(0, 0, [3, 25], { epoch: 2_000, begin: 0, partitionCount: 1 });
    expect(bench.windows()).toEqual({ 10: 3 });
  });
});

describe('a partition that is added', () => {
  it('is waited for until time has moved on in it too', () => {
    const bench = new Bench(COUNT);
    bench.publish(0, 0, [1, 2], { begin: 0 });
    bench.publish(0, 2, [25], { begin: 0, partitionCount: 2 });
    expect(bench.windows()).toEqual({});
    bench.publish(1, 0, [4, 26], { begin: 0, partitionCount: 2 });
    expect(bench.windows()).toEqual({ 10: 3 });
  });

  it('may be told of by some and not yet by others', () => {
    const bench = new Bench(COUNT);
    bench.tick(0, 1, { partitions: 2 });
    bench.publish(0, 0, [1, 25], { begin: 0, partitionCount: 1 });
    expect(bench.windows()).toEqual({});
    bench.tick(1, 25, { partitions: 2 });
    expect(bench.windows()).toEqual({ 10: 1 });
  });

  it('counts its early events in the next window, when theirs had closed before anybody knew of it', () => {
    const bench = new Bench(COUNT);
    bench.publish(0, 0, [1, 2, 15], { begin: 0 });
    expect(bench.windows()).toEqual({ 10: 2 });
    bench.publish(1, 0, [5, 16], { begin: 0, partitionCount: 2 });
    bench.tick(0, 40, { last: 2, partitions: 2 });
    bench.tick(1, 40, { last: 1, partitions: 2 });
    expect(bench.windows()).toEqual({ 10: 2, 20: 3 });
    expect(bench.groupStatus()).toMatchObject({ late: 1 });
  });

  it('sets aside what a hopping window has no place for any more', () => {
    const bench = new Bench(COUNT.replace('TumblingWindow(second, 10)', 'HoppingWindow(second, 20, 10)'));
    bench.publish(0, 0, [1, 15], { begin: 0 });
    bench.publish(1, 0, [5, 16], { begin: 0, partitionCount: 2 });
    bench.tick(0, 60, { last: 1, partitions: 2 });
    bench.tick(1, 60, { last: 1, partitions: 2 });
    expect(bench.windows()).toEqual({ 10: 1, 20: 4, 30: 2 });
    expect(bench.letters).toEqual(['late-partition']);
  });
});
