/** What documents and containers look like on the wire, and how a document's partition key is read from it. */
import { randomUUID } from 'node:crypto';
import { badRequest } from './errors';
import type { Document, Json, StoredContainer } from './store';

export function systemProperties(rid: string, self: string, nowMs: number): Document {
  return { _rid: rid, _self: self, _etag: `"${randomUUID()}"`, _ts: Math.floor(nowMs / 1000) };
}

/** Absent values have a place of their own among partition keys, which is neither null nor text. */
const UNDEFINED_KEY: Json = {};

/** The partition key of a document, as the JSON that also comes in the request's header. */
export function partitionKeyOf(container: StoredContainer, body: Document): string {
  return JSON.stringify(
    container.partitionKey.paths.map((path) => {
      const value = at(body, path);
      return value === undefined ? UNDEFINED_KEY : value;
    }),
  );
}

export function at(body: Json | undefined, path: string): Json | undefined {
  return path
    .split('/')
    .filter(Boolean)
    .map((part) => part.replace(/^"|"$/g, ''))
    .reduce<Json | undefined>((value, name) => (typeof value === 'object' && value !== null && !Array.isArray(value) && Object.hasOwn(value, name) ? value[name] : undefined), body);
}

/** The header's partition key in canonical form; undefined when the request names none. */
export function requestedKey(header: string | undefined): string | undefined {
  if (header === undefined || header === '') return undefined;
  try {
    return JSON.stringify(JSON.parse(header));
  } catch {
    throw badRequest('The x-ms-documentdb-partitionkey header is not JSON.');
  }
}

/** Whether a document has outlived its time: `ttl` of the document, else of the container; -1 and absent never expire. */
export function isExpired(body: Document, container: StoredContainer, nowMs: number): boolean {
  if (container.defaultTtl === undefined) return false;
  const own = typeof body.ttl === 'number' ? body.ttl : container.defaultTtl;
  return own > 0 && nowMs / 1000 >= (body._ts as number) + own;
}

const MAX_DOCUMENT = 2 * 1024 * 1024;

export function checkDocument(body: unknown): Document {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw badRequest('The document must be an object.');
  const { id } = body as Document;
  if (typeof id !== 'string' || id === '' || id.length > 1023 || /[/\\?#]/.test(id)) {
    throw badRequest('The input content is invalid because the required properties - \'id; \' - are missing or not valid: id must be 1 to 1023 characters without / \\ ? #.');
  }
  return body as Document;
}

export function isTooLarge(size: number): boolean {
  return size > MAX_DOCUMENT;
}
