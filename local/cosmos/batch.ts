import { patchIn } from './bodies';
import { CosmosError, badRequest } from './errors';
import { createDocument, deleteDocument, patchDocument, readDocument, replaceDocument, upsertDocument, type DocumentContext, type DocumentResult } from './documents';
import { requestedKey } from './resources';
import type { Store } from './store';

/** One operation of a bulk request or a transactional batch. */
export interface BatchOperation {
  operationType: string;
  id?: string;
  partitionKey?: string;
  resourceBody?: unknown;
  ifMatch?: string;
  ifNoneMatch?: string;
}

export interface BatchResult {
  statusCode: number;
  requestCharge: number;
  eTag?: string;
  resourceBody?: unknown;
  message?: string;
}

/** Asked before each operation: an error to answer with instead, for tests. */
export type OperationFault = (operation: BatchOperation) => CosmosError | undefined;

const OPERATIONS: Record<string, (context: DocumentContext, operation: BatchOperation) => DocumentResult> = {
  Create: (context, { resourceBody }) => createDocument(context, resourceBody),
  Upsert: (context, { resourceBody }) => upsertDocument(context, resourceBody),
  Read: (context, { id }) => readDocument(context, id ?? ''),
  Replace: (context, { id, resourceBody }) => replaceDocument(context, id ?? '', resourceBody),
  Patch: (context, { id, resourceBody }) => patchDocument(context, id ?? '', patchIn(resourceBody)),
  Delete: (context, { id }) => deleteDocument(context, id ?? ''),
};

function perform(context: DocumentContext, operation: BatchOperation): BatchResult {
  const run = Object.hasOwn(OPERATIONS, operation.operationType) ? OPERATIONS[operation.operationType] : undefined;
  if (!run) throw badRequest(`There is no operation '${operation.operationType}'.`);
  const key = operation.partitionKey === undefined ? context.key : requestedKey(operation.partitionKey);
  const { status, body, etag } = run({ ...context, ...(key === undefined ? {} : { key }), ...(operation.ifMatch ? { ifMatch: operation.ifMatch } : {}) }, operation);
  return { statusCode: status, requestCharge: 1, ...(etag ? { eTag: etag } : {}), ...(body ? { resourceBody: body } : {}) };
}

const failed = (error: CosmosError): BatchResult => ({ statusCode: error.status, requestCharge: 1, message: error.message });

/** Each operation for itself, as bulk does. */
export function runBulk(context: DocumentContext, operations: readonly BatchOperation[], fault: OperationFault): Promise<BatchResult[]> {
  return context.store.write(() =>
    operations.map((operation) => {
      try {
        const refused = fault(operation);
        if (refused) throw refused;
        return perform(context, operation);
      } catch (error) {
        if (error instanceof CosmosError) return failed(error);
        throw error;
      }
    }),
  );
}

class Undo extends Error {
  constructor(readonly results: BatchResult[]) {
    super();
  }
}

/** All or nothing: after a failure everything is undone, and the other operations answer 424. */
export async function runAtomic(store: Store, context: DocumentContext, operations: readonly BatchOperation[]): Promise<{ status: number; results: BatchResult[] }> {
  try {
    return { status: 200, results: await store.write(() => performAll(context, operations)) };
  } catch (error) {
    if (error instanceof Undo) return { status: 207, results: error.results };
    throw error;
  }
}

function performAll(context: DocumentContext, operations: readonly BatchOperation[]): BatchResult[] {
  return operations.map((operation, i) => {
    try {
      return perform(context, operation);
    } catch (error) {
      if (!(error instanceof CosmosError)) throw error;
      throw new Undo(operations.map((_, j) => (i === j ? failed(error) : { statusCode: 424, requestCharge: 0 })));
    }
  });
}
