import { EventHubConsumerClient } from '@azure/event-hubs';
import type { Connection } from '../connections/connection';
import { credentialFor } from '../connections/credential';
import { fromUnixMs } from '../values/ticks';
import type { SourceProperties } from './source';

/** Partitions by id, and when the hub was made. */
export interface HubFacts {
  partitionIds: readonly string[];
  made: number;
}

export interface HubProperties extends SourceProperties {
  /** As they were asked for at most `maxAgeMs` ago; default {@link FACTS_AGE}. */
  facts(maxAgeMs?: number): Promise<HubFacts>;
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
