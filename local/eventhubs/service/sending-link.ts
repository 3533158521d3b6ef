import { TRANSFER_HEAD, writeTransferHead } from '../amqp/transfer';
import type { MessageSource, OutgoingLink } from './contract';
import { advance, distance } from '../amqp/sequence';

/** What a link needs of its session and connection to send. */
export interface Sender {
  channel: number;
  /** The largest frame that the peer takes. */
  maxFrameSize: number;
  /** Transfer frames that the peer's session still takes. */
  window: number;
  /** False while the socket's buffer is full. */
  writable: boolean;
  /** Gives the id of the next delivery, taking `frames` off the window. */
  nextDelivery(frames: number): number;
  write(bytes: Buffer): void;
  /** Tells the peer the state of a link. */
  sendFlow(handle: number, link: { deliveryCount: number; linkCredit: number; available: number; drain: boolean }): void;
}

/** So many bytes are written before other links have their turn. */
const TURN_BYTES = 256 * 1024;

/** The sending end of a link: moves messages from its source to the peer as credit, window and socket allow. Always pre-settled. */
export class SendingLink {
  private credit = 0;
  private deliveryCount = 0;
  private draining = false;
  private waking = false;
  private closed = false;
  private detach: OutgoingLink['detach'] = () => undefined;

  constructor(
    readonly handle: number,
    private readonly source: MessageSource,
    private readonly sender: Sender,
  ) {}

  open(detach: OutgoingLink['detach']): void {
    this.detach = detach;
    this.source.open({ wake: () => this.wake(), detach });
  }

  /** The peer's flow: how many deliveries it wants, counted from where it is. */
  onFlow(deliveryCount: number, linkCredit: number, drain: boolean): void {
    this.credit = Math.max(0, distance(this.deliveryCount, advance(deliveryCount, linkCredit)));
    this.draining = drain;
    this.pump();
  }

  get state(): { deliveryCount: number; linkCredit: number; available: number; drain: boolean } {
    return { deliveryCount: this.deliveryCount, linkCredit: this.credit, available: 0, drain: this.draining };
  }

  /** Pumps once in the next turn of the event loop, however often it is called. */
  wake(): void {
    if (this.waking || this.closed) return;
    this.waking = true;
    setImmediate(() => {
      this.waking = false;
      this.pump();
    });
  }

  close(): void {
    this.closed = true;
    this.source.close();
  }

  private pump(): void {
    if (this.closed) return;
    try {
      this.takeTurn();
    } catch (error) {
      this.detach(error as Error);
    }
  }

  private takeTurn(): void {
    const turn = new Turn(this.sender, this.handle);
    let message: readonly Buffer[] | null = null;
    while (this.credit > 0 && this.sender.writable && turn.size < TURN_BYTES) {
      message = this.source.peek();
      if (message === null || !turn.add(message)) break;
      this.source.take();
      this.credit--;
      this.deliveryCount = advance(this.deliveryCount);
    }
    turn.end();
    if (turn.size >= TURN_BYTES) this.wake();
    else if (this.draining && message === null && this.sender.writable) this.drained();
  }

  /** There is nothing more: the rest of the credit is given back, as drain asks. */
  private drained(): void {
    this.deliveryCount = advance(this.deliveryCount, this.credit);
    this.credit = 0;
    this.sender.sendFlow(this.handle, this.state);
    this.draining = false;
  }
}

/** So large are the pieces that the socket gets, after a small first one. */
const PIECE_BYTES = 64 * 1024;
const FIRST_PIECE_BYTES = 4096;

/** What one link writes in one go, gathered so that the socket gets few large pieces. Each byte is copied once. */
class Turn {
  private buffer: Buffer = Buffer.alloc(0);
  private used = 0;
  size = 0;

  constructor(
    private readonly sender: Sender,
    private readonly handle: number,
  ) {}

  /** Adds a delivery, in as many frames as the peer's frame size asks for; false when the session's window has no room. */
  add(message: readonly Buffer[]): boolean {
    const length = message.reduce((sum, piece) => sum + piece.length, 0);
    const room = this.sender.maxFrameSize - TRANSFER_HEAD;
    const frames = Math.max(1, Math.ceil(length / room));
    if (this.sender.window < frames) return false;
    const deliveryId = this.sender.nextDelivery(frames);
    this.reserve(length + frames * TRANSFER_HEAD);
    const bytes = message.length === 1 || frames === 1 ? message : [Buffer.concat(message)];
    for (let i = 0; i < frames; i++) {
      const payload = Math.min(room, length - i * room);
      const { channel } = this.sender;
      writeTransferHead(this.buffer, this.used, { channel, handle: this.handle, deliveryId, settled: true, more: i < frames - 1, payload });
      this.used += TRANSFER_HEAD;
      if (frames === 1) for (const piece of bytes) this.used += piece.copy(this.buffer, this.used);
      else this.used += (bytes[0] as Buffer).copy(this.buffer, this.used, i * room, i * room + payload);
    }
    this.size += length + frames * TRANSFER_HEAD;
    return true;
  }

  end(): void {
    if (this.used > 0) this.sender.write(this.buffer.subarray(0, this.used));
  }

  private reserve(bytes: number): void {
    if (this.used + bytes <= this.buffer.length) return;
    this.end();
    this.buffer = Buffer.allocUnsafe(Math.max(bytes, this.size === 0 ? FIRST_PIECE_BYTES : PIECE_BYTES));
    this.used = 0;
  }
}
