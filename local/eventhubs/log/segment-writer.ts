import * as fs from 'node:fs';
import { promisify } from 'node:util';
import type { Segment } from './segment';

const writev = promisify(fs.writev);
const datasync = promisify(fs.fdatasync);
const truncate = promisify(fs.ftruncate);

/** Appends to one segment. Bytes count as written only once they are on disk. */
export class SegmentWriter {
  private constructor(
    readonly segment: Segment,
    private readonly file: number,
  ) {}

  /** Opens, or makes, the segment's file; bytes behind `segment.size`, a torn tail, are cut off. */
  static open(segment: Segment): SegmentWriter {
    const file = fs.openSync(segment.path, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o644);
    fs.ftruncateSync(file, segment.size);
    syncDirectory(segment.directory);
    return new SegmentWriter(segment, file);
  }

  /** Writes and syncs. If it fails, the file is as it was before. */
  async append(pieces: readonly Buffer[]): Promise<void> {
    const { segment } = this;
    const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
    try {
      let left = pieces.filter((piece) => piece.length > 0);
      for (let done = 0; done < length; ) {
        const { bytesWritten } = await writev(this.file, left, segment.size + done);
        done += bytesWritten;
        left = behind(left, bytesWritten);
      }
      await datasync(this.file);
    } catch (error) {
      await truncate(this.file, segment.size).catch(() => undefined);
      throw error;
    }
    segment.size += length;
  }

  close(): void {
    fs.closeSync(this.file);
  }
}

/** What is left of pieces when so many bytes have been written. */
function behind(pieces: readonly Buffer[], bytes: number): Buffer[] {
  let left = bytes;
  return pieces.flatMap((piece) => {
    const from = Math.min(left, piece.length);
    left -= from;
    return from === piece.length ? [] : [piece.subarray(from)];
  });
}

/** Makes a new file's name durable; not every system can. */
function syncDirectory(directory: string): void {
  let handle: number | null = null;
  try {
    handle = fs.openSync(directory, 'r');
    fs.fsyncSync(handle);
  } catch {
    // Windows cannot open a folder; there the name is durable with the file.
  } finally {
    if (handle !== null) fs.closeSync(handle);
  }
}
