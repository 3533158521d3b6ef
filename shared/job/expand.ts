import type { Settings } from '../settings';
import type { JobDefinition } from './definition';
import type { Problems } from './problems';

/** The definition with every `%NAME%` in a value replaced by the setting NAME. What cannot be replaced is reported with its path and left. */
export function expandJob(definition: JobDefinition, settings: Settings, problems: Problems): JobDefinition {
  return expand(definition, '', settings, problems) as JobDefinition;
}

function expand(value: unknown, path: string, settings: Settings, problems: Problems): unknown {
  if (typeof value === 'string') return problems.attempt(() => settings.expand(value, `job.json, ${path}`)) ?? value;
  if (Array.isArray(value)) return value.map((item, i) => expand(item, `${path}[${i}]`, settings, problems));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, expand(member, path === '' ? name : `${path}.${name}`, settings, problems)]));
}
