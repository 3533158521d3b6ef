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
  const answer = await respond(api, request, url).catch((error: unknown): ApiResponse => {
    const status = statusOf(error);
    if (status === 500) api.log(`${request.method} ${url.pathname} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return { status, body: { Message: error instanceof Error ? error.message : String(error) } };
  });
  const body = answer.body === undefined ? '' : typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  const type = body === '' ? {} : { 'content-type': 'application/json; charset=utf-8' };
  // The rest of a refused body would be taken for the next request.
  const close = request.complete ? {} : { connection: 'close' };
  response.writeHead(answer.status, { ...type, ...close, ...answer.headers, 'content-length': Buffer.byteLength(body) }).end(body);
}

function statusOf(error: unknown): number {
  if (error instanceof HttpError) return error.status;
  return error instanceof InvalidRequest || error instanceof URIError ? 400 : 500;
}

async function respond(api: DurableApi, request: IncomingMessage, url: URL): Promise<ApiResponse> {
  const at = url.pathname.indexOf(PREFIX);
  const segments = url.pathname.slice(at + PREFIX.length).split('/').filter((segment) => segment !== '').map(decodeURIComponent);
  const body = (await readBody(request, MAX_BODY_BYTES)).toString('utf8');
  for (const { method, pattern, call } of TABLE) {
    const params = method === request.method ? match(pattern, segments) : undefined;
    if (params !== undefined) return call(api, toApiRequest(request, url, { params, body }));
  }
  const seen = `${request.method} ${segments.join('/')}`;
  return { status: 404, body: { Message: `There is no durable call "${seen}". An entity key or instance id with "/" or "?" can not be addressed; encode it.` } };
}

function toApiRequest(request: IncomingMessage, url: URL, parts: Pick<ApiRequest, 'params' | 'body'>): ApiRequest {
  return {
    ...parts,
    query: url.searchParams,
    continuation: request.headers['x-ms-continuation-token'] as string | undefined,
    contentType: request.headers['content-type'] ?? '',
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
