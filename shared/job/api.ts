/** What the HTTP functions answer, apart from HTTP itself. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { WeirError } from '../errors';
import type { Plan } from '../program';
import type { App } from './app';
import { nearestName } from './nearest';
import { Publisher } from './publisher';
import { TooManyRequests } from './publish-limits';
import type { PublishRequest } from './request-body';
import type { RecentRow } from './recent-rows';

/** Statuses for the errors that a caller can cause or can wait out; every other error is the app's own and not caught. */
const HTTP_STATUS: Record<string, number> = {
  ...Object.fromEntries(['empty-event', 'invalid-json', 'not-an-object', 'number-out-of-range', 'invalid-csv', 'invalid-compression'].map((code) => [code, 400])),
  'unknown-name': 404,
  'not-publishable': 409,
  'body-too-large': 413,
  'too-many-in-request': 413,
  'event-too-large': 413,
  'unsupported-type': 415,
  'too-many-events': 429,
  'hub-unavailable': 503,
};

/** Seconds after which a caller may try again when the error does not say. */
const RETRY_AFTER = 5;

export interface Answer {
  status: number;
  jsonBody: unknown;
  headers?: Record<string, string>;
}

/** The answer that `make` gives, or an error that concerns the caller as `{error: {code, message}}`. `log` gets what the caller is not told. */
export async function answer(status: number, make: () => unknown, log: (line: string) => void = () => undefined): Promise<Answer> {
  try {
    return { status, jsonBody: await make() };
  } catch (error) {
    const { code, message, cause } = error instanceof WeirError ? error : { code: '', message: '', cause: undefined };
    const refused = Object.hasOwn(HTTP_STATUS, code) ? HTTP_STATUS[code] : undefined;
    if (refused === undefined) throw error;
    if (refused >= 500) log(`${message}: ${String(cause)}`);
    const retryAfter = error instanceof TooManyRequests ? error.retryAfter : refused === 503 ? RETRY_AFTER : undefined;
    return { status: refused, jsonBody: { error: { code, message } }, ...(retryAfter === undefined ? {} : { headers: { 'retry-after': String(retryAfter) } }) };
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

const publishers = new WeakMap<App, Publisher>();

/** Publishes the events in a request to the hub of an input. `nowMs` is a clock that never goes back. */
export async function publish(app: App, input: string, request: PublishRequest, nowMs: number): Promise<{ published: number }> {
  const name = declared('input', input, app.inputs.map((i) => i.name));
  const { definition } = app.inputs.find((i) => i.name === name) as App['inputs'][number];
  const publisher = publishers.get(app) ?? new Publisher(app.settings, app.services);
  publishers.set(app, publisher);
  return publisher.publish(name, definition, request, nowMs);
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
