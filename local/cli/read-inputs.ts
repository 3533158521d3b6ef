import type { Ticks } from '../../shared/values/value';
import { given, type QuerySource } from './query-source';
import { readRecords, type FileFormat } from './read-file';
import type { QueryInput } from './run-query';

/** The events of each input's file. All of them arrive at `arrival`, which is their time without TIMESTAMP BY. */
export function readInputs(files: Readonly<Record<string, string>>, { formats, samples }: Pick<QuerySource, 'formats' | 'samples'>, arrival: Ticks): QueryInput[] {
  // A file that is given tells its format by its ending.
  const formatFor = (name: string, file: string): FileFormat => ({ ...given(formats, name), ...(given(samples, name) === file ? {} : { format: undefined }) });
  return Object.entries(files).map(([name, file]) => ({ name, events: readRecords(file, formatFor(name, file)).map((record) => ({ record, arrival })) }));
}
