import type { InputEvent } from '../../../shared/event';
import { createDecoder, openColumnsOf, type FormatOptions } from '../../../shared/formats/decoder';
import type { Ticks } from '../../../shared/values/value';
import { arrivalOf, capturedEvent, readCaptured } from './captured';
import { BATCH_EVENTS, type InputBatch, type QueryInput } from './query-input';

export interface ArchiveOptions extends FormatOptions {
  /** Whether the query reads metadata. */
  withMetadata: boolean;
}

/** The partition in the path of a captured file; seconds only where an Event Hub wrote it. */
const PARTITION = /(?:^|[/\\])(\d{1,4})[/\\]\d{4}(?:[/\\]\d\d){4,5}(?:\.\w+)*$/;

interface ArchiveFile {
  path: string;
  partition: string;
  first: Ticks;
}

/**
 * Files that an Event Hub has captured (Avro): their events go through the job as they did when they came, each in its partition, with the arrival that was noted, and are
 * decoded as the input says. Undefined when the files are something else.
 *
 * A partition's files are read in the order of their first events, one at a time; those whose path does not tell a partition
 * (`…/{PartitionId}/{Year}/{Month}/{Day}/{Hour}/{Minute}[/{Second}]`) are one. Throws an error that names the file which is no Avro container.
 */
export function archiveInput(name: string, paths: readonly string[], options: ArchiveOptions): QueryInput | undefined {
  const files: ArchiveFile[] = [];
  for (const path of paths) {
    const records = readCaptured(path, 1);
    if (!records) return undefined;
    if (records[0]) files.push({ path, partition: PARTITION.exec(path)?.[1] ?? '0', first: arrivalOf(records[0]) });
  }
  files.sort((a, b) => a.first - b.first);
  const columns = openColumnsOf(options);
  return {
    name,
    decoder: createDecoder(options),
    ...(columns ? { openColumns: columns } : {}),
    partitions: Math.max(0, ...files.map(({ partition }) => Number(partition))) + 1,
    batches: () => batchesOf(files, options.withMetadata),
  };
}

function* batchesOf(files: readonly ArchiveFile[], withMetadata: boolean): Generator<InputBatch> {
  const positions = new Map<string, number>();
  for (const { path, partition } of files) {
    const records = readCaptured(path);
    if (!records) throw new Error(`${path}: its first block has captured events, and a later one has something else`);
    for (let start = 0; start < records.length; start += BATCH_EVENTS) {
      const first = positions.get(partition) ?? 0;
      const events = records.slice(start, start + BATCH_EVENTS).map((record, i): InputEvent => capturedEvent(record, { partition, position: first + i, withMetadata }));
      positions.set(partition, first + events.length);
      yield { partition, events };
    }
  }
}
