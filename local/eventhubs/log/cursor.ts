import * as fs from 'node:fs';
import { readRecord, recordSize } from './record';
import type { LogRecord } from './record';
import type { Segment } from './segment';

const CHUNK = 256 * 1024;

/** Where an event is in its partition. */
export interface Place {
  sequence: number;
  offset: number;
  /** Milliseconds since the epoch. */
  enqueuedTime: number;
}

/** Tells whether an event comes before the place where a reader starts. */
export type IsBefore = (place: Place) => boolean;

/** What a cursor reads from. */
export interface SegmentSource {
  /** The segment that follows, null when `segment` is the last one. */
  after(segment: Segment): Segment | null;
}

/** Reads a partition in order from a place in it, holding one chunk of the file in memory. */
export class Cursor {
  private file: number | null = null;
  private chunk: Buffer | null = null;
  private bytes: Buffer = Buffer.alloc(0);
  private at = 0;

  private segment: Segment;
  /** Of the chunk's first byte in the segment. */
  private position: number;

  /** Starts at, or a little before, the first event wanted; events for which `isBefore` is true are skipped. */
  constructor(
    private readonly source: SegmentSource,
    start: { segment: Segment; position: number },
    private isBefore: IsBefore | null = null,
  ) {
    this.segment = start.segment;
    this.position = start.position;
  }

  /** The next record, null at the end. The record's message is only valid until the next call. */
  next(): LogRecord | null {
    for (;;) {
      const size = recordSize(this.bytes, this.at);
      if (this.at + size <= this.bytes.length) {
        const record = readRecord(this.bytes, this.at);
        const offset = this.segment.base.offset + this.position + this.at;
        this.at += size;
        if (this.isBefore?.({ sequence: record.sequence, offset, enqueuedTime: record.enqueuedTime })) continue;
        this.isBefore = null;
        return record;
      }
      if (!this.fill(size)) return null;
    }
  }

  close(): void {
    if (this.file !== null) fs.closeSync(this.file);
    this.file = null;
    this.chunk = null;
    this.bytes = Buffer.alloc(0);
  }

  /** Reads on from the record that is not whole yet; false at the end. */
  private fill(size: number): boolean {
    this.position += this.at;
    this.at = 0;
    this.bytes = this.bytes.subarray(0, 0);
    const left = this.segment.size - this.position;
    if (left <= 0) return this.moveOn();
    this.file ??= openIfPresent(this.segment.path);
    // Retention was faster than this reader.
    if (this.file === null) return this.moveOn();
    const capacity = size > CHUNK ? size : CHUNK;
    if (this.chunk === null || this.chunk.length < capacity) this.chunk = Buffer.allocUnsafe(capacity);
    const count = fs.readSync(this.file, this.chunk, 0, Math.min(this.chunk.length, left), this.position);
    this.bytes = this.chunk.subarray(0, count);
    const whole = recordSize(this.bytes, 0);
    if (Number.isNaN(whole) || this.position + whole > this.segment.size) {
      throw new Error(`The log file ${this.segment.path} is damaged at byte ${this.position}; move its folder away to start the partition anew.`);
    }
    return true;
  }

  private moveOn(): boolean {
    const following = this.source.after(this.segment);
    if (following === null) return false;
    if (this.file !== null) fs.closeSync(this.file);
    this.file = null;
    this.segment = following;
    this.position = 0;
    return following.size > 0;
  }
}

function openIfPresent(path: string): number | null {
  try {
    return fs.openSync(path, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
