/** The log of a topic through `@platformatic/kafka`, which is loaded only when a job has a Kafka input. */
import type * as KafkaClient from '@platformatic/kafka';
import type { Consumer, FetchedPartition, RecordBatch } from '@platformatic/kafka';
import { WeirError } from '../errors';
import { fromUnixMs } from '../values/ticks';
import type { KafkaLog } from './kafka-log';

export interface KafkaConnection {
  /** `host:port`, several separated by commas. */
  brokers: string;
  protocol: 'plaintext' | 'ssl' | 'saslPlaintext' | 'saslSsl';
  mechanism?: 'plain' | 'scramSha256' | 'scramSha512';
  username?: string;
  password?: string;
}

/** How the client is told to connect. */
export interface ClientOptions {
  bootstrapBrokers: string[];
  sasl?: { mechanism: 'PLAIN' | 'SCRAM-SHA-256' | 'SCRAM-SHA-512'; username: string; password: string };
  tls?: object;
}

const MECHANISMS = { plain: 'PLAIN', scramSha256: 'SCRAM-SHA-256', scramSha512: 'SCRAM-SHA-512' } as const;

export function clientOptions({ brokers, protocol, mechanism, username = '', password = '' }: KafkaConnection): ClientOptions {
  return {
    bootstrapBrokers: brokers.split(',').map((broker) => broker.trim()),
    ...(protocol.startsWith('sasl') ? { sasl: { mechanism: MECHANISMS[mechanism ?? 'plain'], username, password } } : {}),
    ...(protocol === 'ssl' || protocol === 'saslSsl' ? { tls: {} } : {}),
  };
}

/** A request reads this much: whole record batches, at least one. */
const FETCH_BYTES = 1 << 20;
const WAIT_MS = 100;
export const READ_COMMITTED = 1;
const [EARLIEST, LATEST] = [-2n, -1n];

export function openKafkaLog(options: KafkaConnection & { topic: string }): KafkaLog {
  let opened: Promise<Consumer> | undefined;
  const consumer = (): Promise<Consumer> => (opened ??= connect(options));
  const { topic } = options;
  const offsetAt = async (partition: string, timestamp: bigint): Promise<number> => {
    const offsets = await (await consumer()).listOffsets({ topics: [topic], partitions: { [topic]: [Number(partition)] }, timestamp, isolationLevel: READ_COMMITTED });
    return Number(offsets.get(topic)?.[Number(partition)] ?? offsets.get(topic)?.[0] ?? 0n);
  };
  return {
    partitionIds: async (maxAgeMs) => Array.from({ length: (await topicOf(await consumer(), topic, maxAgeMs)).partitionsCount }, (_, id) => String(id)),
    ends: async (partition) => {
      const [begin, end] = await Promise.all([offsetAt(partition, EARLIEST), offsetAt(partition, LATEST)]);
      return { begin, end };
    },
    fetch: async (partition, from) => {
      const client = await consumer();
      const { id: topicId, partitions } = await topicOf(client, topic);
      const place = { partition: Number(partition), currentLeaderEpoch: -1, fetchOffset: BigInt(from), lastFetchedEpoch: -1, partitionMaxBytes: FETCH_BYTES };
      const node = partitions[Number(partition)]?.leader ?? -1;
      const response = await client.fetch({ node, maxBytes: FETCH_BYTES, minBytes: 1, maxWaitTime: WAIT_MS, isolationLevel: READ_COMMITTED, topics: [{ topicId, partitions: [place] }] });
      const { records, next } = committedRecords(response.responses[0]?.partitions[0], from);
      return { records: records.map((fetched) => ({ offset: fetched.offset, timestamp: fromUnixMs(timestampOf(fetched)) })), next };
    },
    close: async () => opened && (await opened).close(true),
  };
}

/** Throws WeirError `no-kafka-client` when the package is not installed. */
export async function loadClient(): Promise<typeof KafkaClient> {
  try {
    return await import('@platformatic/kafka');
  } catch (error) {
    throw new WeirError('no-kafka-client', 'the job has a Kafka input, and the Kafka client is not installed: run npm install @platformatic/kafka@1.35.0', 'stop', { cause: error });
  }
}

async function connect(options: KafkaConnection): Promise<Consumer> {
  const kafka = await loadClient();
  // It only asks about the log: it never joins the group whose name it must have.
  return new kafka.Consumer({ ...clientOptions(options), clientId: 'weir', groupId: 'weir-log', autocreateTopics: false, retries: 3 });
}

/** Throws WeirError `no-topic` when the cluster has none of this name. */
export async function topicOf(consumer: Consumer, topic: string, maxAgeMs?: number): Promise<{ id: string; partitionsCount: number; partitions: { leader: number }[] }> {
  const found = (await consumer.metadata({ topics: [topic], ...(maxAgeMs === undefined ? {} : { metadataMaxAge: maxAgeMs }) })).topics.get(topic);
  if (!found) throw new WeirError('no-topic', `the Kafka cluster has no topic ${topic}`, 'retry');
  return found;
}

export type { FetchedPartition };

/** Bits of a record batch's attributes (Kafka protocol, record batch v2). */
const [APPEND_TIME, TRANSACTIONAL, CONTROL] = [0x08, 0x10, 0x20];

/** A record with the batch that says how to read its numbers. */
export interface FetchedRecord {
  batch: RecordBatch;
  record: RecordBatch['records'][number];
  offset: number;
}

/** What of a fetched partition readers of committed records get from `from` on, no markers and nothing that was aborted; and where to read on. */
export function committedRecords(part: FetchedPartition | undefined, from: number): { records: FetchedRecord[]; next: number } {
  const batches = part?.records ?? [];
  const aborted = [...(part?.abortedTransactions ?? [])].sort((a, b) => Number(a.firstOffset - b.firstOffset));
  const aborting = new Set<bigint>();
  const records: FetchedRecord[] = [];
  for (const batch of batches) {
    while (aborted[0] && Number(aborted[0].firstOffset) < endOf(batch)) aborting.add((aborted.shift() as (typeof aborted)[number]).producerId);
    if (batch.attributes & CONTROL) {
      // The key of a marker is its version and its type, 0 for abort, two bytes each.
      if (batch.records[0]?.key?.readInt16BE(2) === 0) aborting.delete(batch.producerId);
    } else if (!(batch.attributes & TRANSACTIONAL && aborting.has(batch.producerId))) {
      for (const record of batch.records) records.push({ batch, record, offset: Number(batch.firstOffset) + record.offsetDelta });
    }
  }
  const last = batches.at(-1);
  // Without any batch there is nothing up to where reading is possible.
  return { records: records.filter(({ offset }) => offset >= from), next: last ? endOf(last) : Math.max(from, Number(part?.lastStableOffset ?? from)) };
}

function endOf(batch: RecordBatch): number {
  return Number(batch.firstOffset) + batch.lastOffsetDelta + 1;
}

/** When a record was appended or made, as the topic is configured; ms since 1970. */
export function timestampOf({ batch, record }: FetchedRecord): number {
  return Number(batch.attributes & APPEND_TIME ? batch.maxTimestamp : batch.firstTimestamp + record.timestampDelta);
}
