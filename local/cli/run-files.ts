import type { Ticks } from '../../shared/values/value';
import { NotLines } from './inputs/event-lines';
import type { QuerySource } from './query-source';
import { readInputs } from './inputs/read-inputs';
import { runQuery, type QueryResult, type QueryRun } from './run-query';

export interface FileRun extends Pick<QueryRun, 'onProgress'> {
  /** When events that do not tell have arrived. */
  arrival: Ticks;
}

/**
 * Runs a query over a file for each input: JSON lines are read as they come, and a file that turns out to have something else is read as a whole, from the beginning. Where
 * that is not possible because of some lines, they are events that are set aside, as in the app.
 * Throws an error that names the file when it cannot be read.
 */
export function runFiles(files: Readonly<Record<string, string>>, source: QuerySource, { arrival, onProgress }: FileRun): QueryResult {
  const whole = new Set<string>();
  for (;;) {
    try {
      return runQuery({ ...source, references: source.readReferences(), inputs: readInputs(files, source, { arrival, whole }), ...(onProgress ? { onProgress } : {}) });
    } catch (error) {
      if (!(error instanceof NotLines)) throw error;
      whole.add(error.input);
    }
  }
}
