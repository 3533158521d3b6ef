import { EventHubConsumerClient } from '@azure/event-hubs';
import { fromUnixMs } from '../values/ticks';
import type { Ticks } from '../values/value';

/** Where a partition begins and ends now. */
export interface PartitionBounds {
  partition: string;
  /** The first event that is still there. */
  begin: number;
  /** The last event that was enqueued; -1 before the first. */
  last: number;
  /** No event is there: none came yet, or all have expired. */
  isEmpty: boolean;
  /** When the last one was enqueued; undefined when there was none. */
  lastEnqueued: Ticks | undefined;
}

/** Facts about one Event Hub. */
export interface HubProperties {
  partitionIds(): Promise<readonly string[]>;
  bounds(partition: string): Promise<PartitionBounds>;
  close(): Promise<void>;
}

/** What is used of the SDK's client. */
export type PropertiesClient = Pick<EventHubConsumerClient, 'getPartitionIds' | 'getPartitionProperties' | 'close'>;

/** Partitions may be added to a hub (Premium, Dedicated): their list is asked for again after this long, in ms. */
const LIST_AGE = 5 * 60_000;

export function openHubProperties(connectionString: string, hub: string, consumerGroup: string): HubProperties {
  return createHubProperties(new EventHubConsumerClient(consumerGroup, connectionString, hub), () => performance.now());
}

/** `nowMs` is a clock that never goes back. */
export function createHubProperties(client: PropertiesClient, nowMs: () => number): HubProperties {
  let list: { ids: Promise<readonly string[]>; since: number } | undefined;
  return {
    partitionIds: () => {
      if (list && nowMs() - list.since < LIST_AGE) return list.ids;
      const ids = client.getPartitionIds();
      list = { ids, since: nowMs() };
      // A failure is not kept.
      ids.catch(() => (list = undefined));
      return ids;
    },
    bounds: async (partition) => {
      const found = await client.getPartitionProperties(partition);
      const { beginningSequenceNumber: begin, lastEnqueuedSequenceNumber: last, isEmpty } = found;
      return { partition, begin, last, isEmpty, lastEnqueued: last < 0 ? undefined : fromUnixMs(found.lastEnqueuedOnUtc.getTime()) };
    },
    close: () => client.close(),
  };
}
