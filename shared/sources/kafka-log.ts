/**
 * A partition of a Kafka topic as its readers see it. Offsets grow, but with holes: compaction removes records, and the markers of transactions and what
 * was aborted have offsets that no reader ever gets. See docs/decisions/2026-11-24-kafka-offsets-have-holes.md.
 */
import type { Ticks } from '../values/value';

export interface LogRecord {
  offset: number;
  /** When it was appended, or made, as the topic is configured. */
  timestamp: Ticks;
}

export interface LogPart {
  /** What a reader of committed records gets, in order. */
  records: readonly LogRecord[];
  /** Where to read on; nothing lies between the last record and this. */
  next: number;
}

export interface KafkaLog {
  /** As they were asked for at most `maxAgeMs` ago. */
  partitionIds(maxAgeMs: number): Promise<readonly string[]>;
  /** The offset of the oldest record, and the one that the next to be readable will have. */
  ends(partition: string): Promise<{ begin: number; end: number }>;
  /** Some records from `from` on: at least one, or `next` is beyond `from`, unless `from` is the end. */
  fetch(partition: string, from: number): Promise<LogPart>;
  close(): Promise<void>;
}

/** Records of `from ≤ offset < to`, read in as many steps as it takes. */
export async function recordsBetween(log: KafkaLog, partition: string, from: number, to: number): Promise<LogRecord[]> {
  const found: LogRecord[] = [];
  for (let at = from; at < to; ) {
    const { records, next } = await log.fetch(partition, at);
    if (next <= at) break;
    found.push(...records.filter(({ offset }) => offset >= at && offset < to));
    at = next;
  }
  return found;
}

/**
 * The last record below `before`, but not below `floor`; undefined when there is none. Kafka cannot read backwards, so this looks at 1, 2, 4 … offsets
 * before it until there is one: a marker or two, the usual hole, costs one or two small fetches.
 */
export async function lastBefore(log: KafkaLog, partition: string, before: number, floor: number): Promise<LogRecord | undefined> {
  for (let reach = 1, to = before; to > floor; reach *= 2) {
    const from = Math.max(floor, to - reach);
    const last = (await recordsBetween(log, partition, from, to)).at(-1);
    if (last) return last;
    to = from;
  }
  return undefined;
}
