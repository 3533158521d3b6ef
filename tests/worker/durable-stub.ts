import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A signal to an entity as the durable client sends it. */
export interface SentSignal {
  path: string;
  body: string;
}

/** The durable extension's HTTP API, as far as signals, reading states and starting orchestrations go; it keeps what was sent. */
export interface DurableStub {
  readonly signals: SentSignal[];
  /** The value of a durable client's binding. */
  binding: string;
  stop(): Promise<void>;
}

export async function startDurableStub(): Promise<DurableStub> {
  const signals: SentSignal[] = [];
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (request.method === 'POST') signals.push({ path: request.url ?? '', body: Buffer.concat(chunks).toString() });
      // Whoever starts an orchestration (the alarm) is told its id.
      if (request.url?.includes('/orchestrators/')) response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ id: request.url.split('/').at(-1) }));
      else response.writeHead(request.method === 'POST' ? 202 : 404).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const rpcBaseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/durabletask/`;
  const url = `${rpcBaseUrl}instances/INSTANCEID`;
  const managementUrls = Object.fromEntries(['statusQueryGetUri', 'sendEventPostUri', 'terminatePostUri', 'rewindPostUri', 'purgeHistoryDeleteUri', 'restartPostUri', 'suspendPostUri', 'resumePostUri'].map((name) => [name, url]));
  const binding = JSON.stringify({ taskHubName: 'Weir', creationUrls: { createNewInstancePostUri: url, createAndWaitOnNewInstancePostUri: url }, managementUrls: { id: 'INSTANCEID', ...managementUrls }, baseUrl: rpcBaseUrl, requiredQueryStringParameters: '', rpcBaseUrl });
  return {
    signals,
    binding,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
