/** Kafka offsets have holes and readers change: every event is applied once, in order, and nothing waits for what will never come. */
import fc from 'fast-check';
import { compile } from '../../../shared/compiler/compile';
import { createDecoder } from '../../../shared/formats/decoder';
import type { IngestDelivery } from '../../../shared/runtime/delivery';
import { Ingest } from '../../../shared/runtime/ingest';
import { PartitionState } from '../../../shared/runtime/partition';
import { lastBefore, recordsBetween, type KafkaLog } from '../../../shared/sources/kafka-log';
import { committedRecords, timestampOf, type FetchedPartition, type FetchedRecord } from '../../../shared/sources/kafka-client';
import { KafkaSource } from '../../../shared/sources/kafka-source';
import { readKafkaTrigger } from '../../../shared/sources/kafka-trigger';
import { fromUnixMs } from '../../../shared/values/ticks';
import { PATIENT } from '../../scripts/worlds';

const START = Date.UTC(2026, 0, 1);

/** A log with these offsets per partition; it gives at most `step` records at a time, and counts how often it is asked. */
function fakeLog(offsets: Record<string, number[]>, ends: Record<string, number>, step = 3): KafkaLog & { fetches: number } {
  const log = {
    fetches: 0,
    partitionIds: () => Promise.resolve(Object.keys(offsets)),
    ends: (partition: string) => Promise.resolve({ begin: 0, end: ends[partition] ?? 0 }),
    fetch: (partition: string, from: number) => {
      log.fetches++;
      const all = (offsets[partition] ?? []).filter((offset) => offset >= from);
      const records = all.slice(0, step).map((offset) => ({ offset, timestamp: fromUnixMs(START + offset) }));
      return Promise.resolve({ records, next: all.length > step ? (records.at(-1)?.offset as number) + 1 : (ends[partition] ?? 0) });
    },
    close: () => Promise.resolve(),
  };
  return log;
}

const long = (value: number): { low: number; high: number } => ({ low: value | 0, high: Math.floor(value / 2 ** 32) });

/** A batch as the function gets it. */
function triggered(batch: { partition: string; offset: number }[]): [unknown[], Record<string, unknown>] {
  return [
    batch.map(({ offset }) => Buffer.from(JSON.stringify({ v: offset }))),
    { offsetArray: batch.map(({ offset }) => long(offset)), partitionArray: batch.map(({ partition }) => Number(partition)), timestampArray: batch.map(({ offset }) => new Date(START + offset).toISOString()) },
  ];
}

const program = compile('SELECT v, LAG(v) OVER (LIMIT DURATION(hour, 1)) AS before INTO output FROM input', { inputs: [{ name: 'input', kind: 'stream' }] });
const environment = { references: { at: () => ({ version: '0', rows: [] }) }, onError: 'stop' as const, policy: PATIENT };
const newPartition = (id: string): PartitionState => new PartitionState(program, 'input', id, { ...environment, gapTimeoutMs: Infinity, generation: 'g' });

async function deliveriesOf(source: KafkaSource, batch: { partition: string; offset: number }[]): Promise<{ partition: string; delivery: IngestDelivery }[]> {
  const ingest = new Ingest(program, 'input', { ...environment, decoder: createDecoder({ format: 'json', booleansAsBit: true }) });
  const batches = await source.read(...triggered(batch), false);
  return batches.map((b) => ({ partition: b.partition, delivery: JSON.parse(JSON.stringify(ingest.run({ input: 'input', ...b }).delivery)) as IngestDelivery }));
}

