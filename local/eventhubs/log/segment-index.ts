/** One known record of a segment. */
export interface IndexEntry {
  sequence: number;
  enqueuedTime: number;
  /** Bytes from the segment's start. */
  position: number;
}

const BYTES_PER_ENTRY = 64 * 1024;

/** A sparse index: one entry every 64 KB, so that a search reads at most that much of the file in vain. */
export class SegmentIndex {
  private readonly entries: IndexEntry[] = [];

  /** Takes note of a record, if it is far enough from the last noted one. Records must come in order. */
  note(sequence: number, enqueuedTime: number, position: number): void {
    const last = this.entries[this.entries.length - 1];
    if (!last || position - last.position >= BYTES_PER_ENTRY) this.entries.push({ sequence, enqueuedTime, position });
  }

  /** Where to start reading so that no record for which `isBefore` is false is missed. */
  seek(isBefore: (entry: IndexEntry) => boolean): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isBefore(this.entries[middle] as IndexEntry)) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : (this.entries[low - 1] as IndexEntry).position;
  }
}
