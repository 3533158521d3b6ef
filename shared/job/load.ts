import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { compile } from '../compiler/compile';
import { WeirError } from '../errors';
import type { Program, TimePolicy } from '../program';
import { createUdfs } from '../udf/javascript';
import { parseDuration } from '../values/durations';
import type { Ticks } from '../values/value';
import type { InputDefinition, JobDefinition } from './definition';
import { validateJob } from './validate';

/** Columns that an input has besides its payload and those of every input. */
const METADATA_COLUMNS: Record<InputDefinition['type'], readonly string[]> = { eventHub: [], iotHub: ['IoTHub'] };

/** A job folder, read, checked and compiled. */
export interface Job {
  folder: string;
  definition: JobDefinition;
  query: string;
  program: Program;
  policy: TimePolicy;
}

/** Reads `job.json`, the query and `udf/*.js`. Throws WeirError or QuerySyntaxError that say what, where and what to do. */
export function loadJob(folder: string): Job {
  const file = join(folder, 'job.json');
  if (!existsSync(file)) throw new WeirError('no-job', `there is no job.json in ${folder}; a job is a folder with job.json and a query, such as jobs/earthquakes`, 'stop');
  const definition = validateJob(parse(file), file);
  const queryFile = join(folder, definition.query);
  if (!existsSync(queryFile)) throw new WeirError('no-query', `${file} names the query ${definition.query}, which does not exist`, 'stop');
  const query = readFileSync(queryFile, 'utf8');
  const policy = policyOf(definition);
  const program = compile(query, {
    name: queryFile,
    inputs: [
      ...Object.entries(definition.inputs).map(([name, input]) => ({ name, kind: 'stream' as const, metadataColumns: METADATA_COLUMNS[input.type], ...(input.partitionKey ? { partitionKey: input.partitionKey } : {}) })),
      ...Object.keys(definition.referenceData).map((name) => ({ name, kind: 'reference' as const })),
    ],
    outputs: Object.keys(definition.outputs),
    shards: definition.shards,
    dropsOutOfOrder: policy.action === 'drop',
    lowerCaseNames: definition.compatibilityLevel === '1.0',
    udf: createUdfs(udfSources(join(folder, 'udf'))),
  });
  return { folder, definition, query, program, policy };
}

function parse(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch (error) {
    throw new WeirError('invalid-job', `${file} is not JSON: ${(error as Error).message}`, 'stop');
  }
}

function udfSources(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  const files = readdirSync(folder).filter((name) => name.endsWith('.js'));
  return Object.fromEntries(files.map((name) => [basename(name, '.js'), readFileSync(join(folder, name), 'utf8')]));
}

function policyOf({ time }: JobDefinition): TimePolicy {
  const ticks = (text: string): Ticks | 'unlimited' => (text === 'unlimited' ? 'unlimited' : (parseDuration(text) as Ticks));
  return { early: ticks(time.early), late: ticks(time.late), outOfOrder: parseDuration(time.outOfOrder) as Ticks, action: time.action };
}
