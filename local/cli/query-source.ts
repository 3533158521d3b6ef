import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../../shared/compiler/compile';
import type { Program, TimePolicy } from '../../shared/program';
import { loadJob } from '../../shared/job/load';
import { TICKS_PER_DAY } from '../../shared/values/ticks';
import type { SqlRecord } from '../../shared/values/value';
import type { Call } from './command';
import { readRecords } from './read-file';

/** `--job DIR` or `--query FILE`, compiled. */
export interface QuerySource {
  program: Program;
  policy: TimePolicy;
  onError: 'dead-letter' | 'stop';
  references: Record<string, SqlRecord[]>;
}

/** Files have no lateness: their events are put into the order of their times. */
const FILE_POLICY: TimePolicy = { early: 'unlimited', late: 'unlimited', outOfOrder: 7 * TICKS_PER_DAY * 52, action: 'adjust' };

/** `A=FILE` options as a map. */
export function pairs(option: Call['values'][string], name: string): Record<string, string> {
  const list = Array.isArray(option) ? option : typeof option === 'string' ? [option] : [];
  return Object.fromEntries(list.map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw new Error(`--${name} takes NAME=FILE, found '${text}'`);
    return [text.slice(0, at), text.slice(at + 1)];
  }));
}

/** For a bare query the inputs are those that files are given for. */
export function querySource({ values }: Call): QuerySource {
  const references = Object.fromEntries(Object.entries(pairs(values.reference, 'reference')).map(([name, file]) => [name, readRecords(file)]));
  if (typeof values.job === 'string') {
    const { folder, definition, program } = loadJob(values.job);
    const own = Object.entries(definition.referenceData).map(([name, { path }]) => [name, readRecords(join(folder, path))] as const);
    return { program, policy: FILE_POLICY, onError: definition.onError, references: { ...Object.fromEntries(own), ...references } };
  }
  if (typeof values.query !== 'string') throw new Error('name a job folder with --job DIR or a query with --query FILE');
  const source = readFileSync(values.query, 'utf8');
  const inputs = [...Object.keys(pairs(values.input, 'input')).map((name) => ({ name, kind: 'stream' as const })), ...Object.keys(references).map((name) => ({ name, kind: 'reference' as const }))];
  return { program: compile(source, { inputs, name: values.query }), policy: FILE_POLICY, onError: 'dead-letter', references };
}
