import http from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { applyCors } from './cors';
import { HttpError } from './request';

/** Serves a request if it is its own; false passes it on. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<boolean>;

export interface HttpListenerOptions {
  port: number;
  address: string;
  corsOrigins: readonly string[];
  log: (line: string) => void;
}

/** The host's HTTP server. It listens before the app is loaded, as the app must know the port, and says 503 until then. */
export class HttpListener {
  private readonly server = http.createServer((request, response) => void this.handle(request, response));
  private handlers: readonly RequestHandler[] | undefined;
  port = 0;

  constructor(private readonly options: HttpListenerOptions) {}

  /** Rejects with code EADDRINUSE when the port is taken. */
  async listen(): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.options.port, this.options.address, resolve);
    });
    this.port = (this.server.address() as AddressInfo).port;
    return this.port;
  }

  /** From here on requests go to the first handler that takes them. */
  serve(handlers: readonly RequestHandler[]): void {
    this.handlers = handlers;
  }

  /** Connections that ask for another protocol go to `take`. */
  onUpgrade(take: (request: IncomingMessage, socket: Duplex) => void): void {
    this.server.on('upgrade', take);
  }

  /** Takes no new connections; resolves when the open requests are done. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeIdleConnections();
    await closed;
  }

  /** Ends what {@link close} waits for. */
  closeNow(): void {
    this.server.closeAllConnections();
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const url = requestUrl(request, this.port);
      if (applyCors(request, response, this.options.corsOrigins)) return;
      if (this.handlers === undefined) throw new HttpError(503, 'The host is starting.');
      for (const handler of this.handlers) if (await handler(request, response, url)) return;
      throw new HttpError(404, '');
    } catch (error) {
      this.answerError(request, response, error);
    }
  }

  /** A function's own error is told to the log only, as in Azure: the caller gets an empty 500. */
  private answerError(request: IncomingMessage, response: ServerResponse, error: unknown): void {
    const known = error instanceof HttpError;
    if (!known) this.options.log(`${request.method} ${request.url?.split('?')[0]} failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    if (response.headersSent) return void response.destroy();
    response.statusCode = known ? error.status : 500;
    response.setHeader('content-type', 'text/plain; charset=utf-8');
    // The rest of a refused body would be taken for the next request.
    if (!request.complete) response.setHeader('connection', 'close');
    response.end(known ? error.message : '');
  }
}

function requestUrl(request: IncomingMessage, port: number): URL {
  const path = request.url?.startsWith('/') === true ? request.url : '/';
  const base = `http://${request.headers.host ?? `localhost:${port}`}`;
  try {
    // Joined, not resolved: a path that begins with two slashes is no host name.
    return new URL(base + path);
  } catch {
    throw new HttpError(400, 'The request has no valid URL.');
  }
}
