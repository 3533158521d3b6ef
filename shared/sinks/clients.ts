/** Opens the services' SDK clients, from connection strings or by identity. */
import { CosmosClient, type Container } from '@azure/cosmos';
import { EventHubProducerClient } from '@azure/event-hubs';
import type { ContainerClient } from '@azure/storage-blob';
import { openBlobService } from '../connections/blob';
import type { Connection } from '../connections/connection';
import { credentialFor } from '../connections/credential';
import type { Producer } from './event-hub';

export function openProducer(connection: Connection, hub: string): Producer {
  return typeof connection === 'string' ? new EventHubProducerClient(connection, hub) : new EventHubProducerClient(connection.endpoint, hub, credentialFor(connection));
}

export function openBlobContainer(connection: Connection, container: string): ContainerClient {
  return openBlobService(connection).getContainerClient(container);
}

export interface CosmosContainerName {
  database: string;
  container: string;
  /** Path of the partition key of a container that is made. */
  partitionKey: string;
}

/**
 * The container; with a key it is made, with its database, when it does not exist. Making one is no right of data: no role that an identity can be given in
 * Cosmos DB has it, so by identity the container must be there (infra/app/cosmos.bicep makes it).
 */
export async function openCosmosContainer(connection: Connection, { database, container, partitionKey }: CosmosContainerName): Promise<Container> {
  if (typeof connection !== 'string') return new CosmosClient({ endpoint: connection.endpoint, aadCredentials: credentialFor(connection) }).database(database).container(container);
  const isLocal = /AccountEndpoint=https?:\/\/(localhost|127\.0\.0\.1)[:/]/i.test(connection);
  const [endpoint, key] = ['AccountEndpoint', 'AccountKey'].map((name) => new RegExp(`${name}=([^;]+)`, 'i').exec(connection)?.[1] ?? '') as [string, string];
  // An emulator has only itself as a region, under a name that may not be reachable from here.
  const client = new CosmosClient({ endpoint, key, connectionPolicy: { enableEndpointDiscovery: !isLocal } });
  const made = await client.databases.createIfNotExists({ id: database });
  return (await made.database.containers.createIfNotExists({ id: container, partitionKey: { paths: [partitionKey] } })).container;
}