describe('positions', () => {
  const offsets = fc.uniqueArray(fc.nat(60), { minLength: 1, maxLength: 30 }).map((list) => [...list].sort((a, b) => a - b));

  it('find the last record before any offset, reading forwards only', async () => {
    await fc.assert(
      fc.asyncProperty(offsets, fc.nat(70), fc.nat(70), async (list, before, floor) => {
        const log = fakeLog({ 0: list }, { 0: 64 });
        expect((await lastBefore(log, '0', before, floor))?.offset).toBe(list.filter((offset) => offset < before && offset >= floor).at(-1));
        expect((await recordsBetween(log, '0', floor, before)).map(({ offset }) => offset)).toEqual(list.filter((offset) => offset >= floor && offset < before));
      }),
    );
  });

  it('let every event through once, whoever reads, whatever comes twice, late or again', async () => {
    // Several instances read in turn; a new owner goes on from what was committed, which may be behind; one reader's batch mixes partitions.
    const turn = fc.record({ instance: fc.nat(2), size: fc.integer({ min: 1, max: 8 }), committed: fc.boolean(), restart: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(offsets, offsets, fc.array(turn, { minLength: 5, maxLength: 25 }), fc.infiniteStream(fc.nat()), async (a, b, turns, random) => {
        const log = fakeLog({ 0: a, 1: b }, { 0: 64, 1: 62 });
        const all = [...a.map((offset) => ({ partition: '0', offset })), ...b.map((offset) => ({ partition: '1', offset }))].sort((x, y) => x.offset - y.offset);
        const sources = [0, 1, 2].map(() => new KafkaSource(log));
        const sent: { partition: string; delivery: IngestDelivery }[] = [];
        let committed = 0;
        for (const { instance, size, committed: commits, restart } of [...turns, { instance: 0, size: all.length, committed: true, restart: false }]) {
          if (restart) sources[instance] = new KafkaSource(log);
          const batch = all.slice(committed, committed + size);
          if (batch.length > 0) sent.push(...(await deliveriesOf(sources[instance] as KafkaSource, batch)));
          if (commits) committed += batch.length;
        }
        // Signals come twice and in any order.
        const shuffled = [...sent, ...sent].map((item) => ({ item, order: random.next().value as number })).sort((x, y) => x.order - y.order);
        const partitions = new Map(['0', '1'].map((id) => [id, newPartition(id)]));
        for (const { item } of shuffled) partitions.get(item.partition)?.deliver(item.delivery, 0);
        for (const [id, list] of [['0', a], ['1', b]] as const) expect(partitions.get(id)?.status()).toMatchObject({ events: list.length, applied: list.length, pending: 0, gap: 0, position: list.at(-1) });
      }),
      { numRuns: 100 },
    );
  });

  it('wait for what another instance has read, however large the holes', async () => {
    const log = fakeLog({ 0: [0, 1, 2, 10, 11, 20] }, { 0: 22 });
    const [here, there] = [new KafkaSource(log), new KafkaSource(log)];
    const first = await deliveriesOf(here, [0, 1, 2].map((offset) => ({ partition: '0', offset })));
    const elsewhere = await deliveriesOf(there, [10, 11].map((offset) => ({ partition: '0', offset })));
    const back = await deliveriesOf(here, [{ partition: '0', offset: 20 }]);
    const partition = newPartition('0');
    for (const { delivery } of [...first, ...back]) partition.deliver(delivery, 0);
    expect(partition.status()).toMatchObject({ applied: 3, pending: 1 });
    for (const { delivery } of elsewhere) partition.deliver(delivery, 0);
    expect(partition.status()).toMatchObject({ events: 6, applied: 6, pending: 0, gap: 0, position: 20 });
  });

  it('do not trust a batch that leaves out events of the log', async () => {
    const log = fakeLog({ 0: [0, 1, 2, 3, 9] }, { 0: 10 });
    const [piece, rest] = await new KafkaSource(log).read(...triggered([0, 3, 9].map((offset) => ({ partition: '0', offset }))), false);
    expect([piece, rest].map((b) => [b?.after, b?.events.map(({ sequenceNumber }) => sequenceNumber)])).toEqual([[-1, [0]], [2, [3, 9]]]);
  });

  it('ask the log nothing while offsets follow each other', async () => {
    const log = fakeLog({ 0: [0, 1, 2, 3, 4, 5] }, { 0: 6 });
    const source = new KafkaSource(log);
    await source.read(...triggered([0, 1, 2].map((offset) => ({ partition: '0', offset }))), false);
    const before = log.fetches;
    await source.read(...triggered([3, 4, 5].map((offset) => ({ partition: '0', offset }))), false);
    expect(log.fetches).toBe(before);
  });

  it('end at the last event, not at the marker behind it', async () => {
    expect(await new KafkaSource(fakeLog({ 0: [0, 4] }, { 0: 8 })).bounds('0')).toEqual({ partition: '0', begin: 0, last: 4, isEmpty: false, lastEnqueued: fromUnixMs(START + 4) });
    expect(await new KafkaSource(fakeLog({ 0: [] }, { 0: 3 })).bounds('0')).toMatchObject({ isEmpty: true, lastEnqueued: undefined });
  });
});

describe('the trigger', () => {
  const metadata = { offsetArray: [long(5_000_000_000)], partitionArray: [3], timestampArray: ['2026-01-01T00:00:01.5Z'], topicArray: ['t'], keyArray: ['k'], headersArray: [[{ key: 'trace', value: Buffer.from('ä').toString('base64') }, { key: 'none', value: null }]] };

  it('gives positions, times, bytes and metadata', () => {
    const [event] = readKafkaTrigger([Buffer.from('x')], metadata, true);
    expect(event).toMatchObject({ partition: '3', sequenceNumber: 5_000_000_000, enqueued: fromUnixMs(Date.UTC(2026, 0, 1, 0, 0, 1, 500)), body: Buffer.from('x') });
    expect(event?.metadata).toMatchObject({ Kafka: { Topic: 't', Partition: 3, Offset: 5_000_000_000, Key: 'k', Headers: { trace: 'ä', none: null } } });
    expect(readKafkaTrigger([null], metadata, false)[0]).toMatchObject({ body: new Uint8Array(0) });
  });

  it.each<[string, unknown[], Record<string, unknown>]>([
    ['values were left out', [], metadata],
    ['there are no offsets', [null], { ...metadata, offsetArray: undefined }],
    ['an offset is none', [null], { ...metadata, offsetArray: ['soon'] }],
    ['a time is none', [null], { ...metadata, timestampArray: [7] }],
  ])('is refused when %s', (_why, messages, data) => expect(() => readKafkaTrigger(messages, data, false)).toThrow(/Kafka trigger cannot be used/));
});

describe('a fetched part', () => {
  const batch = (firstOffset: number, count: number, producer: number, attributes: number): NonNullable<FetchedPartition['records']>[number] => ({
    firstOffset: BigInt(firstOffset),
    lastOffsetDelta: count - 1,
    producerId: BigInt(producer),
    attributes,
    firstTimestamp: 1_000n,
    maxTimestamp: 2_000n,
    records: Array.from({ length: count }, (_, offsetDelta) => ({ offsetDelta, timestampDelta: 5n, key: null, value: null, headers: [], length: 0, attributes: 0 })),
    ...{ length: 0, partitionLeaderEpoch: 0, magic: 2, crc: 0, producerEpoch: 0, firstSequence: 0 },
  });
  const marker = (offset: number, producer: number, type: number): ReturnType<typeof batch> => {
    const made = batch(offset, 1, producer, 0x30);
    const record = made.records[0] as (typeof made.records)[number];
    return { ...made, records: [{ ...record, key: Buffer.from([0, 0, 0, type]) }] };
  };
  const [ABORT, COMMIT, TRANSACTIONAL] = [0, 1, 0x10];
  const part = (records: ReturnType<typeof batch>[], aborted: [producer: number, first: number][]): FetchedPartition => ({
    ...{ partitionIndex: 0, errorCode: 0, highWatermark: 99n, lastStableOffset: 50n, logStartOffset: 0n, preferredReadReplica: -1 },
    abortedTransactions: aborted.map(([producer, first]) => ({ producerId: BigInt(producer), firstOffset: BigInt(first) })),
    records,
  });
  const offsets = (...args: Parameters<typeof committedRecords>): [number[], number] => {
    const { records, next } = committedRecords(...args);
    return [records.map(({ offset }) => offset), next];
  };

  it('leaves out markers and what was aborted, also when a producer aborts twice, with a commit in between', () => {
    const records = [batch(0, 2, -1, 0), batch(2, 2, 7, TRANSACTIONAL), batch(4, 1, 8, TRANSACTIONAL), marker(5, 7, ABORT), batch(6, 2, 7, TRANSACTIONAL), marker(8, 7, COMMIT), marker(9, 8, COMMIT), batch(10, 3, 7, TRANSACTIONAL), batch(13, 1, -1, 0), marker(14, 7, ABORT)];
    expect(offsets(part(records, [[7, 10], [7, 2]]), 0)).toEqual([[0, 1, 4, 6, 7, 13], 15]);
    expect(offsets(part(records, [[7, 10], [7, 2]]), 7)).toEqual([[7, 13], 15]);
  });

  it('knows of a transaction that was aborted before the part begins', () => {
    expect(offsets(part([batch(20, 2, 7, TRANSACTIONAL), marker(22, 7, ABORT), batch(23, 1, 7, TRANSACTIONAL)], [[7, 12]]), 20)).toEqual([[23], 24]);
  });

  it('says where to go on when there is nothing', () => {
    expect(offsets(part([], []), 30)).toEqual([[], 50]);
    expect(offsets(undefined, 30)).toEqual([[], 30]);
  });

  it.each([[0, 1_005], [0x08, 2_000]])('dates records as the topic is configured (attributes %p)', (attributes, time) => {
    expect(timestampOf(committedRecords(part([batch(0, 1, -1, attributes)], []), 0).records[0] as FetchedRecord)).toBe(time);
  });
});
