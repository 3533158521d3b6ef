import { existsSync, readdirSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { ReferenceTables } from '../../shared/runtime/operators/lookup';
import { hasSnapshots, snapshotPattern, type SnapshotFormat } from '../../shared/sources/snapshot-pattern';
import { Timeline, type Snapshot } from '../../shared/sources/timeline';
import type { SqlRecord } from '../../shared/values/value';
import { readRecords, type FileFormat } from './read-file';

/** The rows of a reference input from a time on. */
export interface FileSnapshot extends Snapshot {
  rows: SqlRecord[];
}

/** All snapshots of a path with {date} and {time} below a folder, each used from the time in its path on; of a fixed path the one for all times. */
export function readSnapshots(folder: string, { path, ...formats }: SnapshotFormat & { path: string }, format: FileFormat): FileSnapshot[] {
  const at = (file: string): string => (isAbsolute(file) ? file : join(folder, file));
  if (!hasSnapshots(path)) return [{ path, time: 0, from: -Infinity, rows: readRecords(at(path), format) }];
  const pattern = snapshotPattern(path, formats);
  const start = pattern.prefix.slice(0, pattern.prefix.lastIndexOf('/') + 1);
  const files = existsSync(at(start)) ? readdirSync(at(start), { recursive: true }).map((file) => `${start}${String(file).replace(/\\/g, '/')}`) : [];
  const found = files.flatMap((file) => {
    const time = pattern.timeOf(file);
    return time === undefined ? [] : [{ path: file, time, from: time, rows: readRecords(at(file), format) }];
  });
  if (found.length === 0) throw new Error(`there is no file ${at(path)}`);
  return found;
}

const NOTHING = { rows: [] };

/** Reference inputs by name, in any case. */
export function tablesOf(inputs: readonly (readonly [string, FileSnapshot[]])[]): ReferenceTables {
  const timelines = new Map(inputs.map(([name, snapshots]) => [name.toLowerCase(), new Timeline(snapshots)]));
  return { at: (name, t) => timelines.get(name.toLowerCase())?.at(t, Infinity) ?? NOTHING };
}
