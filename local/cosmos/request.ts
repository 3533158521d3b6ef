import type { IncomingMessage } from 'node:http';
import { badRequest, tooLarge } from './errors';

/** A request as the operations see it. */
export interface CosmosRequest {
  method: string;
  /** `dbs`, `colls`, `docs`, `pkranges`, `offers`, … or '' for the account. */
  type: string;
  /** Names along the path: database, container, document. */
  database?: string;
  container?: string;
  id?: string;
  headers: Record<string, string>;
  body: unknown;
  /** Size of the body in bytes. */
  size: number;
}

export interface CosmosResponse {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

const MAX_BODY = 32 * 1024 * 1024;

export async function readRequest(message: IncomingMessage): Promise<CosmosRequest> {
  const path = pathOf(message);
  const text = await readBody(message);
  const [root, database, second, container, type, id] = path;
  const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, String(value)]));
  const common = { method: message.method ?? 'GET', headers, body: parseBody(text), size: text.length };
  if (root !== 'dbs') return { ...common, type: root ?? '', ...(database ? { id: database } : {}) };
  if (second === undefined) return { ...common, type: 'dbs', database };
  if (second !== 'colls') return { ...common, type: second, database, id: container };
  if (type === undefined) return { ...common, type: 'colls', database, container };
  return { ...common, type, database, container, ...(id === undefined ? {} : { id }) };
}

/** The link that a signature covers: the resource itself when the path names one, else its parent. */
export function signedLink(message: IncomingMessage): string {
  const parts = pathOf(message);
  return parts.length % 2 === 0 ? parts.join('/') : parts.slice(0, -1).join('/');
}

function pathOf({ url = '/' }: IncomingMessage): string[] {
  try {
    // Joined, not resolved: a path that begins with two slashes is no host name.
    return new URL(`http://localhost${url.startsWith('/') ? '' : '/'}${url}`).pathname.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    throw badRequest('The path of the request is not valid.');
  }
}

async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseBody(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw badRequest('The request body is not JSON.');
  }
}
