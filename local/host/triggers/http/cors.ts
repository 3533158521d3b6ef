import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Adds CORS headers for allowed origins and answers preflights.
 *
 * @param allowed origins; '*' = any; empty = only pages of this machine (http(s)://localhost:* and 127.0.0.1:*)
 * @returns true when the request was a preflight and is answered
 */
export function applyCors(request: IncomingMessage, response: ServerResponse, allowed: readonly string[]): boolean {
  const { origin } = request.headers;
  if (origin === undefined || !isAllowed(origin, allowed)) return false;
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('vary', 'origin');
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false;
  response.setHeader('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS');
  response.setHeader('access-control-allow-headers', request.headers['access-control-request-headers'] ?? '*');
  response.setHeader('access-control-max-age', '600');
  response.writeHead(204).end();
  return true;
}

function isAllowed(origin: string, allowed: readonly string[]): boolean {
  if (allowed.length > 0) return allowed.includes('*') || allowed.includes(origin);
  return /^https?:\/\/(localhost|127\.0\.0\.1)(:\d+)?$/i.test(origin);
}
