import http from 'node:http';
import type { Duplex } from 'node:stream';
import type { InvokeDurable } from '../../contract';
import { frame, FrameReader } from './frames';
import { UPGRADE_PATH, UPGRADE_PROTOCOL } from './protocol';
import type { FromHost, FromHub, HostedApp, WorkItem } from './protocol';

export interface HubConnectionOptions {
  app: HostedApp;
  invoke: InvokeDurable;
  log: (line: string) => void;
  /** The connection ended by itself. */
  lost: () => void;
}

/** Of this many messages within a lease one may be late. */
const RENEWALS_PER_LEASE = 4;

/** A host's end of its connection to the task hub: runs what it is given and answers. */
export class HubConnection {
  private readonly reader = new FrameReader();
  private readonly running = new Set<Promise<void>>();
  private renewal: NodeJS.Timeout | undefined;
  private admitted: ((refusal?: Error) => void) | undefined;
  private left: (() => void) | undefined;
  private readonly closed: Promise<void>;

  private constructor(
    private readonly socket: Duplex,
    private readonly options: HubConnectionOptions,
  ) {
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    socket.on('error', () => undefined);
    socket.once('end', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => this.take(chunk));
  }

  /** Connects and is taken in. Rejects with the reason when it is not, or with the socket's error. */
  static async open(port: number, options: HubConnectionOptions): Promise<HubConnection> {
    const connection = new HubConnection(await upgrade(port), options);
    await connection.introduce();
    return connection;
  }

  /** Tells the hub to send nothing more, finishes what is in hand, and goes. */
  async leave(): Promise<void> {
    const left = new Promise<void>((resolve) => (this.left = resolve));
    this.tell({ kind: 'leaving' });
    await Promise.race([left, this.closed]);
    await Promise.race([Promise.all(this.running), this.closed]);
    this.socket.end();
    await this.closed;
  }

  private async introduce(): Promise<void> {
    const admitted = new Promise<void>((resolve, reject) => (this.admitted = (refusal) => (refusal ? reject(refusal) : resolve())));
    const ended = this.closed.then(() => Promise.reject(Object.assign(new Error('the task hub ended the connection'), { code: 'ECONNRESET' })));
    this.tell({ kind: 'hello', app: this.options.app });
    await Promise.race([admitted, ended]);
    void this.closed.then(() => this.end());
  }

  private end(): void {
    clearInterval(this.renewal);
    if (this.left === undefined) this.options.lost();
  }

  private tell(message: FromHost): void {
    if (!this.socket.destroyed) this.socket.write(frame(message));
  }

  private take(chunk: Buffer): void {
    try {
      for (const message of this.reader.push(chunk) as FromHub[]) this.handle(message);
    } catch (error) {
      this.options.log(`The task hub sent what is no message: ${String(error)}`);
      this.socket.destroy();
    }
  }

  private handle(message: FromHub): void {
    if (message.kind === 'welcome') {
      this.renewal = setInterval(() => this.tell({ kind: 'alive' }), message.leaseMs / RENEWALS_PER_LEASE);
      this.admitted?.();
    } else if (message.kind === 'refused') this.admitted?.(new Error(`The task hub does not take this host: ${message.reason}.`));
    else if (message.kind === 'left') this.left?.();
    else this.begin(message);
  }

  private begin(item: WorkItem): void {
    const run = this.run(item).finally(() => this.running.delete(run));
    this.running.add(run);
  }

  private async run({ id, functionName, payload }: WorkItem): Promise<void> {
    try {
      const result = await this.options.invoke(functionName, payload);
      this.tell({ kind: 'done', id, result });
    } catch (error) {
      const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
      this.tell({ kind: 'failed', id, message, stack });
    }
  }
}

function upgrade(port: number): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: '127.0.0.1', port, path: UPGRADE_PATH, headers: { connection: 'Upgrade', upgrade: UPGRADE_PROTOCOL } });
    request.once('error', reject);
    request.once('response', (response) => {
      response.resume();
      reject(new Error(`port ${port} answers with ${response.statusCode}: it is no task hub`));
    });
    request.once('upgrade', (_response, socket, head) => {
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
  });
}
