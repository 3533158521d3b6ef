import type { InputEvent, OpenColumns } from '../../../shared/event';
import type { EventColumns } from '../../../shared/event/columns';
import type { Decoder } from '../../../shared/runtime/ingest';
import type { SqlRecord, Ticks } from '../../../shared/values/value';

/** Events of a partition, in order. */
export interface InputBatch {
  /** Default `0`. */
  partition?: string;
  events: readonly InputEvent[] | EventColumns;
}

/** An input of a query that runs in this process. */
export interface QueryInput {
  name: string;
  decoder: Decoder;
  /** Reads single columns from the events' bytes, where there are any. */
  openColumns?: OpenColumns;
  /** How many partitions there are; default 1. */
  partitions?: number;
  /** Its events, those of a partition in the order of arrival; each batch has been dealt with when the next is asked for. */
  batches(): Iterable<InputBatch>;
}

/** An event that has been read. What a service notes on one (`IoTHub`, `User`) is a member of its record in a file. */
export interface ArrivedRecord {
  record: SqlRecord;
  arrival: Ticks;
}

/** Events of a batch, as a trigger's are at most. */
export const BATCH_EVENTS = 1_000;
const EMPTY = new Uint8Array(0);

/** Events that are records already, in the order of arrival: the decoder hands them over one by one in the order in which they are read. */
export function recordsInput(name: string, events: readonly ArrivedRecord[]): QueryInput {
  let next = 0;
  return {
    name,
    decoder: () => [(events[next++] as ArrivedRecord).record],
    *batches() {
      next = 0;
      for (let start = 0; start < events.length; start += BATCH_EVENTS) {
        yield { events: events.slice(start, start + BATCH_EVENTS).map(({ record, arrival }, i): InputEvent => ({ sequenceNumber: start + i, enqueued: arrival, body: EMPTY, metadata: record })) };
      }
    },
  };
}
