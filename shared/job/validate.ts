import { WeirError } from '../errors';
import { parseDuration } from '../values/durations';
import { nearestName } from './nearest';
import type { JobDefinition } from './definition';

/** One thing that is wrong in job.json. */
type Report = (path: string, problem: string, example: string) => void;

interface Field {
  required?: boolean;
  fallback?: unknown;
  example: string;
  check: (value: unknown) => string | undefined;
}

type Fields = Record<string, Field>;

const oneOf = (...allowed: string[]) => (value: unknown): string | undefined => (allowed.includes(value as string) ? undefined : `must be one of ${allowed.join(', ')}`);
const isText = (value: unknown): string | undefined => (typeof value === 'string' && value.trim() !== '' ? undefined : 'must be text');
const isDuration = (value: unknown): string | undefined => (typeof value === 'string' && parseDuration(value) !== undefined ? undefined : 'must be a duration');
const isDurationOrUnlimited = (value: unknown): string | undefined => (value === 'unlimited' ? undefined : isDuration(value) && 'must be a duration or "unlimited"');
const isShards = (value: unknown): string | undefined => (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 64 ? undefined : 'must be a whole number from 1 to 64');
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

const text = (example: string, extra: Partial<Field> = {}): Field => ({ required: true, example, check: isText, ...extra });
const optional = (example: string): Field => ({ example, check: isText });

const INPUT: Fields = {
  type: { required: true, example: '"eventHub"', check: oneOf('eventHub') },
  connection: text('"EVENTHUB"'),
  eventHub: text('"telemetry"'),
  consumerGroup: { fallback: '$Default', example: '"weir"', check: isText },
  format: { fallback: 'json', example: '"json"', check: oneOf('json', 'csv') },
  compression: { fallback: 'none', example: '"gzip"', check: oneOf('none', 'gzip', 'deflate') },
  partitionKey: optional('"deviceId"'),
};

const REFERENCE: Fields = {
  type: { required: true, example: '"file"', check: oneOf('file') },
  path: text('"rooms.json"'),
  format: { fallback: 'json', example: '"json"', check: oneOf('json', 'csv') },
};

const OUTPUTS: Record<string, Fields> = {
  eventHub: { type: text('"eventHub"'), connection: text('"EVENTHUB"'), eventHub: text('"alerts"'), identity: { fallback: 'property', example: '"property"', check: oneOf('body', 'property', 'none') } },
  cosmos: { type: text('"cosmos"'), connection: text('"COSMOS"'), database: text('"weir"'), container: text('"devices"'), documentId: optional('"id"') },
  blob: { type: text('"blob"'), connection: text('"AzureWebJobsStorage"'), container: text('"weir"'), path: text('"archive/{date}/{time}"'), dateFormat: optional('"YYYY/MM/DD"'), timeFormat: optional('"HH"') },
};

const TIME: Fields = {
  early: { fallback: '5m', example: '"5m"', check: isDurationOrUnlimited },
  late: { fallback: '5s', example: '"5s"', check: isDurationOrUnlimited },
  outOfOrder: { fallback: '0s', example: '"0s"', check: isDuration },
  action: { fallback: 'adjust', example: '"adjust"', check: oneOf('adjust', 'drop') },
};

const JOB: Fields = {
  name: text('"telemetry"', { check: (v) => (typeof v === 'string' && /^[A-Za-z][A-Za-z0-9-]{0,39}$/.test(v) ? undefined : 'must be 1 to 40 letters, digits and hyphens, starting with a letter') }),
  query: { fallback: 'query.saql', example: '"query.saql"', check: isText },
  compatibilityLevel: { fallback: '1.2', example: '"1.2"', check: oneOf('1.0', '1.1', '1.2') },
  shards: { fallback: 2, example: '2', check: isShards },
  onError: { fallback: 'dead-letter', example: '"dead-letter"', check: oneOf('dead-letter', 'stop') },
  inputs: { required: true, example: '{"telemetry": {…}}', check: (v) => (isObject(v) ? undefined : 'must be an object') },
  outputs: { required: true, example: '{"alerts": {…}}', check: (v) => (isObject(v) ? undefined : 'must be an object') },
  referenceData: { fallback: {}, example: '{"rooms": {…}}', check: (v) => (isObject(v) ? undefined : 'must be an object') },
  time: { fallback: {}, example: '{"late": "5s"}', check: (v) => (isObject(v) ? undefined : 'must be an object') },
};

/** Fills in what is left out and reports all that is wrong at once, each with an example. */
export function validateJob(content: unknown, file: string): JobDefinition {
  const problems: string[] = [];
  const report: Report = (path, problem, example) => problems.push(`${path}: ${problem}; for example ${example}`);
  const job = checkFields(content, JOB, '', report);
  const each = (section: string, fields: (entry: Record<string, unknown>, path: string) => Fields): Record<string, unknown> =>
    Object.fromEntries(Object.entries(isObject(job[section]) ? job[section] : {}).map(([name, entry]) => [name, checkFields(entry, fields(isObject(entry) ? entry : {}, `${section}.${name}`), `${section}.${name}`, report)]));
  job.inputs = each('inputs', () => INPUT);
  job.referenceData = each('referenceData', () => REFERENCE);
  job.outputs = each('outputs', (entry, path) => OUTPUTS[entry.type as string] ?? unknownOutput(entry.type, path, report));
  job.time = checkFields(job.time ?? {}, TIME, 'time', report);
  reportDoubles([...Object.keys(job.inputs as object), ...Object.keys(job.referenceData as object)], 'inputs and referenceData', report);
  reportDoubles(Object.keys(job.outputs as object), 'outputs', report);
  if (problems.length > 0) throw new WeirError('invalid-job', `${file} cannot be used:\n${problems.map((p) => `  ${p}`).join('\n')}`, 'stop');
  return job as unknown as JobDefinition;
}

function unknownOutput(type: unknown, path: string, report: Report): Fields {
  report(`${path}.type`, `must be one of ${Object.keys(OUTPUTS).join(', ')}, found ${JSON.stringify(type)}`, '"cosmos"');
  return {};
}

/** Names are matched without regard to case, so two that differ only in it are one. */
function reportDoubles(names: string[], where: string, report: Report): void {
  const lower = names.map((name) => name.toLowerCase());
  lower.forEach((name, i) => {
    if (lower.indexOf(name) < i) report(where, `'${names[i]}' is declared twice`, 'two different names');
  });
}

function checkFields(content: unknown, fields: Fields, path: string, report: Report): Record<string, unknown> {
  const at = (name: string): string => (path === '' ? name : `${path}.${name}`);
  if (!isObject(content)) {
    report(path || 'the file', `must be an object, found ${JSON.stringify(content)}`, '{…}');
    return {};
  }
  const known = Object.keys(fields);
  for (const name of Object.keys(content)) {
    if (known.length > 0 && !known.includes(name)) report(at(name), `is not a setting${nearestName(name, known)}`, `one of ${known.join(', ')}`);
  }
  const result: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(fields)) {
    const value = content[name] ?? field.fallback;
    if (value !== undefined) {
      const problem = field.check(value);
      if (problem) report(at(name), `${problem}, found ${JSON.stringify(value)}`, field.example);
      result[name] = value;
    } else if (field.required) report(at(name), 'is missing', field.example);
  }
  return result;
}
