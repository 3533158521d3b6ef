import type { OutputBatch } from '../event';

/**
 * Writes rows to one output. A batch may come again, also with other boundaries; a sink writes every position once (see
 * `OutputBatch`). It resolves when the rows are durable, and rejects when they may not be: then the batch comes again.
 */
export interface Sink {
  readonly output: string;
  write(batches: readonly OutputBatch[]): Promise<void>;
}
