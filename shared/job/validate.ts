import { WeirError } from '../errors';
import { nearestName } from './nearest';
import type { JobDefinition } from './definition';
import { DEAD_LETTER, INPUTS, isObject, JOB, OUTPUTS, REFERENCES, TIME, type Fields } from './schema';

/** One thing that is wrong in job.json. */
type Report = (path: string, problem: string, example: string) => void;

/** Fills in what is left out and reports all that is wrong at once, each with an example. */
export function validateJob(content: unknown, file: string): JobDefinition {
  const problems: string[] = [];
  const report: Report = (path, problem, example) => problems.push(`${path}: ${problem}; for example ${example}`);
  const job = checkFields(content, JOB, '', report);
  const each = (section: string, fields: (entry: Record<string, unknown>, path: string) => Fields): Record<string, unknown> =>
    Object.fromEntries(Object.entries(isObject(job[section]) ? job[section] : {}).map(([name, entry]) => [name, checkFields(entry, fields(isObject(entry) ? entry : {}, `${section}.${name}`), `${section}.${name}`, report)]));
  const byType = (kinds: Record<string, Fields>) => (entry: Record<string, unknown>, path: string): Fields => (Object.hasOwn(kinds, String(entry.type)) ? kinds[entry.type as string] : undefined) ?? unknownType(entry.type, `${path}.type`, { kinds: Object.keys(kinds), report });
  job.inputs = each('inputs', byType(INPUTS));
  job.referenceData = each('referenceData', byType(REFERENCES));
  job.outputs = each('outputs', byType(OUTPUTS));
  job.deadLetter = checkFields(job.deadLetter ?? {}, DEAD_LETTER, 'deadLetter', report);
  job.time = checkFields(job.time ?? {}, TIME, 'time', report);
  reportDoubles([...Object.keys(job.inputs as object), ...Object.keys(job.referenceData as object)], 'inputs and referenceData', report);
  reportDoubles(Object.keys(job.outputs as object), 'outputs', report);
  if (problems.length > 0) throw new WeirError('invalid-job', `${file} cannot be used:\n${problems.map((p) => `  ${p}`).join('\n')}`, 'stop');
  return job as unknown as JobDefinition;
}

/** No fields are known then, so none is reported. */
function unknownType(type: unknown, path: string, { kinds, report }: { kinds: string[]; report: Report }): Fields {
  const found = type === undefined ? 'is missing' : `must be one of ${kinds.join(', ')}, found ${JSON.stringify(type)}${nearestName(String(type), kinds)}`;
  report(path, found, JSON.stringify(kinds[0]));
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
