import * as fs from 'node:fs';
import { Cursor } from './cursor';
import type { IsBefore, Place, SegmentSource } from './cursor';
import { Segment, listSegments } from './segment';
import type { IndexEntry } from './segment-index';
import { SegmentWriter } from './segment-writer';

export interface PartitionLogOptions {
  /** A segment that has grown so large is followed by a new one. */
  segmentBytes: number;
  /** Events older than this may be deleted, a segment at a time. */
  retentionMs: number;
}

/** Where a partition ends: the last event in it, or that ever was. Offset and sequence -1: there never was any. */
export interface LogEnd {
  sequence: number;
  offset: number;
  /** Milliseconds since the epoch; 0 when there never was an event. */
  enqueuedTime: number;
}

/** The events of an append, which become records (record.ts) in one buffer. */
export interface NewRecords {
  count: number;
  /** All records together have no more bytes. */
  bytes: number;
  /** Writes the whole record of the i-th event, which gets `place`, at `at`, and gives its size. */
  write(i: number, place: Place, buffer: Buffer, at: number): number;
}

interface PendingAppend {
  records: Buffer;
  /** Of the first event. */
  sequence: number;
  /** Where each record begins in the partition. */
  offsets: number[];
  end: LogEnd;
  done: (error?: Error) => void;
}

/**
 * The durable, append-only log of one partition. An append is done when its bytes are synced; what waits while a sync runs is
 * synced together (group commit). Readers see only what is done.
 */
export class PartitionLog implements SegmentSource {
  private pending: PendingAppend[] = [];
  private committing: Promise<void> | null = null;
  private readonly listeners = new Set<() => void>();
  private closed = false;
  /** What the next append builds on: runs ahead of `committed` while appends wait. */
  private tail: LogEnd & { nextOffset: number };
  private committed: LogEnd;
  private writer: SegmentWriter;

  private constructor(
    private readonly directory: string,
    private readonly options: PartitionLogOptions,
    private readonly segments: Segment[],
    opened: { writer: SegmentWriter; end: LogEnd },
  ) {
    this.writer = opened.writer;
    this.committed = opened.end;
    this.tail = { ...opened.end, nextOffset: opened.writer.segment.endOffset };
  }

  /** Opens the log in `directory`, made if missing. A torn tail, never acknowledged to anyone, is cut off. */
  static open(directory: string, options: PartitionLogOptions): PartitionLog {
    fs.mkdirSync(directory, { recursive: true });
    const segments = listSegments(directory);
    const last = segments[segments.length - 1] ?? new Segment(directory, { sequence: 0, offset: 0, previousOffset: 0, previousTime: 0 });
    if (segments.length === 0) segments.push(last);
    const end = recover(last);
    return new PartitionLog(directory, options, segments, { writer: SegmentWriter.open(last), end });
  }

  /** The last event that is safe on disk. */
  get end(): LogEnd {
    return this.committed;
  }

  /** The sequence number of the oldest event; one beyond the end's when there is none. */
  get beginning(): number {
    return (this.segments[0] as Segment).base.sequence;
  }

  get isEmpty(): boolean {
    return this.beginning > this.committed.sequence;
  }

  /**
   * Appends events in one piece, with successive sequence numbers, at `now` (ms since the epoch; never goes back within a
   * partition). Resolves when they, and all before them, are on disk, also for no events; rejects when the disk refuses them, and then none of them is in the log.
   */
  append(events: NewRecords, now: number): Promise<void> {
    if (this.closed) return Promise.reject(new Error(`The log in ${this.directory} is closed.`));
    const enqueuedTime = Math.max(now, this.tail.enqueuedTime);
    const buffer = Buffer.allocUnsafe(events.bytes);
    const offsets: number[] = [];
    const { sequence, nextOffset } = this.tail;
    let size = 0;
    for (let i = 0; i < events.count; i++) {
      const offset = nextOffset + size;
      offsets.push(offset);
      size += events.write(i, { sequence: sequence + 1 + i, offset, enqueuedTime }, buffer, size);
    }
    if (events.count > 0) this.tail = { sequence: sequence + events.count, offset: offsets[events.count - 1] as number, enqueuedTime, nextOffset: nextOffset + size };
    const end = this.tail;
    return new Promise((resolve, reject) => {
      const done = (error?: Error): void => (error ? reject(error) : resolve());
      this.pending.push({ records: buffer.subarray(0, size), sequence: sequence + 1, offsets, end, done });
      this.committing ??= this.commit();
    });
  }

