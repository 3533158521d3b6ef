/** Kusto queries, alerts and the workbook name metrics that the app sends, and labels that it gives them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { METRICS } from '../../shared/telemetry/metrics';
import { INFRA } from './bicep/files';

interface Item {
  type: number;
  name: string;
  content: { query?: string; visualization?: string };
}

const folder = join(INFRA, 'queries');
const queries = new Map(readdirSync(folder).map((name) => [name.replace(/\.kql$/, ''), readFileSync(join(folder, name), 'utf8')]));
const workbook = JSON.parse(readFileSync(join(INFRA, 'workbook.json'), 'utf8')) as { version: string; items: Item[] };

/** Texts in quotes that stand where a metric's name stands. */
const metricsIn = (query: string): string[] => [...query.matchAll(/name (?:==|in) (\([^)]*\)|'[^']*')/g)].flatMap((match) => [...(match[1] as string).matchAll(/'([^']+)'/g)].map((name) => name[1] as string));
const withoutComment = (query: string): string => query.replace(/^\/\/.*\n/, '').trimEnd();

it.each([...queries].filter(([, query]) => query.includes('customMetrics')))('%s asks for metrics and labels that there are', (_name, query) => {
  expect(metricsIn(query).length).toBeGreaterThan(0);
  expect(metricsIn(query).filter((name) => !(name in METRICS))).toEqual([]);
  expect([...query.matchAll(/customDimensions\.(\w+)/g)].map((match) => match[1]).filter((label) => !['LogicalName', 'PartitionId', 'Reason', 'Entity', 'Job'].includes(label as string))).toEqual([]);
});

it('all metrics but those of no chart are asked for', () => {
  const asked = new Set([...queries.values()].flatMap(metricsIn));
  expect(Object.keys(METRICS).filter((name) => !asked.has(name)).sort()).toEqual(['ConversionErrors', 'DeserializationError', 'FilteredEvents', 'InputEventBytes', 'PendingEvents']);
});

it('the workbook shows each query as it is in its file', () => {
  expect(workbook.version).toBe('Notebook/1.0');
  const shown = new Map(workbook.items.filter(({ type }) => type === 3).map(({ name, content }) => [name, content.query]));
  expect([...shown.keys()].sort()).toEqual([...queries.keys()].sort());
  for (const [name, query] of queries) expect(shown.get(name)).toBe(withoutComment(query));
});

it('alerts ask queries that there are, for a column that they give', () => {
  const alerts = readFileSync(join(INFRA, 'app/alerts.bicep'), 'utf8');
  const rules = [...alerts.matchAll(/loadTextContent\('\.\.\/queries\/([\w-]+)\.kql'\)\s+column: '(\w+)'[\s\S]*?dimensions: \[([^\]]*)\]/g)].map((match) => ({ query: match[1] as string, columns: [match[2] as string, ...[...(match[3] as string).matchAll(/'(\w+)'/g)].map((name) => name[1] as string)] }));
  expect(rules.map(({ query }) => query)).toEqual(['lag', 'dead-letters', 'errors', 'missing']);
  for (const { query, columns } of rules) for (const column of columns) expect(queries.get(query)).toMatch(new RegExp(`\\b${column}\\b`));
});
