import type { Reader } from './decode';
import { decodeError } from './error';

export const TRANSFER = 0x14;

/** The message format of a batch: every data section is one encoded message. */
export const BATCH_FORMAT = 0x80013700;

/** The fields of a transfer that this engine uses. */
export interface Transfer {
  handle: number;
  /** Null on the later frames of a delivery. */
  deliveryId: number | null;
  messageFormat: number;
  settled: boolean;
  more: boolean;
  aborted: boolean;
}

/** Reads a transfer, its descriptor already read; the payload follows in the reader. One per event: hence by hand. */
export function readTransfer(reader: Reader): Transfer {
  const { count, end } = reader.compound();
  const field = (i: number): unknown => (i < count ? reader.read() : null);
  const handle = field(0);
  const deliveryId = field(1);
  if (count > 2) reader.skip();
  const messageFormat = field(3);
  const settled = field(4);
  const more = field(5);
  for (let i = 6; i < Math.min(count, 9); i++) reader.skip();
  const aborted = field(9);
  if (typeof handle !== 'number') throw decodeError(reader.position, 'transfer has no handle');
  reader.position = end;
  return {
    handle,
    deliveryId: typeof deliveryId === 'number' ? deliveryId : null,
    messageFormat: typeof messageFormat === 'number' ? messageFormat : 0,
    settled: settled === true,
    more: more === true,
    aborted: aborted === true,
  };
}

const HANDLE = 14;
const DELIVERY_ID = 19;
const TAG = 25;
const FORMAT = 30;
const SETTLED = 34;
const MORE = 35;

/** A frame with a transfer of fixed width: numbers are written in place. Bytes 0–3 size, 6–7 channel. */
const TEMPLATE = Buffer.from([
  ...[0, 0, 0, 0, 2, 0, 0, 0],
  ...[0x00, 0x53, TRANSFER, 0xc0, 29, 11],
  ...[0x70, 0, 0, 0, 0],
  ...[0x70, 0, 0, 0, 0],
  ...[0xa0, 4, 0, 0, 0, 0],
  ...[0x70, 0, 0, 0, 0],
  ...[0x41, 0x42],
  ...[0x40, 0x40, 0x42, 0x42, 0x42],
]);

/** Bytes of a frame before the payload. */
export const TRANSFER_HEAD = TEMPLATE.length;

export interface TransferHead {
  channel: number;
  handle: number;
  deliveryId: number;
  settled: boolean;
  more: boolean;
  messageFormat?: number;
  /** Payload bytes in this frame. */
  payload: number;
}

/** Writes the head of a transfer frame, all eleven fields, at `at`. The delivery tag is the delivery id. */
export function writeTransferHead(buffer: Buffer, at: number, head: TransferHead): void {
  TEMPLATE.copy(buffer, at);
  buffer.writeUInt32BE(TRANSFER_HEAD + head.payload, at);
  buffer.writeUInt16BE(head.channel, at + 6);
  buffer.writeUInt32BE(head.handle, at + HANDLE + 1);
  buffer.writeUInt32BE(head.deliveryId, at + DELIVERY_ID + 1);
  buffer.writeUInt32BE(head.deliveryId, at + TAG + 1);
  if (head.messageFormat !== undefined) buffer.writeUInt32BE(head.messageFormat, at + FORMAT + 1);
  buffer[at + SETTLED + 1] = head.settled ? 0x41 : 0x42;
  buffer[at + MORE + 1] = head.more ? 0x41 : 0x42;
}

const HEAD_WORD = TEMPLATE.readUInt32BE(8);
const LENGTH_WORD = TEMPLATE.readUInt32BE(11);
const ABORTED = 40;
const TRUE = 0x41;

/**
 * Reads a transfer that looks as {@link writeTransferHead} writes it, from the frame of `size` bytes at `at`; null for any other. A receiver gets one per
 * event, and this is many times as fast as reading field by field.
 */
export function readFixedTransfer(buffer: Buffer, at: number, size: number): Transfer | null {
  const isFixed =
    size >= TRANSFER_HEAD &&
    buffer.readUInt16BE(at + 4) === 0x0200 &&
    buffer.readUInt32BE(at + 8) === HEAD_WORD &&
    buffer.readUInt32BE(at + 11) === LENGTH_WORD &&
    buffer[at + HANDLE] === 0x70 &&
    buffer[at + DELIVERY_ID] === 0x70 &&
    buffer.readUInt16BE(at + TAG - 1) === 0xa004 &&
    buffer[at + FORMAT] === 0x70 &&
    buffer.readUInt16BE(at + MORE + 2) === 0x4040;
  if (!isFixed) return null;
  return {
    handle: buffer.readUInt32BE(at + HANDLE + 1),
    deliveryId: buffer.readUInt32BE(at + DELIVERY_ID + 1),
    messageFormat: buffer.readUInt32BE(at + FORMAT + 1),
    settled: buffer[at + SETTLED + 1] === TRUE,
    more: buffer[at + MORE + 1] === TRUE,
    aborted: buffer[at + ABORTED] === TRUE,
  };
}
