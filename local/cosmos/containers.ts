import { definitionIn, isQueryBody, partitionKeyIn, uniqueKeysIn } from './bodies';
import { badRequest, conflict, notFound, notImplemented } from './errors';
import type { CosmosRequest, CosmosResponse } from './request';
import { systemProperties } from './resources';
import type { Document, Store, StoredContainer } from './store';

/** Databases: list, create, read, delete. */
export function databaseOperation(store: Store, request: CosmosRequest, nowMs: number): CosmosResponse {
  const { database, method } = request;
  if (database === undefined) {
    const isQuery = method === 'POST' && isQueryBody(request.body);
    if (method === 'GET' || isQuery) return { status: 200, body: { _rid: '', Databases: store.databases(), _count: store.databases().length } };
    return createDatabase(store, definitionIn(request.body), nowMs);
  }
  const definition = requireDatabase(store, database);
  if (method === 'GET') return { status: 200, body: definition };
  if (method !== 'DELETE') throw notImplemented(`${method} of a database`);
  store.removeDatabase(database);
  return { status: 204 };
}

function createDatabase(store: Store, body: Document, nowMs: number): CosmosResponse {
  const id = requireId(body);
  if (store.database(id)) throw conflict(`database ${id}`);
  const rid = `d${store.nextNumber()}`;
  const definition = { id, ...systemProperties(rid, `dbs/${rid}/`, nowMs), _colls: 'colls/', _users: 'users/' };
  store.putDatabase(id, definition);
  return { status: 201, body: definition };
}

function requireId(body: Document): string {
  if (typeof body.id !== 'string' || body.id === '') throw badRequest('The id of the resource is missing.');
  return body.id;
}

export function requireDatabase(store: Store, id: string): Document {
  const found = store.database(id);
  if (!found) throw notFound(`database ${id}`);
  return found;
}

export function requireContainer(store: Store, database: string, id: string): StoredContainer {
  requireDatabase(store, database);
  const found = store.container(database, id);
  if (!found) throw notFound(`container ${id}`);
  return found;
}

/** Containers: list, create, read, replace, delete. */
export function containerOperation(store: Store, request: CosmosRequest, nowMs: number): CosmosResponse {
  const { database = '', container, method, body } = request;
  requireDatabase(store, database);
  if (container === undefined) {
    const isQuery = method === 'POST' && isQueryBody(body);
    const definitions = (): Document[] => store.containers(database).map((c) => c.definition);
    if (method === 'GET' || isQuery) return { status: 200, body: { _rid: '', DocumentCollections: definitions(), _count: definitions().length } };
    const id = requireId(definitionIn(body));
    if (store.container(database, id)) throw conflict(`container ${id}`);
    return { status: 201, body: saveContainer({ store, database, nowMs }, definitionIn(body)) };
  }
  const existing = requireContainer(store, database, container);
  if (method === 'GET') return { status: 200, body: existing.definition };
  if (method === 'PUT') return { status: 200, body: saveContainer({ store, database, nowMs }, definitionIn(body), existing) };
  if (method !== 'DELETE') throw notImplemented(`${method} of a container`);
  store.removeContainer(database, existing);
  return { status: 204 };
}

function saveContainer({ store, database, nowMs }: { store: Store; database: string; nowMs: number }, body: Document, existing?: StoredContainer): Document {
  const partitionKey = partitionKeyIn(body);
  const uniqueKeyPolicy = uniqueKeysIn(body);
  if (existing && JSON.stringify(existing.partitionKey.paths) !== JSON.stringify(partitionKey.paths)) throw badRequest('The partition key of a container cannot be changed.');
  const rid = existing?.rid ?? `c${store.nextNumber()}`;
  const definition: Document = { indexingPolicy: { indexingMode: 'consistent', automatic: true }, ...body, partitionKey: partitionKey as unknown as Document, ...systemProperties(rid, `dbs/${database}/colls/${rid}/`, nowMs), _docs: 'docs/' };
  const container: StoredContainer = { id: requireId(body), partitionKey, definition, rid };
  if (typeof body.defaultTtl === 'number') container.defaultTtl = body.defaultTtl;
  if (uniqueKeyPolicy) container.uniqueKeyPolicy = uniqueKeyPolicy;
  store.putContainer(database, container);
  return definition;
}
