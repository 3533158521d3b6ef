/** Opens the services' SDK clients from connection strings. */
import { CosmosClient, type Container } from '@azure/cosmos';
import { EventHubProducerClient } from '@azure/event-hubs';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import type { Producer } from './event-hub';

export function openProducer(connectionString: string, hub: string): Producer {
  return new EventHubProducerClient(connectionString, hub);
}

export function openBlobContainer(connectionString: string, container: string): ContainerClient {
  return BlobServiceClient.fromConnectionString(connectionString).getContainerClient(container);
}

export interface CosmosContainerName {
  database: string;
  container: string;
  /** Path of the partition key of a container that is made. */
  partitionKey: string;
}

/** The container, made with its database when it does not exist. */
export async function openCosmosContainer(connectionString: string, { database, container, partitionKey }: CosmosContainerName): Promise<Container> {
  const isLocal = /AccountEndpoint=https?:\/\/(localhost|127\.0\.0\.1)[:/]/i.test(connectionString);
  const [endpoint, key] = ['AccountEndpoint', 'AccountKey'].map((name) => new RegExp(`${name}=([^;]+)`, 'i').exec(connectionString)?.[1] ?? '') as [string, string];
  // An emulator has only itself as a region, under a name that may not be reachable from here.
  const client = new CosmosClient({ endpoint, key, connectionPolicy: { enableEndpointDiscovery: !isLocal } });
  const made = await client.databases.createIfNotExists({ id: database });
  return (await made.database.containers.createIfNotExists({ id: container, partitionKey: { paths: [partitionKey] } })).container;
}
