/** Reading many documents: read-all, queries, change feed. Continuations are positions in the result. */
import { queryIn } from './bodies';
import { badRequest } from './errors';
import { parseQuery } from './query/parse';
import { runQuery } from './query/run';
import type { CosmosRequest, CosmosResponse } from './request';
import { isExpired, requestedKey } from './resources';
import type { Store, StoredContainer, StoredDocument } from './store';

const DEFAULT_PAGE = 1_000;

function pageSize(request: CosmosRequest): number {
  const asked = Number(request.headers['x-ms-max-item-count'] ?? DEFAULT_PAGE);
  return asked > 0 ? asked : DEFAULT_PAGE;
}

function liveDocuments(store: Store, container: StoredContainer, request: CosmosRequest, nowMs: number): StoredDocument[] {
  const key = requestedKey(request.headers['x-ms-documentdb-partitionkey']);
  const found = store.documents(container).filter((document) => key === undefined || isKeyOf(document.pk, key));
  return found.filter(({ body }) => !isExpired(body, container, nowMs));
}

/** A hierarchical key may be given in part: its first values. */
function isKeyOf(pk: string, key: string): boolean {
  return pk === key || (key.endsWith(']') && key !== '[]' && pk.startsWith(`${key.slice(0, -1)},`));
}

function page(items: unknown[], request: CosmosRequest, rid: string): CosmosResponse {
  const start = Number(request.headers['x-ms-continuation'] ?? 0);
  if (!Number.isInteger(start) || start < 0) throw badRequest('The continuation token is not valid.');
  const size = pageSize(request);
  const documents = items.slice(start, start + size);
  const next: Record<string, string> = start + size < items.length ? { 'x-ms-continuation': String(start + size) } : {};
  return { status: 200, body: { _rid: rid, Documents: documents, _count: documents.length }, headers: { 'x-ms-item-count': String(documents.length), ...next } };
}

export function readAll(store: Store, container: StoredContainer, request: CosmosRequest, nowMs: number): CosmosResponse {
  return page(liveDocuments(store, container, request, nowMs).map((d) => d.body), request, container.rid);
}

export function queryDocuments(store: Store, container: StoredContainer, request: CosmosRequest, nowMs: number): CosmosResponse {
  const { query, parameters } = queryIn(request.body);
  const parsed = parseQuery(query);
  if (request.headers['x-ms-cosmos-is-query-plan-request']) return { status: 200, body: PASS_THROUGH_PLAN };
  const values = Object.fromEntries(parameters.map(({ name, value }) => [name, value]));
  return page(runQuery(parsed, liveDocuments(store, container, request, nowMs).map((d) => d.body), values), request, container.rid);
}

/** There is one physical range, which answers queries whole: nothing is left for the SDK to merge. */
const PASS_THROUGH_PLAN = {
  partitionedQueryExecutionInfoVersion: 2,
  queryInfo: { distinctType: 'None', top: null, offset: null, limit: null, orderBy: [], orderByExpressions: [], groupByExpressions: [], groupByAliases: [], aggregates: [], groupByAliasToAggregateType: {}, rewrittenQuery: '', hasSelectValue: false, dCountInfo: null, hasNonStreamingOrderBy: false },
  queryRanges: [{ min: '', max: 'FF', isMinInclusive: true, isMaxInclusive: false }],
};

/** Changes since a continuation (an ETag that holds the number of the last change seen); 304 when there are none. */
export function changeFeed(store: Store, container: StoredContainer, request: CosmosRequest, nowMs: number): CosmosResponse {
  const { headers } = request;
  const key = requestedKey(headers['x-ms-documentdb-partitionkey']);
  const since = sinceOf(headers, store, container);
  const size = pageSize(request);
  const all = store.changes(container, since, key === undefined ? size : Infinity).filter(({ pk }) => key === undefined || isKeyOf(pk, key));
  const changes = all.slice(0, size);
  const last = changes[changes.length - 1]?.lsn ?? since;
  const answer = { etag: `"${last}"`, 'x-ms-item-count': String(changes.length) };
  if (changes.length === 0) return { status: 304, headers: answer };
  const documents = changes.filter(({ body }) => !isExpired(body, container, nowMs)).map(({ body, lsn }) => ({ ...body, _lsn: lsn }));
  return { status: 200, body: { _rid: container.rid, Documents: documents, _count: documents.length }, headers: answer };
}

function sinceOf(headers: CosmosRequest['headers'], store: Store, container: StoredContainer): number {
  const token = headers['if-none-match'];
  if (token === '*') return store.lastChange();
  if (token !== undefined) return Number(token.replace(/"/g, '')) || 0;
  const from = headers['if-modified-since'];
  if (from === undefined) return 0;
  const earlier = store.changes(container, 0, Infinity).filter(({ body }) => (body._ts as number) * 1000 < Date.parse(from));
  return earlier[earlier.length - 1]?.lsn ?? 0;
}
