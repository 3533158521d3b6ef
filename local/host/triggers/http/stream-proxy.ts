import http from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isHopByHop } from './response';

/**
 * HTTP streaming (`app.setup({enableHttpStream: true})`): the SDK has a server of its own in the worker. The host sends
 * it the HTTP exchange, marked with the invocation's id, while the invocation itself carries no body.
 *
 * @param httpUri the SDK's server, from the capability HttpUri
 * @returns resolves when the response has been passed on, rejects when the exchange breaks; `abort` ends it
 */
export function proxyToWorker(httpUri: string, invocationId: string, request: IncomingMessage, response: ServerResponse): { done: Promise<void>; abort: () => void } {
  const target = new URL(httpUri);
  const headers: http.OutgoingHttpHeaders = {
    ...request.headers,
    'x-ms-invocation-id': invocationId,
    'x-forwarded-host': request.headers.host ?? 'localhost',
    'x-forwarded-proto': 'http',
  };
  const upstream = http.request({ host: target.hostname, port: target.port, method: request.method, path: request.url, headers, agent: false });
  const done = new Promise<void>((resolve, reject) => {
    upstream.on('error', reject);
    upstream.on('response', (answer) => {
      response.statusCode = answer.statusCode ?? 200;
      for (const [name, value] of Object.entries(answer.headers)) {
        if (value !== undefined && !isHopByHop(name) && name !== 'x-ms-invocation-id') response.setHeader(name, value);
      }
      // Each chunk is on its way at once: a stream of events must not wait for the next one.
      response.flushHeaders();
      answer.pipe(response);
      answer.on('end', resolve);
      answer.on('error', reject);
    });
    response.on('close', () => upstream.destroy());
  });
  request.pipe(upstream);
  return { done, abort: () => void upstream.destroy() };
}
