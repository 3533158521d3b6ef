import type { InputEvent } from '../event';
import type { SqlRecord, Ticks } from '../values/value';

/** Where the bytes of each event are. */
export interface EventSpans {
  /** What event `i` is in: `bodies[i]`, or the one piece of memory that all are in. */
  bodies: readonly Uint8Array[] | Uint8Array;
  /** It begins at `from[offset + i]` and ends before `to[offset + i]`: batches of one piece may have their lists in common. */
  from: readonly number[];
  to: readonly number[];
  offset: number;
}

export function bodyOf({ bodies }: EventSpans, i: number): Uint8Array {
  return bodies instanceof Uint8Array ? bodies : (bodies[i] as Uint8Array);
}

/**
 * A list of the same number, as it is for all events of a batch. Made by pushing, it has no holes, and of a fraction it is one of plain doubles; other ways make lists with an
 * object for each number that is written into them (docs/decisions/2026-11-24-columns-from-bytes.md).
 */
export function repeated(value: number, count: number): number[] {
  const list: number[] = [];
  for (let i = 0; i < count; i++) list.push(value);
  return list;
}

/**
 * Events of one batch in columns: a source that reads many from one piece of memory makes no object for each, nor does the engine for those that are in order.
 *
 *     events.length = 3, sequenceNumbers = [7, 8, 9], spans = { bodies: file, from: [0, 264, 528, 792], to: [263, 527, 791, 1055], offset: 0 }
 */
export class EventColumns {
  /**
   * @param sequenceNumbers positions in the partition, growing; contiguous unless the batch says what comes before it
   * @param enqueued arrival of each
   * @param metadata for GetMetadataPropertyValue, see {@link InputEvent}
   */
  constructor(
    readonly sequenceNumbers: readonly number[],
    readonly enqueued: readonly Ticks[],
    readonly spans: EventSpans,
    private readonly metadata?: readonly (SqlRecord | undefined)[],
  ) {}

  static of(events: readonly InputEvent[]): EventColumns {
    const spans = { bodies: events.map(({ body }) => body), from: events.map(({ from = 0 }) => from), to: events.map(({ body, to = body.byteLength }) => to), offset: 0 };
    const metadata = events.some((event) => event.metadata) ? events.map((event) => event.metadata) : undefined;
    return new EventColumns(
      events.map(({ sequenceNumber }) => sequenceNumber),
      events.map(({ enqueued }) => enqueued),
      spans,
      metadata,
    );
  }

  get length(): number {
    return this.sequenceNumbers.length;
  }

  get first(): number {
    return this.sequenceNumbers[0] as number;
  }

  get last(): number {
    return this.sequenceNumbers[this.length - 1] as number;
  }

  /** As a list's slice; `start`: negative from the end. */
  slice(start: number, end?: number): EventColumns {
    const { bodies, offset } = this.spans;
    const cut = <T>(list: readonly T[]): T[] => list.slice(start, end);
    const first = start < 0 ? Math.max(0, this.length + start) : start;
    const spans = { ...this.spans, bodies: bodies instanceof Uint8Array ? bodies : cut(bodies), offset: offset + first };
    return new EventColumns(cut(this.sequenceNumbers), cut(this.enqueued), spans, this.metadata && cut(this.metadata));
  }

  /** Event `i` by itself. */
  at(i: number): InputEvent {
    const { from, to, offset } = this.spans;
    const metadata = this.metadata?.[i];
    const [sequenceNumber, enqueued] = [this.sequenceNumbers[i] as number, this.enqueued[i] as Ticks];
    return { sequenceNumber, enqueued, body: bodyOf(this.spans, i), from: from[offset + i], to: to[offset + i], ...(metadata ? { metadata } : {}) };
  }
}
