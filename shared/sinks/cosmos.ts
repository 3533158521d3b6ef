import type { BulkOperationResult, Container, OperationInput } from '@azure/cosmos';
import type { OutputBatch } from '../event';
import { WeirError } from '../errors';
import { documentFault, documentKey, documentOf, type CosmosDocument, type CosmosOptions } from './cosmos-documents';
import { refusedRow } from './dead-letter';
import type { Sink, WriteContext } from './sink';

/** Hands the documents to the function's Cosmos DB output binding, which upserts them. */
export function createCosmosBindingSink(options: CosmosOptions): Sink {
  return {
    output: options.output,
    write: async (batches, context) => context.bind(options.output, documentsOf(batches, options, context)),
  };
}

export interface CosmosBulkOptions extends CosmosOptions {
  /** Opens the container; asked again after a failure. */
  open: () => Promise<Pick<Container, 'items'>>;
}

/** Upserts through the SDK's bulk operations: fewer requests than the binding's one per document. */
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
      const operations = documents.map((document) => ({ operationType: 'Upsert', resourceBody: document }) as OperationInput);
      throwFailures(await items.executeBulkOperations(operations), options.output);
    },
  };
}

/**
 * One document for each key: of several versions in one write only the last counts, for neither the binding nor bulk operations keep an order.
 * What the service would refuse for ever goes to the dead letter.
 */
function documentsOf(batches: readonly OutputBatch[], options: CosmosOptions, context: WriteContext): CosmosDocument[] {
  const documents = new Map<string, CosmosDocument>();
  for (const batch of batches) {
    for (const row of batch.rows) {
      const document = documentOf(row, options);
      const fault = documentFault(document);
      if (fault) context.refuse(refusedRow(batch, row, fault.reason, `${fault.message} (output ${options.output})`));
      else documents.set(documentKey(document, options.partitionKey), document);
    }
  }
  return [...documents.values()];
}

function throwFailures(results: readonly BulkOperationResult[], output: string): void {
  const failed = results.filter(({ error }) => error !== undefined);
  const first = failed[0]?.error;
  if (first) throw new WeirError('output-failed', `Cosmos DB refused ${failed.length} of ${results.length} documents of the output ${output}: ${first.message}`, 'retry', { cause: first });
}
