import { openBlobService } from '../connections/blob';
import type { Connection } from '../connections/connection';

/** Where parts of large states are kept: bytes that are written once and never changed. Every method rejects while the service does not answer. */
export interface StateStore {
  /** Rejects also when there is one of that name. */
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** undefined when there is none of that name. */
  get(name: string): Promise<Uint8Array | undefined>;
  /** Also when there is none. */
  delete(name: string): Promise<void>;
  /** Those whose names begin so; `created` in ms since 1970. */
  list(prefix: string): Promise<{ name: string; created: number }[]>;
}

/** A container of blobs, which is made when something is first written. */
export function openStateStore(connection: Connection, container: string): StateStore {
  const client = openBlobService(connection).getContainerClient(container);
  const upload = async (name: string, body: Uint8Array): Promise<void> => void (await client.getBlockBlobClient(name).uploadData(body, { conditions: { ifNoneMatch: '*' } }));
  return {
    put: async (name, bytes) => {
      try {
        await upload(name, bytes);
      } catch (error) {
        if (!isMissing(error)) throw error;
        await client.createIfNotExists();
        await upload(name, bytes);
      }
    },
    get: async (name) => {
      try {
        return await client.getBlobClient(name).downloadToBuffer();
      } catch (error) {
        if (!isMissing(error)) throw error;
        return undefined;
      }
    },
    delete: async (name) => void (await client.getBlobClient(name).deleteIfExists()),
    list: async (prefix) => {
      const found: { name: string; created: number }[] = [];
      for await (const { name, properties } of client.listBlobsFlat({ prefix })) found.push({ name, created: (properties.createdOn ?? properties.lastModified).getTime() });
      return found;
    },
  };
}

function isMissing(error: unknown): boolean {
  return (error as { statusCode?: number }).statusCode === 404;
}
