import { lastBefore, recordsBetween, type KafkaLog } from './kafka-log';
import { readKafkaTrigger, type KafkaEvent } from './kafka-trigger';
import type { Source, SourceBatch, SourceFacts, SourceProperties } from './source';

/** Partitions may be added to a topic: that is noticed after this long at the latest, in ms. */
const FACTS_AGE = 30_000;

/**
 * A Kafka topic. The trigger does not tell what lies between two offsets, and after a rebalance it is events that another instance has read; so whenever
 * offsets jump, the log itself is asked for the last event before the jump.
 */
export class KafkaSource implements Source {
  /** Per partition: the beginning of the log when last asked, and the offset that follows the last one seen. */
  private readonly seen = new Map<string, { begin: number; next: number }>();

  constructor(private readonly log: KafkaLog) {}

  async read(messages: readonly unknown[], metadata: Readonly<Record<string, unknown>>, withMetadata: boolean): Promise<SourceBatch[]> {
    const batches: SourceBatch[] = [];
    const partitionCount = (await this.facts()).partitionIds.length;
    for (const [partition, events] of byPartition(readKafkaTrigger(messages, metadata, withMetadata))) {
      for (const run of ascendingRuns(events)) batches.push(...(await this.located(partition, run)).map((batch) => ({ ...batch, partitionCount })));
    }
    return batches;
  }

  /** A topic that is made again has no time by which it could be told from the one before: its offsets must not start anew. */
  async facts(maxAgeMs = FACTS_AGE): Promise<SourceFacts> {
    return { partitionIds: await this.log.partitionIds(maxAgeMs), made: undefined };
  }

  async bounds(partition: string): ReturnType<SourceProperties['bounds']> {
    const { begin, end } = await this.log.ends(partition);
    const last = await lastBefore(this.log, partition, end, begin);
    return { partition, begin, last: last?.offset ?? end - 1, isEmpty: last === undefined, lastEnqueued: last?.timestamp };
  }

  close(): Promise<void> {
    return this.log.close();
  }

  /** The run with what comes before it; cut where the log has events that the trigger left out. */
  private async located(partition: string, events: KafkaEvent[]): Promise<Omit<SourceBatch, 'partitionCount'>[]> {
    const [first, last] = [offsetOf(events[0]), offsetOf(events.at(-1))];
    const seen = this.seen.get(partition);
    const follows = seen?.next === first;
    // What was the beginning once is a true bound for ever.
    const begin = follows ? seen.begin : (await this.log.ends(partition)).begin;
    const after = follows ? first - 1 : await this.before(partition, first, seen && seen.next < first ? Math.max(seen.next, begin) : begin);
    const pieces = cutAt(events, await this.leftOut(partition, events));
    this.seen.set(partition, { begin, next: last + 1 });
    return pieces.map((piece) => ({ partition, begin, after: piece.after ?? after, events: piece.events }));
  }

  private async before(partition: string, first: number, floor: number): Promise<number> {
    return (await lastBefore(this.log, partition, first, floor))?.offset ?? Math.min(floor, first) - 1;
  }

  /** Offsets within the run that the log has and the run has not. */
  private async leftOut(partition: string, events: readonly KafkaEvent[]): Promise<number[]> {
    const [first, last] = [offsetOf(events[0]), offsetOf(events.at(-1))];
    if (last - first === events.length - 1) return [];
    const had = new Set(events.map(offsetOf));
    const hole = events.findIndex((event, i) => i > 0 && event.sequenceNumber !== offsetOf(events[i - 1]) + 1);
    return (await recordsBetween(this.log, partition, offsetOf(events[hole - 1]) + 1, last)).map(({ offset }) => offset).filter((offset) => !had.has(offset));
  }
}

function offsetOf(event: KafkaEvent | undefined): number {
  return (event as KafkaEvent).sequenceNumber;
}

function byPartition(events: readonly KafkaEvent[]): Map<string, KafkaEvent[]> {
  const groups = new Map<string, KafkaEvent[]>();
  for (const event of events) {
    const group = groups.get(event.partition);
    if (group) group.push(event);
    else groups.set(event.partition, [event]);
  }
  return groups;
}

/** A rebalance in the middle of a batch makes the reader begin again: 5 6 7 6 7 8 → [5 6 7] [6 7 8]. */
function ascendingRuns(events: readonly KafkaEvent[]): KafkaEvent[][] {
  const runs: KafkaEvent[][] = [];
  for (const event of events) {
    const run = runs.at(-1);
    if (run && offsetOf(run.at(-1)) < event.sequenceNumber) run.push(event);
    else runs.push([event]);
  }
  return runs;
}

/** Cuts before the first event after each offset that was left out. */
function cutAt(events: KafkaEvent[], leftOut: readonly number[]): { after?: number; events: KafkaEvent[] }[] {
  const pieces: { after?: number; events: KafkaEvent[] }[] = [{ events: [] }];
  let i = 0;
  for (const event of events) {
    let skipped: number | undefined;
    while (i < leftOut.length && (leftOut[i] as number) < event.sequenceNumber) skipped = leftOut[i++];
    if (skipped !== undefined) pieces.push({ after: skipped, events: [] });
    (pieces.at(-1) as { events: KafkaEvent[] }).events.push(event);
  }
  return pieces;
}
