import type { Duplex } from 'node:stream';
import { frame, FrameReader } from './frames';
import type { FromHost, FromHub, HostedApp, WorkItem } from './protocol';
import type { WorkPool, WorkTaker } from './work-pool';

export interface HostLinkOptions {
  pool: WorkPool;
  leaseMs: number;
  /** Makes ready for a host of this app; a sentence says why it cannot be served. */
  admit: (app: HostedApp) => Promise<string | undefined>;
  closed: (link: HostLink) => void;
  log: (line: string) => void;
}

/** The hub's end of one host's connection. */
export class HostLink implements WorkTaker {
  private readonly reader = new FrameReader();
  private lease: NodeJS.Timeout;

  constructor(
    private readonly socket: Duplex,
    private readonly options: HostLinkOptions,
  ) {
    this.lease = this.startLease();
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('error', () => undefined);
    // Sockets of an HTTP server stay half open: the end of a host would go unnoticed.
    socket.once('end', () => this.end());
    socket.once('close', () => this.close());
  }

  send(item: WorkItem): void {
    this.tell({ kind: 'work', ...item });
  }

  end(): void {
    this.socket.destroy();
  }

  private tell(message: FromHub): void {
    if (!this.socket.destroyed) this.socket.write(frame(message));
  }

  private startLease(): NodeJS.Timeout {
    const { leaseMs, log } = this.options;
    return setTimeout(() => {
      log(`A host was not heard of for ${leaseMs / 1000} s; its work goes to the others.`);
      this.end();
    }, leaseMs);
  }

  private take(chunk: Buffer): void {
    this.lease.refresh();
    try {
      for (const message of this.reader.push(chunk) as FromHost[]) this.handle(message);
    } catch (error) {
      this.options.log(`A host was disconnected: ${String(error)}`);
      this.end();
    }
  }

  private handle(message: FromHost): void {
    const { pool, log } = this.options;
    if (message.kind === 'hello') return void this.welcome(message.app);
    if (message.kind === 'leaving') {
      pool.leave(this);
      return this.tell({ kind: 'left' });
    }
    if (message.kind === 'alive') return;
    const answer = message.kind === 'done' ? { result: message.result } : { error: errorOf(message) };
    if (!pool.settle(this, message.id, answer)) log(`The answer to item ${message.id} is refused: the host that gave it does not have it.`);
  }

  private async welcome(app: HostedApp): Promise<void> {
    const { admit, pool, leaseMs } = this.options;
    const refusal = await admit(app).catch((error: unknown) => String(error));
    if (this.socket.destroyed) return;
    if (refusal !== undefined) {
      this.tell({ kind: 'refused', reason: refusal });
      return void this.socket.end();
    }
    this.tell({ kind: 'welcome', leaseMs });
    pool.join(this);
  }

  private close(): void {
    clearTimeout(this.lease);
    const count = this.options.pool.lose(this);
    if (count > 0) this.options.log(`A host is gone; ${count} batches that it had run again.`);
    this.options.closed(this);
  }
}

function errorOf({ message, stack }: { message: string; stack?: string }): Error {
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
