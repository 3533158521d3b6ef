import * as fs from 'node:fs';
import * as path from 'node:path';
import { isIntact, readRecord, recordSize } from './record';
import { SegmentIndex } from './segment-index';
import type { IndexEntry } from './segment-index';

const CHUNK = 256 * 1024;

/** What stands in a segment's name: what it starts with, and what came before (which retention may have deleted). */
export interface SegmentBase {
  /** Sequence number of its first record; 0: nothing came before. */
  sequence: number;
  /** Offset of its first byte in the partition. */
  offset: number;
  /** Offset and enqueued time (ms since the epoch) of the last record before it. */
  previousOffset: number;
  previousTime: number;
}

const NAME = /^(\d{16})-(\d{16})-(\d{16})-(\d{16})\.log$/;

/** One file of a partition's log. `size` counts only bytes that are safe on disk; a reader never goes beyond. */
export class Segment {
  size = 0;
  private index: SegmentIndex | null = null;

  constructor(
    readonly directory: string,
    readonly base: SegmentBase,
  ) {}

  /** The segment that a file name tells; null for other files. */
  static fromName(directory: string, name: string): Segment | null {
    const match = NAME.exec(name);
    if (!match) return null;
    const [sequence, offset, previousOffset, previousTime] = match.slice(1).map(Number) as [number, number, number, number];
    const segment = new Segment(directory, { sequence, offset, previousOffset, previousTime });
    segment.size = fs.statSync(segment.path).size;
    return segment;
  }

  get path(): string {
    const { sequence, offset, previousOffset, previousTime } = this.base;
    const name = [sequence, offset, previousOffset, previousTime].map((n) => String(n).padStart(16, '0')).join('-');
    return path.join(this.directory, `${name}.log`);
  }

  /** The offset behind its last byte. */
  get endOffset(): number {
    return this.base.offset + this.size;
  }

  /** Takes note of a record that was appended. */
  note(sequence: number, enqueuedTime: number, position: number): void {
    this.index?.note(sequence, enqueuedTime, position);
  }

  /** Where to start reading so that no record for which `isBefore` is false is missed. */
  seek(isBefore: (entry: IndexEntry) => boolean): number {
    if (this.index === null) {
      const index = new SegmentIndex();
      this.scan(({ sequence, enqueuedTime, position }) => index.note(sequence, enqueuedTime, position), false);
      this.index = index;
    }
    return this.index.seek(isBefore);
  }

  /**
   * Reads the records in order up to the first that is incomplete or, if `verify`, damaged.
   * Gives the number of bytes that are whole records.
   */
  scan(visit: (entry: IndexEntry) => void, verify: boolean): number {
    if (this.size === 0) return 0;
    const file = fs.openSync(this.path, 'r');
    try {
      let position = 0;
      let chunk = Buffer.allocUnsafe(CHUNK);
      while (position < this.size) {
        const wanted = Math.min(chunk.length, this.size - position);
        const bytes = chunk.subarray(0, fs.readSync(file, chunk, 0, wanted, position));
        const used = scanChunk(bytes, position, { visit, verify });
        position += used;
        if (used > 0) continue;
        const size = recordSize(bytes, 0);
        if (!(size > chunk.length && position + size <= this.size)) break;
        chunk = Buffer.allocUnsafe(size);
      }
      return position;
    } finally {
      fs.closeSync(file);
    }
  }
}

/** Visits the whole records at the start of `bytes` and gives how many bytes they take. */
function scanChunk(bytes: Buffer, position: number, how: { visit: (entry: IndexEntry) => void; verify: boolean }): number {
  let at = 0;
  for (;;) {
    const size = recordSize(bytes, at);
    if (!(at + size <= bytes.length) || (how.verify && !isIntact(bytes, at))) return at;
    const { sequence, enqueuedTime } = readRecord(bytes, at);
    how.visit({ sequence, enqueuedTime, position: position + at });
    at += size;
  }
}

/** The segments of a partition, oldest first. */
export function listSegments(directory: string): Segment[] {
  return fs
    .readdirSync(directory)
    .map((name) => Segment.fromName(directory, name))
    .filter((segment) => segment !== null)
    .sort((a, b) => a.base.offset - b.base.offset || a.base.sequence - b.base.sequence);
}
