import type { IncomingMessage, ServerResponse } from 'node:http';
import { HttpError, readBody } from '../../triggers/http/request';
import { InvalidRequest } from '../validation';
import type { ApiRequest, ApiResponse, Call, DurableApi } from './api';
import { listEntities, readEntity, signalEntity } from './entity-calls';
import {
  getInstance,
  listInstances,
  purgeInstance,
  purgeInstances,
  raiseEvent,
  restartInstance,
  resumeInstance,
  rewindInstance,
  startInstance,
  suspendInstance,
  terminateInstance,
} from './instance-calls';

/** Every call, as the SDK's client and the management URLs make it; `:x` is a parameter. Names are matched without case. */
const ROUTES: readonly [method: string, path: string, call: Call][] = [
  ['POST', 'entities/:name/:key', signalEntity],
  ['GET', 'entities/:name/:key', readEntity],
  ['GET', 'entities/:name', listEntities],
  ['GET', 'entities', listEntities],
  ['POST', 'orchestrators/:name/:id', startInstance],
  ['POST', 'orchestrators/:name', startInstance],
  ['GET', 'instances/:id', getInstance],
  ['GET', 'instances', listInstances],
  ['DELETE', 'instances/:id', purgeInstance],
  ['DELETE', 'instances', purgeInstances],
  ['POST', 'instances/:id/raiseevent/:name', raiseEvent],
  ['POST', 'instances/:id/terminate', terminateInstance],
  ['POST', 'instances/:id/suspend', suspendInstance],
  ['POST', 'instances/:id/resume', resumeInstance],
  ['POST', 'instances/:id/rewind', rewindInstance],
  ['POST', 'instances/:id/restart', restartInstance],
];

const TABLE = ROUTES.map(([method, path, call]) => ({ method, pattern: path.split('/'), call }));
const MAX_BODY_BYTES = 104_857_600;
const PREFIX = '/durabletask/';

/** Answers one request under …/durabletask/; an error that the caller made is a 400 that says what it was. */
export async function serveApi(api: DurableApi, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(`http://localhost${request.url ?? '/'}`);
  const method = request.method ?? '';
  const answer = await answerOrError(api, `${method} ${url.pathname}`, async () => {
    const body = (await readBody(request, MAX_BODY_BYTES)).toString('utf8');
    return route(api, method, toApiRequest(request, url, body), url);
  });
  const body = textOf(answer);
  const type = body === '' ? {} : { 'content-type': 'application/json; charset=utf-8' };
  // The rest of a refused body would be taken for the next request.
  const close = request.complete ? {} : { connection: 'close' };
  response.writeHead(answer.status, { ...type, ...close, ...answer.headers, 'content-length': Buffer.byteLength(body) }).end(body);
}

/** Answers a signal that the SDK's client in this process would have posted to `url`: `body` is JSON that it wrote itself. */
export async function answerSignal(api: DurableApi, url: URL, body: string): Promise<{ status: number; body: string }> {
  const request: ApiRequest = { params: {}, query: url.searchParams, continuation: undefined, contentType: 'application/json', isValid: true, body, baseUrl: url.origin };
  const answer = await answerOrError(api, `POST ${url.pathname}`, () => Promise.resolve(route(api, 'POST', request, url)));
  return { status: answer.status, body: textOf(answer) };
}

function textOf({ body }: ApiResponse): string {
  return body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
}

async function answerOrError(api: DurableApi, what: string, answer: () => Promise<ApiResponse>): Promise<ApiResponse> {
  try {
    return await answer();
  } catch (error) {
    const status = statusOf(error);
    if (status === 500) api.log(`${what} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return { status, body: { Message: error instanceof Error ? error.message : String(error) } };
  }
}

function statusOf(error: unknown): number {
  if (error instanceof HttpError) return error.status;
  return error instanceof InvalidRequest || error instanceof URIError ? 400 : 500;
}

async function route(api: DurableApi, method: string, request: ApiRequest, url: URL): Promise<ApiResponse> {
  const at = url.pathname.indexOf(PREFIX);
  const segments = url.pathname.slice(at + PREFIX.length).split('/').filter((segment) => segment !== '').map(decodeURIComponent);
  for (const { method: own, pattern, call } of TABLE) {
    const params = own === method ? match(pattern, segments) : undefined;
    if (params !== undefined) return call(api, { ...request, params });
  }
  const seen = `${method} ${segments.join('/')}`;
  return { status: 404, body: { Message: `There is no durable call "${seen}". An entity key or instance id with "/" or "?" can not be addressed; encode it.` } };
}

function toApiRequest(request: IncomingMessage, url: URL, body: string): ApiRequest {
  return {
    params: {},
    query: url.searchParams,
    continuation: request.headers['x-ms-continuation-token'] as string | undefined,
    contentType: request.headers['content-type'] ?? '',
    isValid: false,
    body,
    baseUrl: `http://${request.headers.host ?? 'localhost'}`,
  };
}

function match(pattern: readonly string[], segments: readonly string[]): Record<string, string> | undefined {
  if (pattern.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index]!;
    if (part.startsWith(':')) params[part.slice(1)] = segment;
    else if (part !== segment.toLowerCase()) return undefined;
  }
  return params;
}
