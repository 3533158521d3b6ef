import type { BulkOperationResult, Container, ErrorResponse, OperationInput } from '@azure/cosmos';
import type { OutputBatch, OutputRow } from '../event';
import { WeirError } from '../errors';
import { documentFault, documentKey, documentOf, partitionKeyOf, type CosmosDocument, type CosmosOptions } from './cosmos-documents';
import { refusedRow } from './dead-letter';
import { withChances, type RefusalPolicy } from './refusals';
import type { Sink, WriteContext } from './sink';

/** Hands the documents to the function's Cosmos DB output binding, which upserts them. */
export function createCosmosBindingSink(options: CosmosOptions): Sink {
  return {
    output: options.output,
    write: async (batches, context) => context.bind(options.output, documentsOf(batches, options, context).map(({ document }) => document)),
  };
}

export interface CosmosBulkOptions extends CosmosOptions {
  /** Opens the container; asked again after a failure. */
  open: () => Promise<Pick<Container, 'items'>>;
  refusals: RefusalPolicy;
}

/** Upserts through the SDK's bulk operations: fewer requests than the binding's one per document, and it is told which documents were refused. */
export function createCosmosBulkSink(options: CosmosBulkOptions): Sink {
  let container: Promise<Pick<Container, 'items'>> | undefined;
  return {
    output: options.output,
    write: async (batches, context) => {
      const documents = documentsOf(batches, options, context);
      if (documents.length === 0) return;
      container ??= options.open();
      const { items } = await container.catch((error: unknown) => {
        container = undefined;
        throw error;
      });
      const why = new Map<Placed, ErrorResponse>();
      const refused = await withChances(documents, options.refusals, async (some) => {
        const operations = some.map(({ document }) => ({ operationType: 'Upsert', partitionKey: partitionKeyOf(document, options.partitionKey), resourceBody: document }) as OperationInput);
        return refusedOf(await items.executeBulkOperations(operations), { documents: some, why, output: options.output });
      });
      for (const placed of refused) {
        const error = why.get(placed);
        context.refuse(refusedRow(placed.batch, placed.row, 'refused-by-output', `Cosmos DB refused the document with ${error?.code}: ${firstLine(error?.message)} (output ${options.output})`));
      }
    },
  };
}

/** A document and the row that it was made of. */
interface Placed {
  document: CosmosDocument;
  batch: OutputBatch;
  row: OutputRow;
}

/**
 * One document for each key: of several versions in one write only the last counts, for neither the binding nor bulk operations keep an order.
 * What the service would refuse for ever goes to the dead letter.
 */
function documentsOf(batches: readonly OutputBatch[], options: CosmosOptions, context: WriteContext): Placed[] {
  const documents = new Map<string, Placed>();
  for (const batch of batches) {
    for (const row of batch.rows) {
      const document = documentOf(row, options);
      const fault = documentFault(document, options.partitionKey);
      if (fault) context.refuse(refusedRow(batch, row, fault.reason, `${fault.message} (output ${options.output})`));
      else documents.set(documentKey(document, options.partitionKey), { document, batch, row });
    }
  }
  return [...documents.values()];
}

/**
 * Statuses that say that the document itself is at fault: malformed (400), against a unique key (409; an upsert has no other conflict), too large
 * (413). https://learn.microsoft.com/rest/api/cosmos-db/http-status-codes-for-cosmosdb
 */
const REFUSALS = [400, 409, 413];

/** The documents that were refused. Throws when others failed, which may succeed when they come again. */
function refusedOf(results: readonly BulkOperationResult[], { documents, why, output }: { documents: readonly Placed[]; why: Map<Placed, ErrorResponse>; output: string }): Placed[] {
  const refused: Placed[] = [];
  const failed: ErrorResponse[] = [];
  results.forEach(({ error }, i) => {
    if (!error) return;
    if (!REFUSALS.includes(Number(error.code))) return void failed.push(error);
    const placed = documents[i] as Placed;
    why.set(placed, error);
    refused.push(placed);
  });
  const first = failed[0];
  if (first) throw new WeirError('output-failed', `Cosmos DB failed for ${failed.length} of ${results.length} documents of the output ${output}: ${first.message}`, 'retry', { cause: first });
  return refused;
}

const firstLine = (text = ''): string => (text.split('\n')[0] as string).slice(0, 300);
