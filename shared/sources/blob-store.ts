import { openBlobService } from '../connections/blob';
import type { Connection } from '../connections/connection';
import type { Ledger } from './blob-ledger';

export interface StoredBlob {
  name: string;
  etag: string;
  /** When it was last modified, ms since 1970. */
  modified: number;
  /** In bytes. */
  size: number;
}

/** The blobs of a container. */
export interface BlobStore {
  list(prefix: string): Promise<StoredBlob[]>;
  /** undefined when the blob is not there any more as it was. */
  read(blob: StoredBlob): Promise<Uint8Array | undefined>;
}

/** Where a ledger is kept. */
export interface LedgerStore {
  /** undefined when there is none yet. */
  load(): Promise<{ ledger: Ledger; etag: string } | undefined>;
  /** Replaces the ledger that has this etag (undefined: none is there); gives the new etag, or undefined when somebody else has replaced it. */
  save(ledger: Ledger, etag: string | undefined): Promise<string | undefined>;
}

export function openBlobStore(connection: Connection, container: string): BlobStore {
  const client = openBlobService(connection).getContainerClient(container);
  return {
    list: async (prefix) => {
      const found: StoredBlob[] = [];
      try {
        for await (const { name, properties } of client.listBlobsFlat({ prefix })) found.push({ name, etag: properties.etag, modified: properties.lastModified.getTime(), size: properties.contentLength ?? 0 });
      } catch (error) {
        // A container that is made later is an empty one.
        if (statusOf(error) !== 404) throw error;
      }
      return found;
    },
    read: async ({ name, etag }) => {
      try {
        return await client.getBlobClient(name).downloadToBuffer(0, undefined, { conditions: { ifMatch: etag } });
      } catch (error) {
        if ([404, 412].includes(statusOf(error))) return undefined;
        throw error;
      }
    },
  };
}

export function openLedgerStore(connection: Connection, container: string, name: string): LedgerStore {
  const client = openBlobService(connection).getContainerClient(container);
  const blob = client.getBlockBlobClient(name);
  return {
    load: async () => {
      try {
        const response = await blob.download();
        const chunks: Buffer[] = [];
        for await (const chunk of response.readableStreamBody ?? []) chunks.push(Buffer.from(chunk));
        return { ledger: JSON.parse(Buffer.concat(chunks).toString('utf8')) as Ledger, etag: response.etag ?? '' };
      } catch (error) {
        if (statusOf(error) !== 404) throw error;
        return undefined;
      }
    },
    save: async (ledger, etag) => {
      const content = JSON.stringify(ledger);
      if (etag === undefined) await client.createIfNotExists();
      try {
        return (await blob.upload(content, Buffer.byteLength(content), { conditions: etag === undefined ? { ifNoneMatch: '*' } : { ifMatch: etag } })).etag;
      } catch (error) {
        if ([409, 412].includes(statusOf(error))) return undefined;
        throw error;
      }
    },
  };
}

function statusOf(error: unknown): number {
  return (error as { statusCode?: number }).statusCode ?? 0;
}
