/** What the HTTP functions answer, apart from HTTP itself. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WeirError } from '../errors';
import type { Plan } from '../program';
import type { Producer } from '../sinks/event-hub';
import type { App } from './app';
import { nearestName } from './nearest';
import { eventsOf, publishEvents } from './publish';
import type { RecentRow } from './recent-rows';

/** Statuses for the errors that a caller can cause; every other error is the app's own and not caught. */
const HTTP_STATUS: Record<string, number> = { 'unknown-name': 404, 'not-publishable': 405, 'event-too-large': 413, 'empty-event': 400, 'invalid-json': 400, 'not-an-object': 400, 'number-out-of-range': 400 };

export interface Answer {
  status: number;
  jsonBody: unknown;
}

/** The answer that `make` gives, or an error that the caller caused as `{error: {code, message}}`. */
export async function answer(status: number, make: () => unknown): Promise<Answer> {
  try {
    return { status, jsonBody: await make() };
  } catch (error) {
    const code = error instanceof WeirError ? error.code : '';
    const refused = Object.hasOwn(HTTP_STATUS, code) ? HTTP_STATUS[code] : undefined;
    if (refused === undefined) throw error;
    return { status: refused, jsonBody: { error: { code, message: (error as WeirError).message } } };
  }
}

/** The name as it is declared, for names are told apart without regard to case. */
function declared(kind: 'input' | 'output', name: string, known: readonly string[]): string {
  const found = known.find((k) => k.toLowerCase() === name.toLowerCase());
  if (found === undefined) throw new WeirError('unknown-name', `the job has no ${kind} '${name}'${nearestName(name, known)}; it has ${known.join(', ')}`, 'dead-letter');
  return found;
}

const DEFAULT_ROWS = 50;

/** The rows that were written last, the latest first. They are those of this instance since it started. */
export function results(app: App, output: string, limit: string | null): { output: string; rows: RecentRow[] } {
  const name = declared('output', output, [...app.outputs.recent.keys()]);
  const count = Number(limit ?? DEFAULT_ROWS);
  return { output: name, rows: app.outputs.recent.get(name)?.latest(Number.isInteger(count) && count > 0 ? count : DEFAULT_ROWS) ?? [] };
}

export function explanation({ job }: App, withSource: boolean): { job: string; plan: Plan; source?: Record<string, string> } {
  return { job: job.definition.name, plan: job.program.plan, ...(withSource ? { source: job.program.source } : {}) };
}

const producers = new WeakMap<App, Map<string, Producer>>();

/** Publishes the events in a body to the hub of an input; see `eventsOf` for what a body may be. */
export async function publish(app: App, input: string, body: Uint8Array): Promise<{ published: number }> {
  const name = declared('input', input, app.inputs.map((i) => i.name));
  const { definition } = app.inputs.find((i) => i.name === name) as App['inputs'][number];
  if (definition.type !== 'eventHub') throw new WeirError('not-publishable', `the input ${name} is of type ${definition.type}: events can be posted only to inputs of type eventHub`, 'dead-letter');
  const events = eventsOf(body, definition);
  const open = producers.get(app) ?? new Map<string, Producer>();
  producers.set(app, open);
  const producer = open.get(name) ?? app.services.openProducer(app.settings.connection(definition.connection, 'eventHub', `job.json, inputs.${name}`), definition.eventHub);
  open.set(name, producer);
  await publishEvents(producer, events);
  return { published: events.length };
}

const PAGE: Record<string, [file: string, type: string]> = {
  '': ['index.html', 'text/html; charset=utf-8'],
  'page.css': ['page.css', 'text/css; charset=utf-8'],
  'page.js': ['page.js', 'text/javascript; charset=utf-8'],
};

/** A file of the page; 404 for anything else. */
export async function pageFile(app: App, path: string): Promise<{ status: number; body?: string; headers?: Record<string, string> }> {
  const known = Object.hasOwn(PAGE, path) ? PAGE[path] : undefined;
  if (!known) return { status: 404 };
  const [file, type] = known;
  return { status: 200, body: await readFile(join(app.root, 'dashboard', file), 'utf8'), headers: { 'content-type': type, 'cache-control': 'no-cache', 'content-security-policy': "default-src 'self'; img-src 'self' data:" } };
}
