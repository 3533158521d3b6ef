import { member } from '../../shared/values/fields';
import { parseDateTime } from '../../shared/values/ticks';
import type { SqlRecord, Ticks } from '../../shared/values/value';
import { given, type QuerySource } from './query-source';
import { readRecords, type FileFormat } from './read-file';
import type { QueryInput } from './run-query';

/** The events of each input's file. */
export function readInputs(files: Readonly<Record<string, string>>, { formats, samples }: Pick<QuerySource, 'formats' | 'samples'>, arrival: Ticks): QueryInput[] {
  // A file that is given tells its format by its ending.
  const formatFor = (name: string, file: string): FileFormat => ({ ...given(formats, name), ...(given(samples, name) === file ? {} : { format: undefined }) });
  return Object.entries(files).map(([name, file]) => ({ name, events: eventsOf(readRecords(file, formatFor(name, file)), arrival) }));
}

/**
 * Records as events, in the order of their arrival: at the time that a service noted on them when they were sampled (`EventEnqueuedUtcTime`), or else all of
 * them at `arrival`. It is their time where the query has no TIMESTAMP BY.
 */
export function eventsOf(records: readonly SqlRecord[], arrival: Ticks): QueryInput['events'] {
  const events = records.map((record) => ({ record, arrival: enqueued(record) ?? arrival }));
  return events.sort((a, b) => a.arrival - b.arrival);
}

function enqueued(record: SqlRecord): Ticks | undefined {
  const noted = member(record, 'EventEnqueuedUtcTime');
  return typeof noted === 'string' ? parseDateTime(noted) : undefined;
}
