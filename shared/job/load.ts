import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { compile, type CompileOptions } from '../compiler/compile';
import { WeirError } from '../errors';
import type { Program, TimePolicy } from '../program';
import { readFunctions } from '../udf/folder';
import { createUdfs } from '../udf/javascript';
import { parseDuration } from '../values/durations';
import type { Ticks } from '../values/value';
import type { InputDefinition, JobDefinition } from './definition';
import { fingerprints, type PlanContext } from './fingerprint';
import { readJson, readQuery, type JobSource } from './source';
import { isProject, readProject, type GivenInputs } from './stream-analytics/project';
import { validateJob } from './validate';

/** Columns that an input has besides its payload and those of every input. */
const METADATA_COLUMNS: Record<InputDefinition['type'], readonly string[]> = { eventHub: [], iotHub: ['IoTHub'], kafka: [], blob: ['BlobName', 'BlobLastModifiedUtcTime'], file: [] };

/** A job folder, read, checked and compiled. */
export interface Job {
  folder: string;
  definition: JobDefinition;
  query: string;
  compilation: CompileOptions;
  program: Program;
  policy: TimePolicy;
  /** What the plan's meaning depends on besides. */
  meaning: PlanContext;
  /** By operator of the plan; see fingerprint.ts. */
  fingerprints: readonly string[];
}

/**
 * Reads a job folder: `job.json`, the query and `udf/*.js` and `udf/*.ts`; or a Stream Analytics project. Throws WeirError or QuerySyntaxError that say what, where
 * and what to do.
 *
 * @param given inputs that files are given for: a project need not declare those
 */
export function loadJob(folder: string, given: GivenInputs = {}): Job {
  const { definition, query, queryFile, functions } = readSource(folder, given);
  const policy = policyOf(definition);
  const compilation: CompileOptions = {
    name: queryFile,
    inputs: [
      ...Object.entries(definition.inputs).map(([name, input]) => ({ name, kind: 'stream' as const, metadataColumns: METADATA_COLUMNS[input.type], ...partitionKeyOf(input) })),
      ...Object.keys(definition.referenceData).map((name) => ({ name, kind: 'reference' as const })),
    ],
    outputs: Object.keys(definition.outputs),
    shards: definition.shards,
    dropsOutOfOrder: policy.action === 'drop',
    lowerCaseNames: definition.compatibilityLevel === '1.0',
    udf: createUdfs(functions),
  };
  const program = compile(query, compilation);
  const meaning: PlanContext = { policy, compatibilityLevel: definition.compatibilityLevel, functions };
  return { folder, definition, query, compilation, program, policy, meaning, fingerprints: fingerprints(program.plan, meaning) };
}

function readSource(folder: string, given: GivenInputs): JobSource {
  const file = join(folder, 'job.json');
  if (existsSync(file)) return readJobFolder(folder, file);
  if (isProject(folder)) return readProject(folder, given);
  throw new WeirError('no-job', `there is no job.json in ${folder}; a job is a folder with job.json and a query, such as jobs/earthquakes, or a Stream Analytics project with asaproj.json`, 'stop');
}

function readJobFolder(folder: string, file: string): JobSource {
  const definition = validateJob(readJson(file), file);
  const queryFile = join(folder, definition.query);
  return { definition, query: readQuery(queryFile, file), queryFile, functions: readFunctions(join(folder, 'udf')) };
}

function partitionKeyOf(input: InputDefinition): { partitionKey?: string } {
  return input.type === 'file' || input.partitionKey === undefined ? {} : { partitionKey: input.partitionKey };
}

function policyOf({ time }: JobDefinition): TimePolicy {
  const ticks = (text: string): Ticks | 'unlimited' => (text === 'unlimited' ? 'unlimited' : (parseDuration(text) as Ticks));
  return { early: ticks(time.early), late: ticks(time.late), outOfOrder: parseDuration(time.outOfOrder) as Ticks, action: time.action };
}
