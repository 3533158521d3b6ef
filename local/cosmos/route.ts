import { runAtomic, runBulk } from './batch';
import { batchIn, patchIn } from './bodies';
import { containerOperation, databaseOperation, requireContainer } from './containers';
import { createDocument, deleteDocument, patchDocument, readDocument, replaceDocument, upsertDocument, type DocumentContext, type DocumentResult } from './documents';
import { CosmosError, notAllowed, notImplemented, tooLarge } from './errors';
import { changeFeed, queryDocuments, readAll } from './feeds';
import type { CosmosRequest, CosmosResponse } from './request';
import { isTooLarge, requestedKey } from './resources';
import type { Store, StoredContainer } from './store';

/** Tells whether a request is to fail: status and when to come again. */
export type Fault = (operation: { method: string; resource: string; id?: string }) => { status: number; retryAfterMs?: number } | undefined;

export interface RouteContext {
  store: Store;
  nowMs: number;
  fault: Fault | undefined;
  endpoint: string;
}

/** Finds the operation for a request and runs it; writes run in one transaction each. */
export async function route(request: CosmosRequest, context: RouteContext): Promise<CosmosResponse> {
  const refused = request.type === '' ? undefined : injected(context.fault, { method: request.method, resource: request.type, ...(request.id ? { id: request.id } : {}) });
  if (refused) throw refused;
  const { store, nowMs } = context;
  switch (request.type) {
    case '':
      return { status: 200, body: account(context.endpoint) };
    case 'dbs':
      return store.write(() => databaseOperation(store, request, nowMs));
    case 'colls':
      return store.write(() => containerOperation(store, request, nowMs));
    case 'pkranges':
      return partitionRanges(requireContainer(store, request.database ?? '', request.container ?? ''));
    case 'offers':
      return { status: 200, body: { _rid: '', Offers: [], _count: 0 } };
    case 'docs':
      return documentRequest(request, context);
    default:
      throw notImplemented(`the resource '${request.type}'`);
  }
}

function injected(fault: Fault | undefined, operation: Parameters<Fault>[0]): CosmosError | undefined {
  const found = fault?.(operation);
  return found && new CosmosError(found.status, found.status === 429 ? 'TooManyRequests' : 'ServiceUnavailable', 'The request was refused on purpose.', found.retryAfterMs === undefined ? {} : { 'x-ms-retry-after-ms': String(found.retryAfterMs) });
}

function account(endpoint: string): unknown {
  const locations = [{ name: 'Local', databaseAccountEndpoint: endpoint }];
  return {
    id: 'localhost',
    _rid: 'localhost',
    _dbs: '//dbs/',
    media: '//media/',
    addresses: '//addresses/',
    writableLocations: locations,
    readableLocations: locations,
    enableMultipleWriteLocations: false,
    userReplicationPolicy: { asyncReplication: false, minReplicaSetSize: 1, maxReplicasetSize: 1 },
    userConsistencyPolicy: { defaultConsistencyLevel: 'Session' },
    systemReplicationPolicy: { minReplicaSetSize: 1, maxReplicasetSize: 1 },
    readPolicy: { primaryReadCoefficient: 1, secondaryReadCoefficient: 1 },
    queryEngineConfiguration: '{"maxSqlQueryInputLength":262144,"maxJoinsPerSqlQuery":5}',
  };
}

function partitionRanges(container: StoredContainer): CosmosResponse {
  const range = { _rid: `${container.rid}r0`, id: '0', _etag: '"0"', minInclusive: '', maxExclusive: 'FF', ridPrefix: 0, _self: '', throughputFraction: 1, status: 'online', parents: [], _ts: 0 };
  return { status: 200, body: { _rid: container.rid, PartitionKeyRanges: [range], _count: 1 }, headers: { etag: '"0"' } };
}

async function documentRequest(request: CosmosRequest, context: RouteContext): Promise<CosmosResponse> {
  const { store, nowMs } = context;
  const { headers, method } = request;
  const container = requireContainer(store, request.database ?? '', request.container ?? '');
  const key = requestedKey(headers['x-ms-documentdb-partitionkey']);
  const documents: DocumentContext = {
    store,
    container,
    nowMs,
    ...(key === undefined ? {} : { key }),
    ...(headers['if-match'] === undefined ? {} : { ifMatch: headers['if-match'] }),
    ...(headers['if-none-match'] === undefined ? {} : { ifNoneMatch: headers['if-none-match'] }),
  };
  if (request.id !== undefined) return oneDocument(request, documents);
  if (method === 'GET') return headers['a-im'] ? changeFeed(store, container, request, nowMs) : readAll(store, container, request, nowMs);
  if (method !== 'POST') throw notAllowed(method, 'docs');
  if (headers['x-ms-cosmos-is-batch-request']) return batchRequest(request, documents, context);
  if (isQuery(request)) return queryDocuments(store, container, request, nowMs);
  if (isTooLarge(request.size)) throw tooLarge();
  const upsert = headers['x-ms-documentdb-is-upsert']?.toLowerCase() === 'true';
  return answerOf(await store.write(() => (upsert ? upsertDocument(documents, request.body) : createDocument(documents, request.body))));
}

function isQuery({ headers }: CosmosRequest): boolean {
  return headers['x-ms-documentdb-isquery']?.toLowerCase() === 'true' || (headers['content-type'] ?? '').includes('query+json') || headers['x-ms-cosmos-is-query-plan-request'] !== undefined;
}

async function batchRequest(request: CosmosRequest, documents: DocumentContext, { store, fault }: RouteContext): Promise<CosmosResponse> {
  const operations = batchIn(request.body);
  if (request.headers['x-ms-cosmos-batch-atomic']?.toLowerCase() === 'true') {
    const { status, results } = await runAtomic(store, documents, operations);
    return { status, body: results };
  }
  const results = await runBulk(documents, operations, (operation) => injected(fault, { method: operation.operationType, resource: 'bulk', ...(operation.id ? { id: operation.id } : {}) }));
  return { status: results.some((result) => result.statusCode >= 400) ? 207 : 200, body: results };
}

async function oneDocument(request: CosmosRequest, context: DocumentContext): Promise<CosmosResponse> {
  const id = request.id ?? '';
  if (isTooLarge(request.size)) throw tooLarge();
  switch (request.method) {
    case 'GET':
      return answerOf(readDocument(context, id));
    case 'PUT':
      return answerOf(await context.store.write(() => replaceDocument(context, id, request.body)));
    case 'PATCH':
      return answerOf(await context.store.write(() => patchDocument(context, id, patchIn(request.body))));
    case 'DELETE':
      return answerOf(await context.store.write(() => deleteDocument(context, id)));
    default:
      throw notAllowed(request.method, 'a document');
  }
}

function answerOf({ status, body, etag }: DocumentResult): CosmosResponse {
  return { status, ...(body && status !== 304 ? { body } : {}), ...(etag ? { headers: { etag } } : {}) };
}
