import { decodeRawEvent } from './raw-event';
import type { RawEvent } from './raw-event';

/** More unread bytes than this and the socket is not read until the caller catches up; it goes on below half. */
const MAX_BYTES = 32 * 1024 * 1024;

/** The socket under the queue. */
interface Flow {
  pause(): void;
  resume(): void;
}

/** Messages that came and were not asked for yet. Keeps the peer sending by granting credit as they are taken. */
export class EventQueue {
  private messages: Buffer[] = [];
  private head = 0;
  private bytes = 0;
  /** Credit granted and not used yet. */
  private outstanding = 0;
  private paused = false;
  private failure: Error | null = null;
  private closed = false;
  private wake: (() => void) | null = null;
  private grant: (credit: number) => void = () => undefined;

  constructor(
    private readonly prefetch: number,
    private readonly flow: Flow,
  ) {}

  start(grant: (credit: number) => void): void {
    this.grant = grant;
    this.topUp();
  }

  push(message: Buffer): void {
    this.messages.push(message);
    this.bytes += message.length;
    this.outstanding--;
    if (this.bytes > MAX_BYTES && !this.paused) {
      this.paused = true;
      this.flow.pause();
    }
    this.wake?.();
  }

  /** Nothing more comes; `at once` forgets what came before, as it belongs to another reader now. */
  end(error: Error, atOnce: boolean): void {
    this.failure ??= error;
    if (atOnce) this.clear();
    this.wake?.();
  }

  close(): void {
    this.closed = true;
    this.clear();
    this.wake?.();
  }

  /** Rejects once the queue has ended and is read empty. */
  async receive(max: number, waitMs: number): Promise<RawEvent[]> {
    if (this.wake) throw new Error('This receiver is waiting for another receive call; call it again when that has come back.');
    if (this.length === 0 && !this.failure && !this.closed) await this.waitFor(waitMs);
    if (this.length === 0 && this.failure && !this.closed) throw this.failure;
    const end = Math.min(this.head + max, this.messages.length);
    const taken = this.messages.slice(this.head, end);
    for (const message of taken) this.bytes -= message.length;
    this.head = end;
    if (this.head > this.messages.length / 2) {
      this.messages = this.messages.slice(this.head);
      this.head = 0;
    }
    this.topUp();
    return taken.map(decodeRawEvent);
  }

  private get length(): number {
    return this.messages.length - this.head;
  }

  private waitFor(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.wake = null;
        resolve();
      };
      const timer = setTimeout(done, ms);
      // Not before the socket has been read as far as it goes: what was sent at once is one batch, though it comes in several pieces.
      this.wake = () => {
        clearTimeout(timer);
        this.wake = () => undefined;
        setImmediate(done);
      };
    });
  }

  private topUp(): void {
    if (this.paused && this.bytes < MAX_BYTES / 2) {
      this.paused = false;
      this.flow.resume();
    }
    const room = this.prefetch - this.length - this.outstanding;
    if (this.failure || this.closed || room < Math.max(1, this.prefetch / 2)) return;
    this.outstanding += room;
    this.grant(this.outstanding);
  }

  private clear(): void {
    this.messages = [];
    this.head = 0;
    this.bytes = 0;
  }
}
