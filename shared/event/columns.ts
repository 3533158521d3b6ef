import type { InputEvent } from '../event';
import type { SqlRecord, Ticks } from '../values/value';

/** Where the bytes of each event are: from `from[i]` on and before `to[i]` in `bodies[i]`. */
export interface EventSpans {
  bodies: readonly Uint8Array[];
  from: readonly number[];
  to: readonly number[];
}

/**
 * Events of one batch in columns: a source that reads many from one piece of memory makes no object for each, nor does the engine for those that are in order.
 *
 *     events.length = 3, sequenceNumbers = [7, 8, 9], spans.bodies = [file, file, file], spans.from = [0, 264, 528], spans.to = [263, 527, 791]
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
    const spans = { bodies: events.map(({ body }) => body), from: events.map(({ from = 0 }) => from), to: events.map(({ body, to = body.byteLength }) => to) };
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

  slice(start: number, end?: number): EventColumns {
    const { bodies, from, to } = this.spans;
    const cut = <T>(list: readonly T[]): T[] => list.slice(start, end);
    return new EventColumns(cut(this.sequenceNumbers), cut(this.enqueued), { bodies: cut(bodies), from: cut(from), to: cut(to) }, this.metadata && cut(this.metadata));
  }

  /** Event `i` by itself. */
  at(i: number): InputEvent {
    const { bodies, from, to } = this.spans;
    const metadata = this.metadata?.[i];
    return { sequenceNumber: this.sequenceNumbers[i] as number, enqueued: this.enqueued[i] as Ticks, body: bodies[i] as Uint8Array, from: from[i], to: to[i], ...(metadata ? { metadata } : {}) };
  }
}
