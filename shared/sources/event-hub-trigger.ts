/** What the Event Hubs trigger hands to a function → events. The traps are those of Azure's host: see the comments. */
import { WeirError } from '../errors';
import type { InputEvent } from '../event';
import { fromJson } from '../values/json';
import { parseDateTime } from '../values/ticks';
import { DateTime, type SqlRecord, type SqlValue, type Ticks } from '../values/value';
import { iotHubMetadata } from './iot-hub-metadata';

export interface TriggeredEvents {
  partition: string;
  events: InputEvent[];
}

/** One element of `systemPropertiesArray`. The SDK writes all names with a small first letter. */
interface SystemProperties {
  sequenceNumber?: unknown;
  enqueuedTimeUtc?: unknown;
  offset?: unknown;
  partitionKey?: unknown;
  [name: string]: unknown;
}

type TriggerMetadata = Readonly<Record<string, unknown>>;

/**
 * Reads a batch (cardinality many, dataType binary). Only `systemPropertiesArray` is aligned with the events and whole: `partitionKeyArray` leaves out
 * nulls, `sequenceNumberArray` has 64-bit numbers in halves. Throws WeirError when the metadata do not fit the events.
 *
 * @param withMetadata whether the query reads metadata; making them costs about as much as reading the event
 */
export function readTrigger(messages: readonly unknown[], metadata: TriggerMetadata, withMetadata: boolean): TriggeredEvents {
  const partition = (metadata.partitionContext as { partitionId?: unknown } | undefined)?.partitionId;
  const system = metadata.systemPropertiesArray as SystemProperties[] | undefined;
  if (partition === undefined || !Array.isArray(system)) throw unusable('it has no partitionContext or no systemPropertiesArray');
  if (system.length !== messages.length) throw unusable(`it tells of ${system.length} events, but there are ${messages.length}: empty ones are kept only with the capability IncludeEmptyEntriesInMessagePayload, which this host does not know`);
  // Hosts may make each array only when it is read.
  const user = withMetadata ? (metadata.propertiesArray as Record<string, unknown>[] | undefined) : undefined;
  const enqueued = enqueuedReader();
  const events = messages.map((message, i) => {
    const event = readEvent(message, system[i] as SystemProperties, enqueued);
    if (withMetadata) event.metadata = eventMetadata(String(partition), event, system[i] as SystemProperties, user?.[i]);
    return event;
  });
  return { partition: String(partition), events };
}

function unusable(why: string): WeirError {
  return new WeirError('trigger-metadata', `the metadata of the Event Hubs trigger cannot be used: ${why}`, 'retry');
}

/** Reads times, of which events of a batch share many. The host writes them without a zone, and means UTC. */
function enqueuedReader(): (text: unknown) => Ticks | undefined {
  let last: unknown;
  let ticks: Ticks | undefined;
  return (text) => {
    if (text !== last) ticks = typeof text === 'string' ? parseDateTime(text) : undefined;
    last = text;
    return ticks;
  };
}

function readEvent(message: unknown, { sequenceNumber, enqueuedTimeUtc }: SystemProperties, readEnqueued: (text: unknown) => Ticks | undefined): InputEvent {
  const enqueued = readEnqueued(enqueuedTimeUtc);
  if (!Number.isSafeInteger(sequenceNumber) || enqueued === undefined) throw unusable(`an event has the sequence number ${JSON.stringify(sequenceNumber)} and the time ${JSON.stringify(enqueuedTimeUtc)}`);
  return { sequenceNumber: sequenceNumber as number, enqueued, body: bodyOf(message) };
}

const EMPTY = new Uint8Array(0);

/** Binary events are bytes; an empty one may come as null. */
function bodyOf(message: unknown): Uint8Array {
  if (message instanceof Uint8Array) return message;
  if (message === null || message === undefined) return EMPTY;
  return Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
}

/** For GetMetadataPropertyValue(input, '[User].[name]'): https://learn.microsoft.com/stream-analytics-query/getmetadatapropertyvalue */
export function eventMetadata(partition: string, event: InputEvent, system: SystemProperties, user: Record<string, unknown> | undefined): SqlRecord {
  const iotHub = iotHubMetadata(system);
  return {
    EventHub: { ...(plain(system) as SqlRecord), PartitionId: partition, EventEnqueuedUtcTime: new DateTime(event.enqueued), PartitionKey: plain(system.partitionKey), SequenceNumber: event.sequenceNumber, Offset: plain(system.offset) },
    User: (plain(user) ?? {}) as SqlRecord,
    ...(iotHub ? { IoTHub: iotHub } : {}),
  };
}

/** The copy keeps the trigger's own objects as they are, for fromJson replaces members in place. */
function plain(value: unknown): SqlValue {
  return value === undefined ? null : fromJson(structuredClone(value), { booleansAsBit: true });
}

/**
 * Cuts a batch where sequence numbers are missing (a compacted hub), for a delivery stands for all positions from its first to its last.
 *
 *     5 6 7 10 11 → [5 6 7] [10 11]
 */
export function contiguousRuns(events: readonly InputEvent[]): InputEvent[][] {
  const runs: InputEvent[][] = [];
  for (const event of events) {
    const run = runs[runs.length - 1];
    if (run && (run[run.length - 1] as InputEvent).sequenceNumber + 1 === event.sequenceNumber) run.push(event);
    else runs.push([event]);
  }
  return runs;
}
