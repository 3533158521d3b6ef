import { readFile } from 'node:fs/promises';
import { openBlobService } from '../connections/blob';
import type { Connection } from '../connections/connection';
import { WeirError, messageOf } from '../errors';
import { createDecoder, type FormatOptions } from '../formats/decoder';
import type { SqlRecord, Ticks } from '../values/value';

/** The rows of a reference input as they stood at a time. `version` changes whenever the rows do. */
export interface ReferenceSnapshot {
  version: string;
  rows: readonly SqlRecord[];
}

/** Reference inputs by name, in any case. */
export interface ReferenceTables {
  at(name: string, t: Ticks): ReferenceSnapshot;
}

/** Where a reference input is kept. Each is one file or blob that does not change while the app runs. */
export type ReferenceSource =
  | { name: string; type: 'file'; path: string; format: FormatOptions }
  | { name: string; type: 'blob'; connection: Connection; container: string; path: string; format: FormatOptions };

/** Loads all sources. Rejects with a WeirError to be retried while one is not there: a job waits for its reference data. */
export async function loadReferenceTables(sources: readonly ReferenceSource[]): Promise<ReferenceTables> {
  const loaded = await Promise.all(sources.map(async (source) => [source.name.toLowerCase(), { version: '1', rows: decode(source, await read(source)) }] as const));
  const tables = new Map<string, ReferenceSnapshot>(loaded);
  return {
    at: (name) => {
      const table = tables.get(name.toLowerCase());
      if (!table) throw new WeirError('unknown-reference', `there is no reference data '${name}'; there is ${[...tables.keys()].join(', ') || 'none'}`, 'stop');
      return table;
    },
  };
}

async function read(source: ReferenceSource): Promise<Uint8Array> {
  try {
    if (source.type === 'file') return await readFile(source.path);
    return await openBlobService(source.connection).getContainerClient(source.container).getBlobClient(source.path).downloadToBuffer();
  } catch (error) {
    const where = source.type === 'file' ? source.path : `${source.container}/${source.path}`;
    throw new WeirError('no-reference-data', `the reference data ${source.name} cannot be read from ${source.type} ${where}: ${messageOf(error)}`, 'retry', { cause: error });
  }
}

function decode({ name, format }: ReferenceSource, bytes: Uint8Array): SqlRecord[] {
  try {
    return createDecoder(format)(bytes);
  } catch (error) {
    throw new WeirError('invalid-reference-data', `the reference data ${name} is not ${format.format}: ${messageOf(error)}`, 'stop', { cause: error });
  }
}
