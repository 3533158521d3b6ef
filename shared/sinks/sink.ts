import type { DeadLetter, OutputBatch } from '../event';

/** What the function that writes lends to its sinks. */
export interface WriteContext {
  /** Takes what the function's output binding is to write; the host writes it when the function has returned. */
  bind(output: string, items: readonly unknown[]): void;
  /** Takes a row that the output can never store, however often it is tried. */
  refuse(letter: DeadLetter): void;
}

/**
 * Writes rows to one output. A batch may come again, also with other boundaries; a sink writes every position once (see
 * `OutputBatch`). It resolves when the rows are durable or handed to the output binding, and rejects when they may not be: then the batch comes again.
 */
export interface Sink {
  readonly output: string;
  write(batches: readonly OutputBatch[], context: WriteContext): Promise<void>;
  /** Lets go of connections. */
  close?(): Promise<void>;
}
