/** A Stream Analytics project, as its Visual Studio Code extension and its CI/CD tool read it, as a job of Weir. */
import { existsSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { outputsOf } from '../../compiler/compile';
import { WeirError } from '../../errors';
import { formatByEnding } from '../format-by-ending';
import type { FileReference, InputDefinition, JobDefinition, OutputDefinition, ReferenceDefinition, SampleFile } from '../definition';
import { readQuery, type JobSource } from '../source';
import { validateJob } from '../validate';
import { readFunction } from './functions';
import { readInput, readLocalInput, type DeclaredInput, type LocalInput } from './inputs';
import { outputSettings, readJobConfig } from './job-config';
import { readOutput } from './outputs';
import type { ProjectFile, ReportProblem } from './project-file';
import { projectFiles, readFile, type FileKind } from './project-files';

const PROJECT = 'asaproj.json';

/** Whether a folder is a Stream Analytics project: it has asaproj.json, or a query in a file *.asaql. */
export function isProject(folder: string): boolean {
  return existsSync(join(folder, PROJECT)) || queriesIn(folder).length > 0;
}

function queriesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).filter((name) => /\.asaql$/i.test(name)) : [];
}

/** Inputs by name that a run is given files for. */
export type GivenInputs = Readonly<Record<string, 'stream' | 'reference'>>;

/** Reads the project's files. Inputs that are given and that the query reads need no declaration. Throws one WeirError with all that is wrong, each with its file and property. */
export function readProject(folder: string, given: GivenInputs = {}): JobSource {
  const problems: string[] = [];
  const report: ReportProblem = (message) => problems.push(message);
  const project = existsSync(join(folder, PROJECT)) ? readFile(folder, PROJECT, report) : undefined;
  const files = projectFiles(folder, project, report);
  const of = (kind: FileKind): ProjectFile[] => files.flatMap((listed) => (listed.kind === kind ? [listed.file] : []));
  const inputs = mergeInputs(unique(of('input').map(readInput)), unique(of('local-input').map((file) => readLocalInput(file, folder))));
  const functions = unique(of('function').flatMap((file) => readFunction(file, folder) ?? []));
  const config = of('job-config')[0];
  const withSettings = config ? outputSettings(config) : (output: OutputDefinition): OutputDefinition => output;
  const outputs = Object.fromEntries(unique(of('output').map(readOutput)).map(({ name, output }) => [name, withSettings(output)]));
  const settings = config ? readJobConfig(config) : {};
  const startFile = startFileOf(folder, project, report);
  throwIfAny(folder, problems);
  const queryFile = join(folder, startFile);
  const query = readQuery(queryFile, join(folder, PROJECT));
  declareGiven(given, query, inputs);
  const sections = { ...inputs, outputs: { ...outputs, ...undeclared(outputsOf(query, queryFile), outputs) } };
  // The parts are complete as they were read; everything else is completed as in job.json.
  const job = validateJob({ ...settings, name: jobName(project?.text('name') ?? basename(resolve(folder))), query: startFile, inputs: {}, outputs: {} }, join(folder, PROJECT));
  return { definition: { ...job, ...sections }, query, queryFile, functions: Object.fromEntries(functions.map(({ name, source }) => [name, source])) };
}

function throwIfAny(folder: string, problems: readonly string[]): void {
  if (problems.length > 0) throw new WeirError('invalid-job', `the Stream Analytics project ${folder} cannot be used:\n${problems.map((problem) => `  ${problem}`).join('\n')}`, 'stop');
}

/** One declaration of each name, in any case. */
function unique<T extends { name: string; file: ProjectFile }>(declared: readonly T[]): T[] {
  const byName = new Map<string, T>();
  for (const part of declared) {
    const earlier = byName.get(part.name.toLowerCase());
    if (earlier) part.file.problem('Name', `'${part.name}' is declared in ${earlier.file.file} too`);
    else byName.set(part.name.toLowerCase(), part);
  }
  return [...byName.values()];
}

/** A local file joins the input that it stands for; without one it is the input. */
function mergeInputs(declared: readonly DeclaredInput[], local: readonly LocalInput[]): Pick<JobDefinition, 'inputs' | 'referenceData'> {
  const inputs: Record<string, InputDefinition> = {};
  const referenceData: Record<string, ReferenceDefinition> = {};
  const sampleOf = new Map(local.map((input) => [input.name.toLowerCase(), input]));
  for (const part of declared) {
    const found = sampleOf.get(part.name.toLowerCase());
    sampleOf.delete(part.name.toLowerCase());
    if (found && found.kind !== part.kind) found.file.problem('Type', `is not the one of ${part.file.file}`);
    const sample = found ? { sample: found.sample } : {};
    if (part.kind === 'stream') inputs[part.name] = { ...part.input, ...sample };
    else referenceData[part.name] = part.reference.type === 'file' && found ? { ...part.reference, ...fileOf(found.sample) } : { ...part.reference, ...sample } as ReferenceDefinition;
  }
  for (const { name, kind, file, sample } of sampleOf.values()) {
    if (kind === 'stream') inputs[name] = { type: 'file', sample, declaredIn: file.file, refused: `is a local file; declare the input on a service in Inputs/${name}.json` };
    else referenceData[name] = { type: 'file', declaredIn: file.file, ...fileOf(sample) };
  }
  return { inputs, referenceData };
}

/** A project can be run and tested before its inputs are anywhere. */
function declareGiven(given: GivenInputs, query: string, { inputs, referenceData }: Pick<JobDefinition, 'inputs' | 'referenceData'>): void {
  const declared = new Set([...Object.keys(inputs), ...Object.keys(referenceData)].map((name) => name.toLowerCase()));
  const words = new Set(query.toLowerCase().split(/[^\p{L}\p{N}_-]+/u));
  for (const [name, kind] of Object.entries(given)) {
    if (declared.has(name.toLowerCase()) || !words.has(name.toLowerCase())) continue;
    const part = { type: 'file', refused: 'no file declares it', declaredIn: `Inputs/${name}.json` } as const;
    if (kind === 'stream') inputs[name] = part;
    else referenceData[name] = { ...part, path: '', format: 'json' };
  }
}

function fileOf({ path, format, delimiter }: SampleFile): Pick<FileReference, 'path' | 'format' | 'delimiter'> {
  return { path, format: format ?? formatByEnding(path), ...(delimiter === undefined ? {} : { delimiter }) };
}

/** Outputs that the query names and no file declares: runs over files write them. */
function undeclared(written: readonly string[], declared: Readonly<Record<string, OutputDefinition>>): Record<string, OutputDefinition> {
  const known = new Set(Object.keys(declared).map((name) => name.toLowerCase()));
  const missing = written.filter((name) => !known.has(name.toLowerCase()));
  return Object.fromEntries(missing.map((name) => [name, { type: 'file', refused: 'no file declares it', declaredIn: `Outputs/${name}.json` }]));
}

function startFileOf(folder: string, project: ProjectFile | undefined, report: ReportProblem): string {
  const named = project?.text('startFile');
  if (named !== undefined) return named.replace(/\\/g, '/');
  const queries = queriesIn(folder);
  if (queries.length !== 1) report(`${PROJECT}, startFile: is missing, and there are ${queries.length} files *.asaql; for example "Transformation.asaql"`);
  return queries[0] ?? '';
}

/** Names of jobs are part of names in Azure: letters, digits and hyphens. */
function jobName(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9-]+/g, '-').slice(0, 40);
  return /^[A-Za-z]/.test(plain) ? plain : `job-${plain}`.slice(0, 40);
}
