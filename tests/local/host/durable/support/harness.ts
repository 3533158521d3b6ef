import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { DurableFunctions, InvokeDurable } from '../../../../../local/host/contract';
import { createDurableEngine } from '../../../../../local/host/durable/engine';
import type { DurableEngine, DurableEngineOptions } from '../../../../../local/host/durable/engine';

export const NO_FUNCTIONS: DurableFunctions = { entities: {}, orchestrators: {}, activities: {} };

export interface Reply {
  status: number;
  body: string;
  json: unknown;
  headers: http.IncomingHttpHeaders;
}

/** An engine behind an HTTP server of its own, with its store in a temporary folder. */
export class Harness {
  readonly logs: string[] = [];
  private readonly dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'durable-'));
  private readonly agent = new http.Agent({ keepAlive: true });
  private readonly server = http.createServer((request, response) => void this.engine.handle(request, response));
  private engine!: DurableEngine;
  private port = 0;

  private constructor(private readonly options: Partial<DurableEngineOptions>) {}

  static async start(options: Partial<DurableEngineOptions> & { invoke: InvokeDurable }): Promise<Harness> {
    const harness = new Harness(options);
    await new Promise<void>((resolve) => harness.server.listen(0, '127.0.0.1', resolve));
    harness.port = (harness.server.address() as AddressInfo).port;
    await harness.startEngine();
    return harness;
  }

  /** Stops the engine and starts another on the same store. */
  async restart(change: Partial<DurableEngineOptions> = {}): Promise<void> {
    await this.engine.stop();
    Object.assign(this.options, change);
    await this.startEngine();
  }

  stopEngine(): Promise<void> {
    return this.engine.stop();
  }

  async close(): Promise<void> {
    await this.engine.stop();
    this.agent.destroy();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
    fs.rmSync(this.dataDir, { recursive: true, force: true });
  }

  get baseUrl(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  clientBinding(): unknown {
    return JSON.parse(this.engine.clientBinding(this.baseUrl));
  }

  /** Calls `path` under /durabletask/. */
  call(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const options = { method, port: this.port, agent: this.agent, path: `/durabletask/${path}`, headers: { 'content-type': 'application/json', ...headers } };
      const request = http.request(options, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          resolve({ status: response.statusCode!, body: text, json: text === '' ? undefined : JSON.parse(text), headers: response.headers });
        });
      });
      request.on('error', reject);
      request.end(body);
    });
  }

  async signal(name: string, key: string, operation: string, input?: unknown): Promise<void> {
    const { status, body } = await this.call('POST', `entities/${name}/${key}?op=${operation}`, input === undefined ? undefined : JSON.stringify(input));
    if (status !== 202) throw new Error(`${status} ${body}`);
  }

  async state(name: string, key: string): Promise<unknown> {
    return (await this.call('GET', `entities/${name}/${key}`)).json;
  }

  private async startEngine(): Promise<void> {
    const options: DurableEngineOptions = { dataDir: this.dataDir, taskHub: 'Test', functions: NO_FUNCTIONS, invoke: () => Promise.reject(new Error('unused')), log: (line) => this.logs.push(line), ...this.options };
    this.engine = createDurableEngine(options);
    await this.engine.start();
  }
}
