import https from 'node:https';
import { CosmosClient } from '@azure/cosmos';
import { EventHubProducerClient } from '@azure/event-hubs';
import { BlobServiceClient } from '@azure/storage-blob';
import type { ContainerClient } from '@azure/storage-blob';
import { QueueEndpoint } from './queue-endpoint';

/** One SDK client per connection, shared by all functions; containers and queues are created once, on first use. */
export class Clients {
  private readonly blobServices = new Cache<BlobServiceClient>();
  private readonly containers = new Cache<Promise<ContainerClient>>();
  private readonly cosmosClients = new Cache<CosmosClient>();
  private readonly producers = new Cache<EventHubProducerClient>();
  private readonly queues = new Cache<QueueEndpoint>();

  /** The container, created when it does not exist, as Azure's blob and Event Hubs extensions do. */
  container(connectionString: string, name: string): Promise<ContainerClient> {
    return this.containers.getOrRetry(`${connectionString}\n${name}`, async () => {
      const container = this.blobs(connectionString).getContainerClient(name);
      await container.createIfNotExists();
      return container;
    });
  }

  blobs(connectionString: string): BlobServiceClient {
    return this.blobServices.get(connectionString, () => BlobServiceClient.fromConnectionString(connectionString));
  }

  cosmos(connectionString: string): CosmosClient {
    return this.cosmosClients.get(connectionString, () => openCosmos(connectionString));
  }

  producer(connectionString: string, hub: string): EventHubProducerClient {
    return this.producers.get(`${connectionString}\n${hub}`, () => new EventHubProducerClient(connectionString, hub));
  }

  queue(connectionString: string): QueueEndpoint {
    return this.queues.get(connectionString, () => new QueueEndpoint(connectionString));
  }

  async close(): Promise<void> {
    for (const client of this.cosmosClients.values()) client.dispose();
    await Promise.all([...this.producers.values()].map((producer) => producer.close()));
  }
}

/** Emulators on this machine have self-signed certificates and only themselves as a region. */
function openCosmos(connectionString: string): CosmosClient {
  const part = (name: string): string => new RegExp(`(?:^|;)\\s*${name}=([^;]+)`, 'i').exec(connectionString)?.[1] ?? '';
  const endpoint = part('AccountEndpoint');
  const isLocal = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])[:/]/i.test(`${endpoint}/`);
  return new CosmosClient({
    endpoint,
    key: part('AccountKey'),
    agent: isLocal && endpoint.startsWith('https:') ? new https.Agent({ keepAlive: true, rejectUnauthorized: false }) : undefined,
    connectionPolicy: { enableEndpointDiscovery: !isLocal },
  });
}

/** A map that makes what it does not have. */
export class Cache<T> {
  private readonly entries = new Map<string, T>();

  get(key: string, make: () => T): T {
    let entry = this.entries.get(key);
    if (entry === undefined) this.entries.set(key, (entry = make()));
    return entry;
  }

  /** As {@link get} for promises: a failure is not kept, so that the next use tries again. */
  getOrRetry<R>(this: Cache<Promise<R>>, key: string, make: () => Promise<R>): Promise<R> {
    return this.get(key, () =>
      make().catch((error: unknown) => {
        this.entries.delete(key);
        throw error;
      }),
    );
  }

  values(): IterableIterator<T> {
    return this.entries.values();
  }
}
