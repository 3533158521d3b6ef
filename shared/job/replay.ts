import type { InputEvent } from '../event';
import type { SourceBatch } from '../sources/source';
import type { Ticks } from '../values/value';

/** Passes over the events that no row of this version of the job needs: those that arrived before `least`. Arrivals only grow within a partition. */
export class Replay {
  /** By partition and life of the hub: the first event that is needed. */
  private readonly starts = new Map<string, number>();

  constructor(private readonly least: Ticks | undefined) {}

  /** What is needed of a batch, undefined when nothing is. It tells the entity not to wait for what comes before. */
  wanted(batch: SourceBatch): SourceBatch | undefined {
    const { least } = this;
    if (least === undefined) return batch;
    const events = batch.events.filter(({ enqueued }) => enqueued >= least);
    const key = `${batch.partition} ${batch.epoch ?? ''}`;
    if (events.length < batch.events.length) this.starts.set(key, (batch.events[batch.events.length - events.length - 1] as InputEvent).sequenceNumber + 1);
    if (events.length === 0) return undefined;
    const start = this.starts.get(key);
    return start === undefined ? batch : { ...batch, events, begin: Math.max(start, batch.begin ?? start) };
  }
}
