import type { PartitionKey } from '@azure/cosmos';
import type { OutputRow } from '../event';
import { member } from '../values/fields';
import { toPlain } from '../values/json';
import type { SqlValue } from '../values/value';
import { rowIdentity } from './identity';

export interface CosmosOptions {
  job: string;
  output: string;
  /** The column that is the document's id. */
  documentId?: string;
  /** Path of the container's partition key, for example `/region`. */
  partitionKey: string;
}

export type CosmosDocument = Record<string, unknown> & { id: string };

/**
 * A row as a document to be upserted: the id is the declared column, else the row's own `id`, else the row's identity, so that a row that comes again
 * overwrites itself.
 */
export function documentOf(row: OutputRow, options: CosmosOptions): CosmosDocument {
  const declared = options.documentId === undefined ? null : member(row.values, options.documentId);
  const own = declared ?? member(row.values, 'id');
  return { ...withoutId(toPlain(row.values) as Record<string, unknown>), id: own === null ? rowIdentity(options.job, options.output, row.id) : idText(own) };
}

function idText(value: SqlValue): string {
  const plain = toPlain(value);
  return typeof plain === 'object' ? JSON.stringify(plain) : String(plain);
}

/** The service knows `id` only in lower case; a column `Id` beside it would be another member. */
function withoutId(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => name !== 'id'));
}

/** Largest item: https://learn.microsoft.com/azure/cosmos-db/concepts-limits#per-item-limits (2 MB, of which the service's own members take some). */
const MAX_BYTES = 2 * 1024 * 1024 - 1024;
const MAX_ID = 1023;
const MAX_PARTITION_KEY = 2048;

/** Why the service would refuse the document for ever; undefined when it would not. */
export function documentFault(document: CosmosDocument, partitionKey: string): { reason: string; message: string } | undefined {
  const { id } = document;
  if (id === '' || Buffer.byteLength(id) > MAX_ID || /[/\\?#]/.test(id)) {
    return { reason: 'invalid-document-id', message: `the document id ${JSON.stringify(id.slice(0, 80))} is not possible in Cosmos DB: 1 to ${MAX_ID} bytes without / \\ ? #` };
  }
  const key = keyValue(document, partitionKey);
  if (typeof key === 'string' && Buffer.byteLength(key) > MAX_PARTITION_KEY) {
    return { reason: 'invalid-partition-key', message: `the partition key ${partitionKey} has ${Buffer.byteLength(key)} bytes; Cosmos DB takes ${MAX_PARTITION_KEY}` };
  }
  if (typeof key === 'object' && key !== null) return { reason: 'invalid-partition-key', message: `the partition key ${partitionKey} is a record or an array; Cosmos DB takes text, a number, true, false or null` };
  const size = Buffer.byteLength(JSON.stringify(document));
  return size > MAX_BYTES ? { reason: 'row-too-large', message: `the document has ${size} bytes; Cosmos DB takes ${MAX_BYTES}` } : undefined;
}

/** What makes a document one and the same in its container: its id and the value of the partition key. */
export function documentKey(document: CosmosDocument, partitionKey: string): string {
  return JSON.stringify([document.id, keyValue(document, partitionKey) ?? null]);
}

/** The partition key as operations of the SDK name it: `{}` says that the document has none. */
export function partitionKeyOf(document: CosmosDocument, partitionKey: string): PartitionKey {
  const value = keyValue(document, partitionKey);
  return (value === undefined ? {} : value) as PartitionKey;
}

function keyValue(document: CosmosDocument, partitionKey: string): unknown {
  return partitionKey.split('/').slice(1).reduce<unknown>((at, name) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined), document);
}
