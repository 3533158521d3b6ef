import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { compile } from '../../shared/compiler/compile';
import type { Program, TimePolicy } from '../../shared/program';
import type { ReferenceTables } from '../../shared/runtime/operators/lookup';
import type { FormatOptions } from '../../shared/formats/decoder';
import type { JobDefinition, ReferenceDefinition } from '../../shared/job/definition';
import { formatOf as formatOfEvents } from '../../shared/job/input';
import { placeOf } from '../../shared/job/deployable';
import { loadJob, type Job } from '../../shared/job/load';
import { warningsOf, type Warning } from '../../shared/job/warnings';
import { readFunctions } from '../../shared/udf/folder';
import { createUdfs } from '../../shared/udf/javascript';
import { TICKS_PER_DAY } from '../../shared/values/ticks';
import type { Call } from './command';
import type { FileFormat } from './read-file';
import { readSnapshots, tablesOf, type FileSnapshot } from './reference-files';

/** `--job DIR` or `--query FILE`, compiled. */
export interface QuerySource {
  program: Program;
  policy: TimePolicy;
  onError: 'dead-letter' | 'stop';
  /** The file of each input that the job itself names one for. */
  samples: Record<string, string>;
  /** How the file of each input is written. */
  formats: Record<string, FileFormat>;
  /** How events are written that a service has archived; absent for inputs that read an archive's files as they are. */
  eventFormats: Record<string, FormatOptions>;
  readReferences: () => ReferenceTables;
  warnings: Warning[];
}

const JSON_EVENTS: FormatOptions = { format: 'json', booleansAsBit: true };

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
  const references = pairs(values.reference, 'reference');
  if (typeof values.job === 'string') {
    const kinds = [...Object.keys(pairs(values.input, 'input')).map((name) => [name, 'stream'] as const), ...Object.keys(references).map((name) => [name, 'reference'] as const)];
    return jobSource(loadJob(values.job, Object.fromEntries(kinds)), references);
  }
  if (typeof values.query !== 'string') throw new Error('name a job folder with --job DIR or a query with --query FILE');
  const source = readFileSync(values.query, 'utf8');
  const inputs = [...Object.keys(pairs(values.input, 'input')).map((name) => ({ name, kind: 'stream' as const })), ...Object.keys(references).map((name) => ({ name, kind: 'reference' as const }))];
  const readReferences = (): ReferenceTables => tablesOf(Object.entries(references).map(([name, file]) => [name, readSnapshots('.', { path: file }, {})]));
  const eventFormats = Object.fromEntries(inputs.map(({ name }) => [name, JSON_EVENTS]));
  return { program: compile(source, { inputs, name: values.query, udf: createUdfs(readFunctions(join(dirname(values.query), 'udf'))) }), policy: FILE_POLICY, onError: 'dead-letter', samples: {}, formats: {}, eventFormats, readReferences, warnings: [] };
}

/** A job over files. `references` go before the files that the job names. */
export function jobSource(job: Job, references: Readonly<Record<string, string>> = {}): QuerySource {
  const { folder, definition, program } = job;
  const unknown = Object.keys(references).find((name) => given(definition.referenceData, name) === undefined);
  if (unknown !== undefined) throw new Error(`the job has no reference data ${unknown}; it has ${Object.keys(definition.referenceData).join(', ') || 'none'}`);
  const booleansAsBit = definition.compatibilityLevel === '1.2';
  const inputs = Object.entries(definition.inputs);
  const samples = inputs.flatMap(([name, { sample }]) => (sample ? [[name, resolve(folder, sample.path)] as const] : []));
  const formats = inputs.map(([name, input]) => [name, { booleansAsBit, ...formatOf(input) }] as const);
  return {
    program,
    policy: FILE_POLICY,
    onError: definition.onError,
    samples: Object.fromEntries(samples),
    formats: Object.fromEntries(formats),
    eventFormats: Object.fromEntries(inputs.flatMap(([name, input]) => (input.type === 'blob' ? [] : [[name, input.type === 'file' ? { ...JSON_EVENTS, booleansAsBit } : formatOfEvents(definition, input)]]))),
    readReferences: () => tablesOf(Object.entries(definition.referenceData).map(([name, reference]) => [name, readReference(name, reference, { folder, given: given(references, name), booleansAsBit })])),
    warnings: warningsOf(job),
  };
}

/** Tells people, and no script, what a job may not mean. */
export function noteWarnings({ note }: Pick<Call, 'note'>, warnings: readonly Warning[]): void {
  for (const { code, message } of warnings) note(`warning: ${code}: ${message}`);
}

/** A file may be in another form than the service's events: its ending tells, unless the job does. */
function formatOf(input: JobDefinition['inputs'][string]): FileFormat {
  const delimiter = input.sample?.delimiter ?? (input.type === 'file' ? undefined : input.delimiter);
  return { format: input.sample?.format, delimiter };
}

/** The value under a name in any case. */
export function given<T>(values: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.entries(values).find(([known]) => known.toLowerCase() === name.toLowerCase())?.[1];
}

interface ReferenceFiles {
  folder: string;
  /** The file that was given instead of what the job names. */
  given: string | undefined;
  booleansAsBit: boolean;
}

/** Snapshots of a reference input; one for all times when its path is fixed. */
function readReference(name: string, reference: ReferenceDefinition, { folder, given: file, booleansAsBit }: ReferenceFiles): FileSnapshot[] {
  const { format, delimiter } = reference;
  if (file !== undefined) return readSnapshots('.', { path: file }, { delimiter, booleansAsBit });
  if (reference.type === 'file' && reference.path !== '') return readSnapshots(folder, reference, { format, delimiter, booleansAsBit });
  if (reference.sample) return readSnapshots(folder, { ...reference, path: reference.sample.path }, { ...reference.sample, booleansAsBit });
  throw new Error(`no file is given for the reference data ${name} (${placeOf('referenceData', name, reference)}): add --reference ${name}=FILE`);
}
