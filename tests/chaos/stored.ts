/** What the services hold, read with the unmodified SDKs. */
import { CosmosClient } from '@azure/cosmos';
import { EventHubConsumerClient, earliestEventPosition, type ReceivedEventData } from '@azure/event-hubs';
import { BlobServiceClient } from '@azure/storage-blob';
import { fromUnixMs } from '../../shared/values/ticks';
import type { InputEvent } from '../../shared/event';

interface Connections {
  storage: string;
  eventHubs: string;
  cosmos: string;
}

export async function cosmosRows({ cosmos }: Connections): Promise<string[]> {
  const client = new CosmosClient(cosmos);
  try {
    const { resources } = await client.database('weir').container('windows').items.query<Record<string, unknown>>('SELECT c.device, c.n, c.total, c.mean, c.windowEnd FROM c').fetchAll();
    return resources.map((row) => JSON.stringify(row)).sort();
  } finally {
    client.dispose();
  }
}

export async function blobRows({ storage }: Connections, prefix: string): Promise<string[]> {
  const container = BlobServiceClient.fromConnectionString(storage).getContainerClient('results');
  const rows: string[] = [];
  for await (const { name } of container.listBlobsFlat({ prefix })) for (const line of (await container.getBlobClient(name).downloadToBuffer()).toString().split('\n')) if (line !== '') rows.push(line);
  return rows.sort();
}

/** Everything in a hub, by partition. */
async function readHub({ eventHubs }: Connections, hub: string): Promise<Map<string, ReceivedEventData[]>> {
  const consumer = new EventHubConsumerClient('$Default', eventHubs, hub);
  try {
    const found = new Map<string, ReceivedEventData[]>();
    for (const id of await consumer.getPartitionIds()) {
      const { lastEnqueuedSequenceNumber: last } = await consumer.getPartitionProperties(id);
      found.set(id, await readPartition(consumer, id, last));
    }
    return found;
  } finally {
    await consumer.close();
  }
}

function readPartition(consumer: EventHubConsumerClient, id: string, last: number): Promise<ReceivedEventData[]> {
  const events: ReceivedEventData[] = [];
  if (last < 0) return Promise.resolve(events);
  return new Promise((resolve, reject) => {
    const subscription = consumer.subscribe(
      id,
      {
        processEvents: async (more) => {
          events.push(...more);
          if ((events.at(-1)?.sequenceNumber ?? -1) >= last) void subscription.close().then(() => resolve(events));
        },
        processError: async (error) => reject(error),
      },
      { startPosition: earliestEventPosition, maxBatchSize: 500, maxWaitTimeInSeconds: 1 },
    );
  });
}

/** The input's events as the trigger gets them. */
export async function inputEvents(connections: Connections): Promise<Map<string, InputEvent[]>> {
  const hub = await readHub(connections, 'readings');
  return new Map([...hub].map(([id, events]) => [id, events.map(({ sequenceNumber, enqueuedTimeUtc, body }) => ({ sequenceNumber, enqueued: fromUnixMs(enqueuedTimeUtc.getTime()), body: Buffer.from(JSON.stringify(body)) }))]));
}

/** What a consumer keeps who drops the identities that it has; the same identity with other content is another row. */
export async function downstreamRows(connections: Connections): Promise<string[]> {
  const rows = new Map<string, string>();
  for (const events of (await readHub(connections, 'big')).values()) {
    for (const { body } of events) {
      const { _id, ...row } = body as { _id: string };
      rows.set(`${_id} ${JSON.stringify(row)}`, JSON.stringify(row));
    }
  }
  return [...rows.values()].sort();
}
