import { statSync } from 'node:fs';
import { member } from '../../../shared/values/fields';
import { parseDateTime } from '../../../shared/values/ticks';
import type { SqlRecord, Ticks } from '../../../shared/values/value';
import { readsMetadata } from '../../../shared/job/input';
import { formatByEnding } from '../../../shared/job/format-by-ending';
import { archiveInput } from './archive';
import { ARRIVAL_NAME, linesInput } from './event-lines';
import { filesOf } from './files-of';
import { recordsInput, type ArrivedRecord, type QueryInput } from './query-input';
import { given, type QuerySource } from '../query-source';
import { readRecords, type FileFormat } from '../read-file';

/**
 * What is read of each input's file or folder. Throws {@link NotLines}, at once or while it is read, when files have to be read whole whose input is not in `whole`, and
 * an error that names the file when one cannot be read.
 */
export function readInputs(paths: Readonly<Record<string, string>>, source: InputSource, { arrival, whole }: { arrival: Ticks; whole: ReadonlySet<string> }): QueryInput[] {
  return Object.entries(paths).map(([name, path]) => {
    const format = formatFor(name, path, source);
    const files = filesOf(path);
    const formats = new Set(files.map((file) => format.format ?? formatByEnding(file.replace(/\.gz$/i, ''))));
    const withMetadata = readsMetadata(source.program, name);
    // What comes from a pipe can be read only once, so it has to be whole.
    const areLines = formats.size === 1 && formats.has('json') && !withMetadata && files.every((file) => statSync(file).isFile());
    const lines = { arrival, booleansAsBit: format.booleansAsBit ?? true };
    if (areLines && !whole.has(name)) return linesInput(name, files, lines);
    const eventFormat = given(source.eventFormats, name);
    const archive = formats.size === 1 && formats.has('avro') && eventFormat ? archiveInput(name, files, { ...eventFormat, withMetadata }) : undefined;
    if (archive) return archive;
    try {
      return recordsInput(name, eventsOf(files.flatMap((file) => readRecords(file, format)), arrival));
    } catch (error) {
      if (!areLines) throw error;
      return linesInput(name, files, { ...lines, otherwise: error });
    }
  });
}

type InputSource = Pick<QuerySource, 'program' | 'formats' | 'eventFormats' | 'samples'>;

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
