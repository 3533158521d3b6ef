/**
 * An emulator of Azure Cosmos DB for NoSQL over plain HTTP, for the unmodified SDK: databases, containers, documents, queries, bulk, batches, change feed,
 * TTL; durable. It has one physical range (queries are never merged by the SDK), no request units, composite indexes, consistency levels, stored
 * procedures, triggers or user-defined functions: what needs those answers 501 or succeeds where the service would refuse.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WELL_KNOWN_KEY, checkAuthorization } from './auth';
import { route, type Fault } from './route';
import { CosmosError } from './errors';
import { readRequest, signedLink, type CosmosResponse } from './request';
import { Store } from './store';

export interface CosmosOptions {
  /** 0 = any free port. */
  port: number;
  dataDir: string;
  log?: (line: string) => void;
  /** Default: the well-known key of the emulator. */
  key?: string;
  /** ms since 1970, for TTL and _ts. */
  now?: () => number;
  /** Called before each request and each bulk operation; may answer an error instead, for tests. */
  fault?: Fault;
}

export interface CosmosServer {
  port: number;
  /** `http://localhost:PORT/` */
  endpoint: string;
  connectionString: string;
  stop(): Promise<void>;
}

/** Starts the emulator; rejects with code `EADDRINUSE` when the port is taken. */
export async function startCosmos(options: CosmosOptions): Promise<CosmosServer> {
  const store = new Store(options.dataDir);
  const server = createServer((message, response) => void answer(message, response, store, options));
  server.keepAliveTimeout = 60_000;
  try {
    await listen(server, options.port);
  } catch (error) {
    await store.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const endpoint = `http://localhost:${port}/`;
  return {
    port,
    endpoint,
    connectionString: `AccountEndpoint=${endpoint};AccountKey=${options.key ?? WELL_KNOWN_KEY};`,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await store.close();
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    // This machine only: everybody knows the key.
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });
}

async function answer(message: IncomingMessage, response: ServerResponse, store: Store, options: CosmosOptions): Promise<void> {
  let result: CosmosResponse;
  try {
    const request = await readRequest(message);
    const date = request.headers['x-ms-date'] ?? request.headers.date ?? '';
    checkAuthorization(request.headers.authorization, { method: request.method, type: request.type, link: signedLink(message), date }, options.key ?? WELL_KNOWN_KEY);
    result = await route(request, { store, nowMs: (options.now ?? Date.now)(), fault: options.fault, endpoint: `http://${message.headers.host ?? 'localhost'}/` });
  } catch (error) {
    result = failure(error, options);
  }
  send(response, result, store);
}

function failure(error: unknown, { log }: CosmosOptions): CosmosResponse {
  if (error instanceof CosmosError) return { status: error.status, body: { code: error.code, message: error.message }, headers: error.headers };
  log?.(`cosmos: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  return { status: 500, body: { code: 'InternalServerError', message: 'The emulator failed; see its log.' } };
}

function send(response: ServerResponse, { status, body, headers }: CosmosResponse, store: Store): void {
  const text = body === undefined ? '' : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-ms-request-charge': '1',
    'x-ms-session-token': `0:0#${store.lastChange()}`,
    'x-ms-version': '2018-12-31',
    'x-ms-activity-id': '00000000-0000-0000-0000-000000000000',
    ...headers,
  });
  response.end(text);
}
