import type { InputEvent } from '../event';
import { fromUnixMs, TICKS_PER_SECOND } from '../values/ticks';
import type { HubProperties } from './event-hub-properties';
import { contiguousRuns, readTrigger } from './event-hub-trigger';
import type { Source, SourceBatch, SourceProperties } from './source';

/** How far a partition was read: the first event that it still held, the next one expected, and the hub it was. */
interface Position {
  begin: number;
  next: number;
  epoch: number | undefined;
}

/** An event that was enqueued this much before the hub was made is of the hub before it, in ticks. The service's clocks may differ a little. */
const CLOCK_SKEW = 2 * TICKS_PER_SECOND;

/** An Event Hub; its sequence numbers are contiguous per partition. */
export class EventHubSource implements Source {
  private readonly positions = new Map<string, Position>();

  constructor(private readonly properties: HubProperties) {}

  async read(messages: readonly unknown[], metadata: Readonly<Record<string, unknown>>, withMetadata: boolean): Promise<SourceBatch[]> {
    const { partition, events } = readTrigger(messages, metadata, withMetadata);
    const batches: SourceBatch[] = [];
    for (const run of contiguousRuns(events)) {
      const { begin, epoch, partitionCount } = await this.placeOf(partition, run);
      // One reader gives events in order: what is missing between two of a batch is not there.
      const before = batches.at(-1)?.events;
      batches.push({ partition, partitionCount, begin, ...(before ? { absent: lastOf(before).sequenceNumber + 1 } : {}), ...(epoch === undefined ? {} : { epoch }), events: run });
    }
    return batches;
  }

  /**
   * Which hub the events are of, and where it begins. Asked for again after a jump: what was the beginning once is a true bound for as long as
   * the hub lives, and only one that was made again goes back.
   */
  private async placeOf(partition: string, events: readonly InputEvent[]): Promise<{ begin: number; epoch: number | undefined; partitionCount: number }> {
    const [first, last] = [firstOf(events), lastOf(events)];
    const known = this.positions.get(partition);
    const follows = known?.next === first.sequenceNumber;
    const { partitionIds, made } = await this.properties.facts(follows ? undefined : 0);
    // A batch that has been tried for a while may have outlived its hub.
    const isOfOldHub = first.enqueued < fromUnixMs(made) - CLOCK_SKEW;
    const epoch = isOfOldHub ? known?.epoch : made;
    const asked = follows && known.epoch === epoch ? known.begin : isOfOldHub ? first.sequenceNumber : (await this.properties.bounds(partition)).begin;
    // The events just read are there, even if they have expired since.
    const begin = Math.min(asked, first.sequenceNumber);
    this.positions.set(partition, { begin, next: last.sequenceNumber + 1, epoch });
    return { begin, epoch, partitionCount: partitionIds.length };
  }

  facts(maxAgeMs?: number): ReturnType<SourceProperties['facts']> {
    return this.properties.facts(maxAgeMs);
  }

  bounds(partition: string): ReturnType<SourceProperties['bounds']> {
    return this.properties.bounds(partition);
  }

  close(): Promise<void> {
    return this.properties.close();
  }
}

const firstOf = (events: readonly InputEvent[]): InputEvent => events[0] as InputEvent;
const lastOf = (events: readonly InputEvent[]): InputEvent => events[events.length - 1] as InputEvent;
