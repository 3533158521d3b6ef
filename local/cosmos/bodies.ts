/** What the bodies of requests must look like; each throws 400 for one that does not. */
import type { BatchOperation } from './batch';
import { badRequest } from './errors';
import type { PatchBody } from './patch';
import type { Document, StoredContainer } from './store';

export const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isPath = (value: unknown): value is string => typeof value === 'string' && value.startsWith('/');
const isText = (value: unknown): boolean => value === undefined || typeof value === 'string';

/** The definition of a database or container. */
export function definitionIn(body: unknown): Document {
  if (!isObject(body)) throw badRequest('The request body must be an object.');
  return body as Document;
}

/** Whether a POST to a feed of definitions is a query. */
export const isQueryBody = (body: unknown): boolean => isObject(body) && 'query' in body;

export function queryIn(body: unknown): { query: string; parameters: { name: string; value: unknown }[] } {
  if (!isObject(body) || typeof body.query !== 'string') throw badRequest('The request body must be {"query": …, "parameters": […]}.');
  const { query, parameters = [] } = body;
  if (!Array.isArray(parameters) || !parameters.every((parameter) => isObject(parameter) && typeof parameter.name === 'string')) throw badRequest('The parameters of a query are a list of {"name": …, "value": …}.');
  return { query, parameters: parameters as { name: string; value: unknown }[] };
}

export function batchIn(body: unknown): BatchOperation[] {
  const isOperation = (value: unknown): boolean => isObject(value) && typeof value.operationType === 'string' && [value.id, value.partitionKey, value.ifMatch, value.ifNoneMatch].every(isText);
  if (!Array.isArray(body) || !body.every(isOperation)) throw badRequest('A batch is a list of {"operationType": …, "id": …, "partitionKey": …, "resourceBody": …}.');
  return body as BatchOperation[];
}

export function patchIn(body: unknown): Exclude<PatchBody, unknown[]> {
  const { operations, condition } = Array.isArray(body) ? { operations: body as unknown[], condition: undefined } : isObject(body) ? body : {};
  const isOperation = (value: unknown): boolean => isObject(value) && typeof value.op === 'string' && isPath(value.path) && (value.from === undefined || isPath(value.from));
  if (!Array.isArray(operations) || !operations.every(isOperation) || !isText(condition)) throw badRequest('A patch is {"operations": [{"op": …, "path": "/…", "value": …}], "condition": …}.');
  return { operations, ...(condition === undefined ? {} : { condition: condition as string }) } as Exclude<PatchBody, unknown[]>;
}

export function partitionKeyIn({ partitionKey }: Document): StoredContainer['partitionKey'] {
  if (partitionKey === undefined) return { paths: ['/_partitionKey'], kind: 'Hash' };
  if (!isObject(partitionKey) || !Array.isArray(partitionKey.paths) || partitionKey.paths.length === 0 || !partitionKey.paths.every(isPath)) throw badRequest('The partition key of a container is {"paths": ["/…"], "kind": "Hash"}.');
  return partitionKey as unknown as StoredContainer['partitionKey'];
}

export function uniqueKeysIn({ uniqueKeyPolicy }: Document): StoredContainer['uniqueKeyPolicy'] {
  if (uniqueKeyPolicy === undefined || uniqueKeyPolicy === null) return undefined;
  const keys: unknown = isObject(uniqueKeyPolicy) ? uniqueKeyPolicy.uniqueKeys : undefined;
  if (!Array.isArray(keys) || !keys.every((key) => isObject(key) && Array.isArray(key.paths) && key.paths.every(isPath))) throw badRequest('A unique key policy is {"uniqueKeys": [{"paths": ["/…"]}]}.');
  return uniqueKeyPolicy as unknown as StoredContainer['uniqueKeyPolicy'];
}
