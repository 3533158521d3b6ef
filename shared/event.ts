import type { EventColumns } from './event/columns';
import type { SqlRecord, SqlValue, Ticks } from './values/value';

/** One event as a streaming input delivers it, before anything is read from its body. */
export interface InputEvent {
  /** Position in the partition, growing; contiguous unless the batch says what comes before it (`after`). */
  sequenceNumber: number;
  /** Arrival (enqueued) time. */
  enqueued: Ticks;
  body: Uint8Array;
  /** Where in `body` the event's bytes are, when they are not all of it. */
  from?: number;
  to?: number;
  /** Metadata for GetMetadataPropertyValue: `{EventHub: {...}, IoTHub: {...}, User: {...}}`; absent when there is none. */
  metadata?: SqlRecord;
}

/** Reads some top-level columns of events without decoding the rest. */
export interface ColumnReader {
  /** Reads as many of the events from `start` on as it can hold, at least one; gives how many. */
  open(events: EventColumns, start: number): number;
  /**
   * Fills `into` from event `start + k`, one value per column, NULL where there is none. False when the event is out of the ordinary: then it must be decoded
   * as a whole, and `into` says nothing.
   */
  take(k: number, into: SqlValue[]): boolean;
  /** How many of the `count` events from `start + k` on are ordinary, one behind the other. The next two may be asked of those only. */
  ordinary(k: number, count: number): number;
  /** As {@link ticks}, of `count` events, without taking them. */
  times(k: number, count: number): Ticks[];
  /** One column of `count` events. */
  column(column: number, k: number, count: number): SqlValue[];
  /** The value of the time column in the event taken last, whose place in `into` is then NULL; NaN when it was not a time in the usual form. */
  readonly ticks: number;
}

/** Makes a reader; undefined when the format has none. `time`: the column of which only the time is asked for; -1: none. */
export type OpenColumns = (names: readonly string[], time: number) => ColumnReader | undefined;

/** Events of one partition in order, as one trigger invocation gets them. */
export interface EventBatch {
  input: string;
  partition: string;
  /** How many partitions the input has. */
  partitionCount: number;
  /** The first sequence number that the partition still holds, when known: earlier ones can never come. */
  begin?: number;
  /** The first of the numbers right before the batch's first that the partition does not have, when some are missing there. */
  absent?: number;
  /** Where holes are usual (Kafka): the position of the last event before the first one; nothing lies between the events of the batch either. */
  after?: number;
  /** When the hub was made, ms since 1970: sequence numbers start anew in a hub that is deleted and made again. */
  epoch?: number;
  events: readonly InputEvent[] | EventColumns;
}

/** One result row on its way to an output. */
export interface OutputRow {
  /** Position within the writer, see {@link OutputBatch}. */
  n: number;
  /** The row's identity, unique within (job, output): the same row has the same id whenever it is computed again. */
  id: string;
  /** The row's timestamp, System.Timestamp(). */
  t: Ticks;
  values: SqlRecord;
}

/**
 * Rows for one output from one writer. `writer` is an Event Hubs partition (`telemetry.3`) or an entity shard; `first..last` is the
 * range of positions that the batch covers. A batch may come again, also with other boundaries; positions never lie:
 * the same position is always the same row, so a sink overwrites or skips and never appends twice.
 */
export interface OutputBatch {
  output: string;
  writer: string;
  first: number;
  last: number;
  rows: OutputRow[];
}

/** Something that could not be processed, set aside with everything needed to look into it or send it again. */
export interface DeadLetter {
  /** Reason code, e.g. `invalid-json`, `cast-failed`, `late`. */
  reason: string;
  message: string;
  input: string;
  partition: string;
  sequenceNumber: number;
  /** ISO time of arrival. */
  enqueued: string;
  /** The output whose row failed, where it was a row and not an event. */
  output?: string;
  /** Raw bytes of the event in base64, or of the row as JSON text. */
  body: string;
}
