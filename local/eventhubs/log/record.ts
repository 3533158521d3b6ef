import { crc32 } from './crc32';

/**
 * One event in a segment file. The message stands as it goes out on the wire, so that reading copies and never encodes.
 *
 *   0 u32 length of all that follows the checksum    8 u48 sequence number    20 u32 length of the message's header section
 *   4 u32 CRC-32 of the same                        14 u48 enqueued time     24 message
 */
export interface LogRecord {
  sequence: number;
  /** Milliseconds since the epoch. */
  enqueuedTime: number;
  /** Delivery annotations, if asked for, go in behind so many bytes of `message`. */
  headerLength: number;
  message: Buffer;
}

/** Bytes of a record before the message. */
export const RECORD_HEAD = 24;
const CHECKED_FROM = 8;

/** Writes the record head at `at`; the message must already be in place behind it. */
export function writeRecordHead(buffer: Buffer, at: number, record: Omit<LogRecord, 'message'> & { messageLength: number }): void {
  const end = at + RECORD_HEAD + record.messageLength;
  buffer.writeUInt32BE(end - at - CHECKED_FROM, at);
  buffer.writeUIntBE(record.sequence, at + 8, 6);
  buffer.writeUIntBE(record.enqueuedTime, at + 14, 6);
  buffer.writeUInt32BE(record.headerLength, at + 20);
  buffer.writeUInt32BE(crc32(buffer.subarray(at + CHECKED_FROM, end)), at + 4);
}

/** The whole size of the record that starts at `at`; NaN when there are too few bytes to tell, or zero bytes instead. */
export function recordSize(buffer: Buffer, at: number): number {
  if (buffer.length - at < RECORD_HEAD) return NaN;
  const size = buffer.readUInt32BE(at) + CHECKED_FROM;
  return size < RECORD_HEAD ? NaN : size;
}

/** Reads the complete record at `at`; the message is a view. */
export function readRecord(buffer: Buffer, at: number): LogRecord {
  return {
    sequence: buffer.readUIntBE(at + 8, 6),
    enqueuedTime: buffer.readUIntBE(at + 14, 6),
    headerLength: buffer.readUInt32BE(at + 20),
    message: buffer.subarray(at + RECORD_HEAD, at + recordSize(buffer, at)),
  };
}

/** Whether the complete record at `at` is as it was written. */
export function isIntact(buffer: Buffer, at: number): boolean {
  return crc32(buffer.subarray(at + CHECKED_FROM, at + recordSize(buffer, at))) === buffer.readUInt32BE(at + 4);
}
