import type { IncomingMessage } from 'node:http';
import type { RpcHttp } from '../../contract';

/** A request that cannot be served; becomes a response with this status. */
export class HttpError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Reads the whole body; rejects with 413 as soon as it is longer than `limit` bytes. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const tooLarge = new HttpError(413, `The request's body is larger than ${limit} bytes.`);
  if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) throw tooLarge;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** The request as the Functions protocol carries it; repeated query parameters are joined by commas, as in the .NET host. */
export function toRpcHttp(request: IncomingMessage, url: URL, params: Record<string, string>, body: Buffer): RpcHttp {
  return {
    method: request.method ?? 'GET',
    url: url.href,
    headers: headersOf(request),
    params,
    query: queryOf(url),
    ...(body.length === 0 ? {} : { body: { bytes: body } }),
  };
}

export function headersOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(request.headersDistinct).map(([name, values]) => [name, values!.join(name === 'cookie' ? '; ' : ', ')]));
}

export function queryOf(url: URL): Record<string, string> {
  const query: Record<string, string> = {};
  for (const [name, value] of url.searchParams) query[name] = Object.hasOwn(query, name) ? `${query[name]},${value}` : value;
  return query;
}
