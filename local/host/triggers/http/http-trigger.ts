import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppFunction } from '../../app-function';
import type { InvocationResponse, RpcTypedData } from '../../contract';
import type { Invoker } from '../../invoker';
import { isHttp } from '../../outputs/output-bindings';
import { authorize } from './host-keys';
import type { HostKeys } from './host-keys';
import { headersOf, queryOf, readBody, toRpcHttp } from './request';
import { writeResponse } from './response';
import { compileRoute } from './route';
import type { Route } from './route';
import { proxyToWorker } from './stream-proxy';

export interface HttpTriggerOptions {
  routePrefix: string;
  maxBodyBytes: number;
  /** Null: keys are not asked for, as with Core Tools. */
  keys: HostKeys | null;
  /** The SDK's own server when the app streams HTTP. */
  httpUri: () => string | undefined;
  invoker: Invoker;
}

/** An HTTP function and where it is reached. */
export interface Endpoint {
  fn: AppFunction;
  route: Route;
  /** Upper case; empty = any. */
  methods: string[];
}

/** All HTTP functions of the app: finds the one that a request is for, and runs it. */
export class HttpTrigger {
  /** The most specific route first. */
  readonly endpoints: readonly Endpoint[];

  constructor(
    functions: readonly AppFunction[],
    private readonly options: HttpTriggerOptions,
  ) {
    this.endpoints = functions.map((fn) => toEndpoint(fn, options.routePrefix)).sort((a, b) => (a.route.rank < b.route.rank ? -1 : a.route.rank > b.route.rank ? 1 : 0));
  }

  /** Serves the request if a function is there for it; false otherwise. Rejects with an HttpError for a refused request. */
  async serve(request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
    const path = url.pathname.replace(/^\//, '');
    for (const endpoint of this.endpoints) {
      if (endpoint.methods.length > 0 && !endpoint.methods.includes(request.method ?? '')) continue;
      const params = endpoint.route.match(path);
      if (params === null) continue;
      if (this.options.keys !== null) authorize(request, url, String(endpoint.fn.trigger.authLevel ?? 'function'), this.options.keys);
      const httpUri = this.options.httpUri();
      if (httpUri === undefined) await this.invoke(endpoint.fn, { request, response, url, params });
      else await this.stream(endpoint.fn, { request, response, url, params }, httpUri);
      return true;
    }
    return false;
  }

  private async invoke(fn: AppFunction, { request, response, url, params }: Exchange): Promise<void> {
    const body = await readBody(request, this.options.maxBodyBytes);
    const result = await this.options.invoker.invoke(fn, {
      data: { http: toRpcHttp(request, url, params, body) },
      metadata: bindingData(request, url, params),
      payload: () => ({ ...queryOf(url), ...jsonBody(request, body) }),
    });
    writeResponse(response, httpResult(fn, result));
  }

  private async stream(fn: AppFunction, { request, response, url, params }: Exchange, httpUri: string): Promise<void> {
    const invocationId = randomUUID();
    const proxy = proxyToWorker(httpUri, invocationId, request, response);
    const invocation = this.options.invoker.invoke(fn, {
      data: { http: {} },
      metadata: bindingData(request, url, params),
      payload: () => queryOf(url),
      invocationId,
    });
    invocation.catch(proxy.abort);
    // The invocation's own error tells more than the broken exchange that follows from it.
    const [exchange, outcome] = await Promise.allSettled([proxy.done, invocation]);
    if (outcome.status === 'rejected') throw outcome.reason;
    if (exchange.status === 'rejected' && !response.closed) throw exchange.reason;
  }
}

interface Exchange {
  request: IncomingMessage;
  response: ServerResponse;
  url: URL;
  params: Record<string, string>;
}

function toEndpoint(fn: AppFunction, routePrefix: string): Endpoint {
  const path = typeof fn.trigger.route === 'string' ? fn.trigger.route : fn.name;
  const methods = Array.isArray(fn.trigger.methods) ? (fn.trigger.methods as string[]).map((method) => method.toUpperCase()) : [];
  return { fn, route: compileRoute(`${routePrefix}/${path}`), methods };
}

/** What binding expressions see: route parameters, `{Query.name}`, `{Headers.name}`. */
function bindingData(request: IncomingMessage, url: URL, params: Record<string, string>): Record<string, RpcTypedData> {
  return {
    ...Object.fromEntries(Object.entries(params).map(([name, value]) => [name, { string: value }])),
    Query: { json: JSON.stringify(queryOf(url)) },
    Headers: { json: JSON.stringify(headersOf(request)) },
  };
}

function jsonBody(request: IncomingMessage, body: Buffer): object {
  if (!/\bjson\b/i.test(request.headers['content-type'] ?? '')) return {};
  try {
    return JSON.parse(body.toString('utf8')) as object;
  } catch {
    return {};
  }
}

/** The response is the return value, or the value of an output of type http. */
function httpResult(fn: AppFunction, result: InvocationResponse): RpcTypedData | null | undefined {
  const output = fn.outputs.find(isHttp);
  if (output === undefined || output.name === '$return') return result.returnValue;
  return result.outputData.find(({ name }) => name === output.name)?.data;
}
