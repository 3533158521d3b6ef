import { AmqpError, condition } from './error';
import { Reader } from './decode';
import { Writer } from './encode';
import { writePerformative } from './performatives';
import { TRANSFER_HEAD, readFixedTransfer } from './transfer';
import type { Transfer } from './transfer';
import type { PerformativeName, Performatives } from './performatives';

export const AMQP_HEADER = Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 1, 0, 0]);
export const SASL_HEADER = Buffer.from([0x41, 0x4d, 0x51, 0x50, 3, 1, 0, 0]);
/** A frame without a body: it only says that the peer lives. */
export const HEARTBEAT = Buffer.from([0, 0, 0, 8, 2, 0, 0, 0]);

const AMQP_FRAME = 0;
const SASL_FRAME = 1;

/** What came in: a protocol header, or a frame whose body `reader` stands at (empty for a heartbeat). */
export type Incoming = { kind: 'header'; bytes: Buffer } | { kind: 'frame'; channel: number; reader: Reader };

/** Encodes one frame with a performative. */
export function encodeFrame<K extends PerformativeName>(kind: K, body: Partial<Performatives[K]>, channel = 0): Buffer {
  const writer = new Writer();
  writer.uint32(0);
  writer.byte(2);
  writer.byte(kind.startsWith('sasl') ? SASL_FRAME : AMQP_FRAME);
  writer.byte(channel >> 8);
  writer.byte(channel & 0xff);
  writePerformative(writer, kind, body);
  writer.patchUint32(0, writer.size);
  return writer.bytes();
}

/** Takes a transfer and its payload, a view into the bytes that came. */
export type OnTransfer = (channel: number, transfer: Transfer, payload: Buffer) => void;

/** Cuts a byte stream into protocol headers and frames; a frame may come in any pieces. */
export class FrameParser {
  private pending: Buffer = Buffer.alloc(0);
  /** Pieces of a frame that is not complete yet, kept apart so that a large one is joined only once. */
  private pieces: Buffer[] = [];
  private pieceBytes = 0;
  private needed = 8;

  /**
   * `maxFrameSize`: what this side announced; a larger frame is an error. `onTransfer` gets the transfers whose form is the usual one, in order with the
   * frames that {@link push} gives.
   */
  constructor(
    private readonly maxFrameSize: number,
    private readonly onTransfer: OnTransfer | null = null,
  ) {}

  /** Takes bytes and gives what is complete. Of what came only a frame that lies across two pieces is copied. Throws `amqp:connection:framing-error`. */
  *push(chunk: Buffer): Generator<Incoming> {
    this.keep(chunk);
    while (this.pieceBytes >= this.needed) {
      if (this.pieces.length === 1) {
        yield* this.cut();
        continue;
      }
      const last = this.pieces.pop() as Buffer;
      const missing = this.needed - (this.pieceBytes - last.length);
      this.pieces = [Buffer.concat([...this.pieces, last.subarray(0, missing)])];
      this.pieceBytes = this.needed;
      yield* this.cut();
      this.keep(last.subarray(missing));
    }
  }

  private keep(piece: Buffer): void {
    if (piece.length === 0) return;
    this.pieces.push(piece);
    this.pieceBytes += piece.length;
  }

  /** Gives the whole frames of the only piece, and leaves the rest of it. */
  private *cut(): Generator<Incoming> {
    this.pending = this.pieces[0] as Buffer;
    let at = 0;
    this.needed = 8;
    while (this.pending.length - at >= 8) {
      const size = this.sizeAt(at);
      if (this.pending.length - at < size) {
        this.needed = size;
        break;
      }
      const transfer = this.onTransfer && readFixedTransfer(this.pending, at, size);
      if (transfer) this.onTransfer?.(this.pending.readUInt16BE(at + 6), transfer, this.pending.subarray(at + TRANSFER_HEAD, at + size));
      else yield toIncoming(this.pending.subarray(at, at + size));
      at += size;
    }
    const rest = this.pending.subarray(at);
    this.pieces = rest.length === 0 ? [] : [rest];
    this.pieceBytes = rest.length;
  }

  private sizeAt(at: number): number {
    const size = this.pending.readUInt32BE(at);
    if (size === 0x414d5150) return 8;
    if (size < 8 || size > this.maxFrameSize) {
      throw new AmqpError(condition.framingError, `A frame of ${size} bytes came; sizes from 8 to ${this.maxFrameSize} were agreed.`);
    }
    return size;
  }
}

function toIncoming(frame: Buffer): Incoming {
  if (frame.readUInt32BE(0) === 0x414d5150) return { kind: 'header', bytes: frame };
  const start = (frame[4] as number) * 4;
  if (start < 8 || start > frame.length) throw new AmqpError(condition.framingError, `A frame has the data offset ${start}.`);
  return { kind: 'frame', channel: frame.readUInt16BE(6), reader: new Reader(frame, start) };
}
