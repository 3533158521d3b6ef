import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openBlobService } from '../connections/blob';
import type { Connection } from '../connections/connection';
import { fromUnixMs } from '../values/ticks';
import type { Ticks } from '../values/value';

/** A file or blob that may be a snapshot. */
export interface StoredFile {
  path: string;
  /** When it came into being; undefined where that means nothing. */
  created?: Ticks;
}

/** Where snapshots are kept. */
export interface SnapshotStore {
  /** For messages. */
  describe(path: string): string;
  list(prefix: string): Promise<StoredFile[]>;
  read(path: string): Promise<Uint8Array>;
}

export function blobStore(connection: Connection, container: string): SnapshotStore {
  const client = openBlobService(connection).getContainerClient(container);
  return {
    describe: (path) => `blob ${container}/${path}`,
    list: async (prefix) => {
      const files: StoredFile[] = [];
      for await (const { name, properties } of client.listBlobsFlat({ prefix })) files.push({ path: name, created: fromUnixMs((properties.createdOn ?? properties.lastModified).getTime()) });
      return files;
    },
    read: (path) => client.getBlobClient(path).downloadToBuffer(),
  };
}

/** Files of a folder come with it: when each was copied to its place means nothing. */
export function fileStore(folder: string): SnapshotStore {
  return {
    describe: (path) => `file ${join(folder, path)}`,
    list: async (prefix) => {
      const start = prefix.slice(0, prefix.lastIndexOf('/') + 1);
      const entries = await readdir(join(folder, start), { withFileTypes: true, recursive: true });
      const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(join(folder, '/').length).replace(/\\/g, '/'));
      return files.filter((path) => path.startsWith(prefix)).map((path) => ({ path }));
    },
    read: (path) => readFile(join(folder, path)),
  };
}
