import { member } from '../../shared/values/fields';
import { parseDateTime } from '../../shared/values/ticks';
import type { SqlRecord, Ticks } from '../../shared/values/value';
import { readsMetadata } from '../../shared/job/input';
import { formatByEnding } from '../../shared/job/format-by-ending';
import { ARRIVAL_NAME, linesInput } from './event-lines';
import { recordsInput, type ArrivedRecord, type QueryInput } from './query-input';
import { given, type QuerySource } from './query-source';
import { readRecords, type FileFormat } from './read-file';

/** What is read of each input's file. Throws {@link NotLines}, at once or while it is read, when a file that is not among those in `whole` has to be. */
export function readInputs(files: Readonly<Record<string, string>>, source: InputSource, { arrival, whole }: { arrival: Ticks; whole: ReadonlySet<string> }): QueryInput[] {
  return Object.entries(files).map(([name, file]) => {
    const format = formatFor(name, file, source);
    const isJson = (format.format ?? formatByEnding(file.replace(/\.gz$/i, ''))) === 'json';
    if (!isJson || whole.has(name) || readsMetadata(source.program, name)) return recordsInput(name, eventsOf(readRecords(file, format), arrival));
    return linesInput(name, file, { arrival, booleansAsBit: format.booleansAsBit ?? true });
  });
}

type InputSource = Pick<QuerySource, 'program' | 'formats' | 'samples'>;

/** A file that is given tells its format by its ending. */
function formatFor(name: string, file: string, { formats, samples }: InputSource): FileFormat {
  return { ...given(formats, name), ...(given(samples, name) === file ? {} : { format: undefined }) };
}

/**
 * Records as events, in the order of their arrival: at the time that a service noted on them when they were sampled (`EventEnqueuedUtcTime`), or else all of
 * them at `arrival`. It is their time where the query has no TIMESTAMP BY.
 */
export function eventsOf(records: readonly SqlRecord[], arrival: Ticks): ArrivedRecord[] {
  const events = records.map((record) => ({ record, arrival: enqueued(record) ?? arrival }));
  return events.sort((a, b) => a.arrival - b.arrival);
}

function enqueued(record: SqlRecord): Ticks | undefined {
  const noted = member(record, ARRIVAL_NAME);
  return typeof noted === 'string' ? parseDateTime(noted) : undefined;
}
