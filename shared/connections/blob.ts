import { BlobServiceClient } from '@azure/storage-blob';
import type { Connection } from './connection';
import { credentialFor } from './credential';

export function openBlobService(connection: Connection): BlobServiceClient {
  return typeof connection === 'string' ? BlobServiceClient.fromConnectionString(connection) : new BlobServiceClient(connection.endpoint, credentialFor(connection));
}
