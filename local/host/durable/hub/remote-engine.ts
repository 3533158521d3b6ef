import http from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DurableEngine, DurableEngineFactory } from '../../durable-functions';
import { clientBinding } from '../http-api/management-urls';
import { HubConnection } from './hub-connection';
import type { HostedApp } from './protocol';

type EngineOptions = Parameters<DurableEngineFactory>[0];

/** How long a host waits for its task hub when it starts. */
const START_MS = 15_000;
const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 2_000;

/** Engines of hosts that share the task hub at `port` of this machine (task-hub.ts), to be given to a host in place of an engine of its own. */
export function remoteEngines(port: number): DurableEngineFactory {
  return (options) => new RemoteEngine(port, options);
}

/** Runs durable functions for a task hub in another process, and passes on the calls of its client API. */
class RemoteEngine implements DurableEngine {
  private connection: HubConnection | undefined;
  private reconnecting: Promise<void> | undefined;
  private stopping = false;
  private readonly agent = new http.Agent({ keepAlive: true });

  constructor(
    private readonly port: number,
    private readonly options: EngineOptions,
  ) {}

  /** Rejects with the hub's reason when it does not take this host, and when it cannot be reached for 15 s. */
  async start(): Promise<void> {
    const deadline = Date.now() + START_MS;
    for (;;) {
      try {
        return await this.connect();
      } catch (error) {
        if (!isUnreachable(error) || Date.now() > deadline) throw error;
        await pause(FIRST_RETRY_MS);
      }
    }
  }

  /** Takes no more work and finishes what is in hand. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.reconnecting;
    await this.connection?.leave();
    this.agent.destroy();
  }

  clientBinding(baseUrl: string): string {
    const binding = JSON.parse(clientBinding(baseUrl, this.options.taskHub)) as Record<string, unknown>;
    // The SDK's own calls go to the hub; only addresses that are given to others lead through this host.
    return JSON.stringify({ ...binding, rpcBaseUrl: `http://127.0.0.1:${this.port}/durabletask/` });
  }

  /** Passes a call on to the hub. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return new Promise((resolve) => {
      response.once('close', resolve);
      const { method, url, headers } = request;
      const passed = http.request({ host: '127.0.0.1', port: this.port, method, path: url, headers, agent: this.agent }, (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      });
      passed.once('error', (error) => {
        if (response.headersSent) response.destroy();
        else response.writeHead(503, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify({ Message: `The task hub does not answer: ${error.message}` }));
      });
      request.pipe(passed);
    });
  }

  private async connect(): Promise<void> {
    const { taskHub, functions, maxEntityBatch, invoke, log } = this.options;
    const app: HostedApp = { taskHub, functions, maxEntityBatch };
    this.connection = await HubConnection.open(this.port, { app, invoke, log, lost: () => this.reconnect() });
  }

  private reconnect(): void {
    this.connection = undefined;
    if (this.stopping) return;
    this.options.log('The connection to the task hub is lost; what this host had in hand counts for nothing and runs again.');
    this.reconnecting = this.tryAgain().finally(() => (this.reconnecting = undefined));
  }

  private async tryAgain(): Promise<void> {
    let told = '';
    for (let wait = FIRST_RETRY_MS; !this.stopping; wait = Math.min(2 * wait, LAST_RETRY_MS)) {
      await pause(wait);
      try {
        if (!this.stopping) await this.connect();
        return;
      } catch (error) {
        const reason = (error as Error).message;
        if (reason !== told) this.options.log(`The task hub can not be reached and will be tried again: ${reason}`);
        told = reason;
      }
    }
  }
}

function isUnreachable(error: unknown): boolean {
  return ['ECONNREFUSED', 'ECONNRESET'].includes(String((error as NodeJS.ErrnoException).code));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
