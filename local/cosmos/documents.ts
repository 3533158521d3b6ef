/** Operations on single documents. Each runs inside a transaction of the store and throws CosmosError. */
import { badRequest, conflict, notFound, preconditionFailed } from './errors';
import { applyPatch, type PatchBody } from './patch';
import { at, checkDocument, isExpired, partitionKeyOf, systemProperties } from './resources';
import type { Document, Store, StoredContainer, StoredDocument } from './store';

export interface DocumentContext {
  store: Store;
  container: StoredContainer;
  nowMs: number;
  /** Partition key that the request names, as JSON. */
  key?: string;
  ifMatch?: string;
  ifNoneMatch?: string;
}

export interface DocumentResult {
  status: number;
  body?: Document;
  etag?: string;
}

export function readDocument(context: DocumentContext, id: string): DocumentResult {
  const { body } = existing(context, id);
  if (context.ifNoneMatch !== undefined && context.ifNoneMatch === body._etag) return { status: 304, etag: body._etag as string };
  return { status: 200, body, etag: body._etag as string };
}

export function createDocument(context: DocumentContext, content: unknown): DocumentResult {
  const body = checkDocument(content);
  const key = keyFor(context, body);
  if (find(context, key, body.id as string)) throw conflict(`id ${String(body.id)}`);
  return save(context, key, body, 201);
}

export function upsertDocument(context: DocumentContext, content: unknown): DocumentResult {
  const body = checkDocument(content);
  const key = keyFor(context, body);
  const before = find(context, key, body.id as string);
  if (before) checkMatch(context, before);
  return save(context, key, body, before ? 200 : 201);
}

export function replaceDocument(context: DocumentContext, id: string, content: unknown): DocumentResult {
  const body = checkDocument(content);
  const before = existing({ ...context, key: context.key ?? partitionKeyOf(context.container, body) }, id);
  checkMatch(context, before);
  const key = keyFor(context, body);
  if (body.id !== id && find(context, key, body.id as string)) throw conflict(`id ${String(body.id)}`);
  if (body.id !== id || key !== before.pk) context.store.removeDocument(context.container, before.pk, id);
  return save(context, key, body, 200);
}

export function patchDocument(context: DocumentContext, id: string, patch: PatchBody): DocumentResult {
  const before = existing(context, id);
  checkMatch(context, before);
  const body = applyPatch(before.body, patch);
  if (partitionKeyOf(context.container, body) !== before.pk) throw badRequest('A patch cannot change the partition key.');
  return save(context, before.pk, body, 200);
}

export function deleteDocument(context: DocumentContext, id: string): DocumentResult {
  const before = existing(context, id);
  checkMatch(context, before);
  context.store.removeDocument(context.container, before.pk, id);
  return { status: 204 };
}

function find({ store, container, nowMs }: DocumentContext, key: string, id: string): StoredDocument | undefined {
  const found = store.document(container, key, id);
  if (!found || !isExpired(found.body, container, nowMs)) return found;
  return undefined;
}

function existing(context: DocumentContext, id: string): StoredDocument {
  if (context.key === undefined) throw badRequest('PartitionKey value must be supplied for this operation.');
  const found = find(context, context.key, id);
  if (!found) throw notFound(`id ${id}`);
  return found;
}

function checkMatch({ ifMatch }: DocumentContext, before: StoredDocument): void {
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== before.body._etag) throw preconditionFailed();
}

/** The document's own key; one that the request names must be the same. */
function keyFor({ container, key }: DocumentContext, body: Document): string {
  const own = partitionKeyOf(container, body);
  if (key !== undefined && key !== own) throw badRequest(`PartitionKey extracted from document doesn't match the one specified in the header: ${own} against ${key}.`);
  return own;
}

function save(context: DocumentContext, key: string, content: Document, status: number): DocumentResult {
  const { store, container, nowMs } = context;
  checkUnique(context, key, content);
  const body: Document = { ...content, ...systemProperties(`${container.rid}${String(content.id)}`, `dbs/${container.rid}/docs/${String(content.id)}/`, nowMs), _attachments: 'attachments/' };
  store.putDocument(container, key, body);
  return { status, body, etag: body._etag as string };
}

function checkUnique({ store, container }: DocumentContext, key: string, body: Document): void {
  for (const { paths } of container.uniqueKeyPolicy?.uniqueKeys ?? []) {
    const values = (document: Document): string => JSON.stringify(paths.map((path) => at(document, path) ?? null));
    const clash = store.documents(container, key).find((other) => other.body.id !== body.id && values(other.body) === values(body));
    if (clash) throw conflict(`Unique index constraint violation on ${paths.join(', ')}.`);
  }
}
