import type { DurableFunctions } from '../../contract';
import type { EntityRecords } from '../entity-records';
import type { DurableStore } from '../store';
import { InvalidRequest } from '../validation';

/** What the calls of the HTTP API work on. */
export interface DurableApi {
  store: DurableStore;
  records: EntityRecords;
  functions: DurableFunctions;
  taskHub: string;
  now: () => number;
  log: (line: string) => void;
  /** Ids of instances that are being created right now: two callers must not create the same one. */
  creating: Set<string>;
  faults: { duplicate: () => boolean; reorder: () => boolean; delayMs: () => number };
}

export interface ApiRequest {
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  /** `x-ms-continuation-token` of a paged call. */
  continuation: string | undefined;
  contentType: string;
  /** The body is known to be JSON. */
  isValid: boolean;
  body: string;
  /** Scheme, host and port that the caller used. */
  baseUrl: string;
}

/** A string body is JSON text and sent as it is. */
export interface ApiResponse {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export type Call = (api: DurableApi, request: ApiRequest) => Promise<ApiResponse> | ApiResponse;

/** The body as JSON text; null when empty. A body of another type than JSON is a string. Throws {@link InvalidRequest} for bad JSON. */
export function jsonBody({ body, contentType, isValid }: ApiRequest): string | null {
  if (body === '') return null;
  if (isValid) return body;
  if (contentType !== '' && !/[/+]json\b/i.test(contentType)) return JSON.stringify(body);
  try {
    JSON.parse(body);
    return body;
  } catch (error) {
    throw new InvalidRequest(`The body is not JSON: ${(error as Error).message}`);
  }
}

const DEFAULT_PAGE = 100;

/** One page of `items`; a further page is asked for with the id of the last item. `top` is the caller's page size. */
export function page<T>(items: Iterable<T>, request: ApiRequest, shape: { accept: (item: T) => boolean; id: (item: T) => string; show: (item: T) => unknown }): ApiResponse {
  const top = Number(request.query.get('top'));
  const limit = Number.isInteger(top) && top > 0 ? top : DEFAULT_PAGE;
  const shown: unknown[] = [];
  let last = '';
  for (const item of items) {
    if (!shape.accept(item)) continue;
    if (shown.length === limit) return { status: 200, body: shown, headers: { 'x-ms-continuation-token': Buffer.from(last).toString('base64url') } };
    shown.push(shape.show(item));
    last = shape.id(item);
  }
  return { status: 200, body: shown };
}

/** The id that a page begins after; undefined for the first. */
export function pageStart({ continuation }: ApiRequest): string | undefined {
  return continuation === undefined || continuation === '' ? undefined : Buffer.from(continuation, 'base64url').toString();
}

/** Milliseconds since the epoch of a query parameter; `otherwise` when it is absent or no time. */
export function timeParameter(query: URLSearchParams, name: string, otherwise: number): number {
  const time = Date.parse(query.get(name) ?? '');
  return Number.isNaN(time) ? otherwise : time;
}
