import { EventHubConsumerClient } from '@azure/event-hubs';
import type { Connection } from '../connections/connection';
import { credentialFor } from '../connections/credential';
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

/** Partitions by id, and when the hub was made: ms since 1970. Another time means another hub under the same name, whose sequence numbers start anew. */
export interface HubFacts {
  partitionIds: readonly string[];
  made: number;
}

/** Facts about one Event Hub. */
export interface HubProperties {
  /** As they were asked for at most `maxAgeMs` ago; default {@link FACTS_AGE}. */
  facts(maxAgeMs?: number): Promise<HubFacts>;
  bounds(partition: string): Promise<PartitionBounds>;
  close(): Promise<void>;
}

/** What is used of the SDK's client. */
export type PropertiesClient = Pick<EventHubConsumerClient, 'getEventHubProperties' | 'getPartitionProperties' | 'close'>;

/** Partitions may be added to a hub (Premium, Dedicated), and a hub may be made again: both are noticed after this long at the latest, in ms. */
export const FACTS_AGE = 30_000;

export function openHubProperties(connection: Connection, hub: string, consumerGroup: string): HubProperties {
  const client =
    typeof connection === 'string' ? new EventHubConsumerClient(consumerGroup, connection, hub) : new EventHubConsumerClient(consumerGroup, connection.endpoint, hub, credentialFor(connection));
  return createHubProperties(client, () => performance.now());
}

/** `nowMs` is a clock that never goes back. */
export function createHubProperties(client: PropertiesClient, nowMs: () => number): HubProperties {
  let kept: { facts: Promise<HubFacts>; since: number } | undefined;
  return {
    facts: (maxAgeMs = FACTS_AGE) => {
      if (kept && nowMs() - kept.since < maxAgeMs) return kept.facts;
      const facts = client.getEventHubProperties().then(({ partitionIds, createdOn }) => ({ partitionIds, made: createdOn.getTime() }));
      kept = { facts, since: nowMs() };
      // A failure is not kept.
      facts.catch(() => (kept = undefined));
      return facts;
    },
    bounds: async (partition) => {
      const found = await client.getPartitionProperties(partition);
      const { beginningSequenceNumber: begin, lastEnqueuedSequenceNumber: last, isEmpty } = found;
      return { partition, begin, last, isEmpty, lastEnqueued: last < 0 ? undefined : fromUnixMs(found.lastEnqueuedOnUtc.getTime()) };
    },
    close: () => client.close(),
  };
}
