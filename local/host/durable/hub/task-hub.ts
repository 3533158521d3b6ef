import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { HttpListener } from '../../triggers/http/http-listener';
import { createDurableEngine } from '../engine';
import type { DurableEngine } from '../engine';
import { HostLink } from './host-link';
import { UPGRADE_PATH, UPGRADE_PROTOCOL } from './protocol';
import type { HostedApp } from './protocol';
import { WorkPool } from './work-pool';

export interface TaskHubOptions {
  /** 0 = any free port. */
  port: number;
  /** Where the store is kept; the same as a host's own engine would use. */
  dataDir: string;
  log: (line: string) => void;
  /** For how long a host may be silent before its work is given to others; ms, default 15,000. */
  leaseMs?: number;
}

export interface TaskHub {
  port: number;
  /** Begins nothing new, gives up what hosts have in hand (it runs again after the next start), closes the store. */
  stop(): Promise<void>;
}

const LEASE_MS = 15_000;

/**
 * Starts a task hub as a part of its own, for several hosts of one app: it keeps entities, orchestrations and timers, serves their client API over HTTP, and
 * gives each batch to one of the hosts that are connected (remote-engine.ts). At least once, as in Azure: a host that dies, loses its connection or is not
 * heard of for a lease loses its work to the others, and what it says of it afterwards counts for nothing.
 *
 * Rejects with code EADDRINUSE when the port is taken.
 */
export async function startTaskHub(options: TaskHubOptions): Promise<TaskHub> {
  const hub = new Hub(options);
  const port = await hub.start();
  return { port, stop: () => hub.stop() };
}

class Hub {
  private readonly pool = new WorkPool();
  private readonly links = new Set<HostLink>();
  private readonly listener: HttpListener;
  private engine: DurableEngine | undefined;
  /** The app that the engine was made for. */
  private app: string | undefined;
  /** One host is admitted after the other: each may need another engine. */
  private admitting: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: TaskHubOptions) {
    this.listener = new HttpListener({ port: options.port, address: '127.0.0.1', corsOrigins: [], log: options.log });
  }

  async start(): Promise<number> {
    this.listener.onUpgrade((request, socket) => this.connect(request, socket));
    this.listener.serve([
      async (request, response) => {
        if (this.engine !== undefined) await this.engine.handle(request, response);
        else response.writeHead(503, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify({ Message: 'No host has connected to the task hub yet.' }));
        return true;
      },
    ]);
    return this.listener.listen();
  }

  async stop(): Promise<void> {
    await this.admitting;
    await this.closeEngine();
    for (const link of this.links) link.end();
    const closed = this.listener.close();
    this.listener.closeNow();
    await closed;
  }

  private connect(request: IncomingMessage, socket: Duplex): void {
    if (request.url !== UPGRADE_PATH || request.headers.upgrade !== UPGRADE_PROTOCOL) return void socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    socket.write(`HTTP/1.1 101 Switching Protocols\r\nupgrade: ${UPGRADE_PROTOCOL}\r\nconnection: upgrade\r\n\r\n`);
    const { log, leaseMs = LEASE_MS } = this.options;
    this.links.add(new HostLink(socket, { pool: this.pool, leaseMs, log, admit: (app) => this.admit(app), closed: (link) => this.links.delete(link) }));
  }

  private admit(app: HostedApp): Promise<string | undefined> {
    const admitted = this.admitting.then(() => this.makeReady(app));
    this.admitting = admitted.catch(() => undefined);
    return admitted;
  }

  /** The hosts of a task hub run the same app; when the last has gone, another version of it may come. */
  private async makeReady(app: HostedApp): Promise<string | undefined> {
    const text = JSON.stringify(app);
    if (text === this.app) return undefined;
    if (this.pool.size > 0) return 'other hosts of this task hub run an app with other durable functions or another host.json; stop them first, all must run the same';
    await this.closeEngine();
    const { dataDir, log } = this.options;
    const engine = createDurableEngine({ ...app, dataDir, log, invoke: (functionName, payload, instance) => this.pool.run(functionName, payload, instance) });
    await engine.start();
    this.engine = engine;
    this.app = text;
    return undefined;
  }

  private async closeEngine(): Promise<void> {
    const stopped = this.engine?.stop();
    this.engine = undefined;
    this.app = undefined;
    // Only now: an engine that is stopping keeps what was cut off, one that runs would take it for failed.
    this.pool.abandon('The task hub is stopping.');
    await stopped;
  }
}
