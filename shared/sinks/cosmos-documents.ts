import type { OutputBatch } from '../event';
import { member } from '../values/fields';
import { toPlain } from '../values/json';
import { rowIdentity } from './identity';

export interface CosmosOptions {
  job: string;
  output: string;
  /** The column that is the document's id. */
  documentId?: string;
}

/**
 * Rows as documents for the Cosmos DB output binding, which upserts: the id is the declared column, else the row's own `id`, else the row's identity, so that
 * a row that comes again overwrites itself.
 */
export function cosmosDocuments(batches: readonly OutputBatch[], options: CosmosOptions): Record<string, unknown>[] {
  return batches.flatMap((batch) =>
    batch.rows.map((row) => {
      const declared = member(row.values, options.documentId ?? 'id');
      const id = declared === null ? rowIdentity(options.job, options.output, row.id) : String(toPlain(declared));
      return { ...(toPlain(row.values) as Record<string, unknown>), id };
    }),
  );
}