  /** Calls `listener` whenever events have become readable; gives the way to stop that. */
  onCommit(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** A reader at the first event for which `isBefore` is false; `isBefore` must be monotonic (true…true false…false). */
  openCursor(isBefore: IsBefore): Cursor {
    let index = 0;
    for (let i = 1; i < this.segments.length; i++) {
      // The first record of a segment is the first one behind the one before: both are in its name, except its time.
      const { sequence, offset } = (this.segments[i] as Segment).base;
      if (!isBefore({ sequence, offset, enqueuedTime: this.firstTime(i) })) break;
      index = i;
    }
    const segment = this.segments[index] as Segment;
    const place = ({ sequence, enqueuedTime, position }: IndexEntry): Place => ({ sequence, enqueuedTime, offset: segment.base.offset + position });
    const start = segment.seek((entry) => isBefore(place(entry)));
    return new Cursor(this, { segment, position: start }, isBefore);
  }

  after(segment: Segment): Segment | null {
    return this.segments.find((other) => other.base.offset > segment.base.offset) ?? null;
  }

  /** Deletes the segments whose events are all older than the retention at `now`, rolling the last one first if need be. */
  async expire(now: number): Promise<void> {
    const horizon = now - this.options.retentionMs;
    if (this.committing) await this.committing;
    if (this.closed) return;
    const last = this.segments[this.segments.length - 1] as Segment;
    if (last.size > 0 && this.committed.enqueuedTime < horizon && this.committing === null) this.roll();
    while (this.segments.length > 1 && (this.segments[1] as Segment).base.previousTime < horizon) {
      fs.rmSync((this.segments.shift() as Segment).path, { force: true });
    }
  }

  /** Waits for what is pending and closes the file. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    while (this.committing) await this.committing;
    this.writer.close();
  }

  private firstTime(index: number): number {
    let time = Infinity;
    const segment = this.segments[index] as Segment;
    if (segment.size === 0) return time;
    const cursor = new Cursor(this, { segment, position: 0 });
    time = cursor.next()?.enqueuedTime ?? time;
    cursor.close();
    return time;
  }

  private async commit(): Promise<void> {
    // Whatever else comes in this turn of the event loop shares the first sync too.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.pending.length > 0) {
      const group = this.pending;
      this.pending = [];
      try {
        if (this.writer.segment.size >= this.options.segmentBytes) this.roll();
        await this.writer.append(group.map(({ records }) => records));
      } catch (error) {
        this.refuse(group, error as Error);
        continue;
      }
      this.publish(group);
    }
    this.committing = null;
  }

  private publish(group: readonly PendingAppend[]): void {
    const { segment } = this.writer;
    for (const { sequence, offsets, end } of group) {
      offsets.forEach((offset, i) => segment.note(sequence + i, end.enqueuedTime, offset - segment.base.offset));
    }
    const { sequence, offset, enqueuedTime } = (group[group.length - 1] as PendingAppend).end;
    this.committed = { sequence, offset, enqueuedTime };
    for (const append of group) append.done();
    for (const listener of this.listeners) listener();
  }

  /** The numbers of refused events are given out again, so nothing that counts on them may be written. */
  private refuse(group: readonly PendingAppend[], error: Error): void {
    const refused = [...group, ...this.pending];
    this.pending = [];
    this.tail = { ...this.committed, nextOffset: this.writer.segment.endOffset };
    for (const append of refused) append.done(error);
  }

  private roll(): void {
    const { sequence, offset, enqueuedTime } = this.committed;
    const base = {
      sequence: sequence + 1,
      offset: this.writer.segment.endOffset,
      previousOffset: Math.max(offset, 0),
      previousTime: enqueuedTime,
    };
    const segment = new Segment(this.directory, base);
    const writer = SegmentWriter.open(segment);
    this.writer.close();
    this.writer = writer;
    this.segments.push(segment);
  }
}

/** Finds the end of the last segment and what is torn behind it; `segment.size` becomes the sound size. */
function recover(segment: Segment): LogEnd {
  const { sequence, previousOffset, previousTime, offset } = segment.base;
  let end: LogEnd = { sequence: sequence - 1, offset: sequence === 0 ? -1 : previousOffset, enqueuedTime: previousTime };
  segment.size = segment.scan((entry) => {
    end = { sequence: entry.sequence, offset: offset + entry.position, enqueuedTime: entry.enqueuedTime };
  }, true);
  return end;
}
