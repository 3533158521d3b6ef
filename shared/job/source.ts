import { existsSync, readFileSync } from 'node:fs';
import { WeirError } from '../errors';
import type { JobDefinition } from './definition';

/** What a job folder says, in whichever form it is written. */
export interface JobSource {
  definition: JobDefinition;
  query: string;
  /** The query's file, for messages. */
  queryFile: string;
  /** JavaScript of the job's functions by name. */
  functions: Record<string, string>;
}

/** Throws WeirError `no-query` when the file that `namedBy` names is not there. */
export function readQuery(file: string, namedBy: string): string {
  if (!existsSync(file)) throw new WeirError('no-query', `${namedBy} names the query ${file}, which does not exist`, 'stop');
  return readFileSync(file, 'utf8');
}

/** Throws WeirError `invalid-job` when the file is not JSON. */
export function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8').replace(/^\ufeff/, '')) as unknown;
  } catch (error) {
    throw new WeirError('invalid-job', `${file} is not JSON: ${(error as Error).message}`, 'stop');
  }
}
