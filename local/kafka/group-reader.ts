import type { Consumer } from '@platformatic/kafka';
import { committedRecords, READ_COMMITTED, timestampOf, topicOf, type FetchedRecord } from '../../shared/sources/kafka-client';
import type { KafkaReader, KafkaRecord } from '../host/triggers/kafka/kafka-topics';

/** A fetch gives at most this much, in bytes. */
const FETCH_BYTES = 4 << 20;
/** How long a fetch waits for records; several brokers are asked one after another. */
const FETCH_WAIT_MS = 200;
const [EARLIEST, LATEST] = [-2n, -1n];

/**
 * Fetches from the partitions that the group has given to this member, each from its committed offset on. The client's own stream is not used: it gives
 * records of aborted transactions when a producer aborts twice within a fetch.
 */
export class GroupReader implements KafkaReader {
  /** Where to read each partition on; undefined until the committed offsets have been asked for. */
  private positions: Map<number, number> | undefined;
  private ahead: KafkaRecord[] = [];

  constructor(
    private readonly consumer: Consumer,
    private readonly topic: string,
    private readonly start: 'earliest' | 'latest',
  ) {
    // The group was divided anew: what was fetched may be another member's now.
    consumer.on('consumer:group:join', () => {
      this.positions = undefined;
      this.ahead = [];
    });
  }

  async next(max: number, waitMs: number): Promise<KafkaRecord[]> {
    const deadline = performance.now() + waitMs;
    while (this.ahead.length < max && performance.now() < deadline) await this.fetch();
    return this.ahead.splice(0, max);
  }

  private async fetch(): Promise<void> {
    const positions = (this.positions ??= await this.committed());
    const { id: topicId, partitions } = await topicOf(this.consumer, this.topic);
    const leaders = new Set([...positions.keys()].map((partition) => partitions[partition]?.leader ?? -1));
    if (leaders.size === 0) await new Promise((resolve) => setTimeout(resolve, FETCH_WAIT_MS));
    for (const node of leaders) {
      const own = [...positions].filter(([partition]) => partitions[partition]?.leader === node);
      const places = own.map(([partition, position]) => ({ partition, currentLeaderEpoch: -1, fetchOffset: BigInt(position), lastFetchedEpoch: -1, partitionMaxBytes: FETCH_BYTES }));
      const { responses } = await this.consumer.fetch({ node, maxBytes: FETCH_BYTES, minBytes: 1, maxWaitTime: FETCH_WAIT_MS, isolationLevel: READ_COMMITTED, topics: [{ topicId, partitions: places }] });
      // Divided anew in the meantime.
      if (this.positions !== positions) return;
      for (const part of responses[0]?.partitions ?? []) {
        const { records, next } = committedRecords(part, positions.get(part.partitionIndex) as number);
        positions.set(part.partitionIndex, next);
        for (const fetched of records) this.ahead.push(recordOf(part.partitionIndex, fetched));
      }
    }
  }

  private async committed(): Promise<Map<number, number>> {
    const { consumer, topic } = this;
    const partitions = (consumer.assignments ?? []).filter((assignment) => assignment.topic === topic).flatMap((assignment) => assignment.partitions);
    if (partitions.length === 0) return new Map();
    const edge = (timestamp: bigint): ReturnType<Consumer['listOffsets']> => consumer.listOffsets({ topics: [topic], partitions: { [topic]: partitions }, timestamp, isolationLevel: READ_COMMITTED });
    const [committed, earliest, start] = await Promise.all([consumer.listCommittedOffsets({ topics: [{ topic, partitions }] }), edge(EARLIEST), edge(this.start === 'latest' ? LATEST : EARLIEST)]);
    const at = (offsets: Awaited<typeof earliest>, partition: number): number => Number(offsets.get(topic)?.[partition] ?? -1n);
    return new Map(
      partitions.map((partition) => {
        const offset = at(committed, partition);
        // Retention may have passed what was committed.
        return [partition, Math.max(offset < 0 ? at(start, partition) : offset, at(earliest, partition))] as const;
      }),
    );
  }

  async commit(records: readonly KafkaRecord[]): Promise<void> {
    const ends = new Map(records.map(({ partition, offset }) => [partition, offset + 1]));
    await this.consumer.commit({ offsets: [...ends].map(([partition, offset]) => ({ topic: this.topic, partition, offset: BigInt(offset), leaderEpoch: -1 })) });
  }

  async close(): Promise<void> {
    await this.consumer.close(true);
  }
}

function recordOf(partition: number, fetched: FetchedRecord): KafkaRecord {
  const { key, value, headers } = fetched.record;
  return {
    partition,
    offset: fetched.offset,
    timestamp: timestampOf(fetched),
    key: key?.toString('utf8') ?? null,
    value,
    headers: headers.map(([name, content]) => ({ key: name?.toString('utf8') ?? '', value: content })),
  };
}
