import type { EventBatch, InputEvent } from '../event';
import type { Ticks } from '../values/value';

/** Events of one partition in order, as a source read them. */
export type SourceBatch = Omit<EventBatch, 'input' | 'events'> & { events: InputEvent[] };

/** Where a partition begins and ends now. */
export interface PartitionBounds {
  partition: string;
  /** The first position that is still there. */
  begin: number;
  /** The position of the last event; -1 before the first. */
  last: number;
  /** No event is there: none came yet, or all have expired. */
  isEmpty: boolean;
  /** When the last one arrived; undefined when there was none. */
  lastEnqueued: Ticks | undefined;
}

export interface SourceFacts {
  partitionIds: readonly string[];
  /** When the hub was made, ms since 1970, where that is known. Another time means another hub under the same name, whose positions start anew. */
  made: number | undefined;
}

/** What is asked of a source besides its events. */
export interface SourceProperties {
  /** As they were asked for at most `maxAgeMs` ago; each source has its own default. */
  facts(maxAgeMs?: number): Promise<SourceFacts>;
  bounds(partition: string): Promise<PartitionBounds>;
  close(): Promise<void>;
}

/** What a trigger gives to its function → batches with positions. */
export interface TriggerReader {
  /**
   * Throws or rejects with a WeirError when what the trigger gave cannot be understood.
   *
   * @param withMetadata whether the query reads metadata; making them costs about as much as reading the event
   */
  read(messages: readonly unknown[], metadata: Readonly<Record<string, unknown>>, withMetadata: boolean): Promise<SourceBatch[]>;
}

/** Where an input's events come from. */
export type Source = TriggerReader & SourceProperties;
