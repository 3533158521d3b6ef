/** What the Kafka trigger hands to a function → events. Shapes: Azure/azure-functions-kafka-extension, KafkaTriggerBindingStrategy. */
import { WeirError } from '../errors';
import type { InputEvent } from '../event';
import { setMember } from '../values/fields';
import { parseDateTime } from '../values/ticks';
import { DateTime, type SqlRecord, type SqlValue } from '../values/value';

/** An event with the partition that it came from: a batch may be of several. */
export interface KafkaEvent extends InputEvent {
  partition: string;
}

/** A 64-bit number as it comes through gRPC. */
interface LongParts {
  low: number;
  high: number;
}

/**
 * Reads a batch (cardinality many, dataType binary). The arrays are aligned with the messages: an empty value comes as an empty entry only with the
 * capability IncludeEmptyEntriesInMessagePayload. Throws WeirError when they do not fit.
 */
export function readKafkaTrigger(messages: readonly unknown[], metadata: Readonly<Record<string, unknown>>, withMetadata: boolean): KafkaEvent[] {
  const arrays = ['offsetArray', 'partitionArray', 'timestampArray'].map((name) => metadata[name] as unknown[] | undefined);
  const [offsets, partitions, timestamps] = arrays as [unknown[], unknown[], unknown[]];
  const wrong = arrays.find((array) => !Array.isArray(array) || array.length !== messages.length);
  if (wrong !== undefined || arrays.includes(undefined)) throw unusable(`it has ${messages.length} messages, but tells of ${arrays.map((array) => array?.length ?? 0).join(', ')} offsets, partitions and timestamps`);
  return messages.map((message, i) => {
    const offset = numberOf(offsets[i]);
    const enqueued = typeof timestamps[i] === 'string' ? parseDateTime(timestamps[i]) : undefined;
    if (!Number.isSafeInteger(offset) || enqueued === undefined || !Number.isInteger(partitions[i])) {
      throw unusable(`a message has the partition ${JSON.stringify(partitions[i])}, the offset ${JSON.stringify(offsets[i])} and the time ${JSON.stringify(timestamps[i])}`);
    }
    const event: KafkaEvent = { partition: String(partitions[i]), sequenceNumber: offset, enqueued, body: bodyOf(message) };
    if (withMetadata) event.metadata = metadataOf(event, metadata, i);
    return event;
  });
}

function unusable(why: string): WeirError {
  return new WeirError('trigger-metadata', `the metadata of the Kafka trigger cannot be used: ${why}`, 'retry');
}

function numberOf(value: unknown): number {
  if (typeof value === 'number') return value;
  const { low, high } = (value ?? {}) as Partial<LongParts>;
  return typeof low === 'number' && typeof high === 'number' ? high * 2 ** 32 + (low >>> 0) : NaN;
}

const EMPTY = new Uint8Array(0);

/** A record without a value (a tombstone) is an event with an empty body. */
function bodyOf(message: unknown): Uint8Array {
  if (message instanceof Uint8Array) return message;
  if (message === null || message === undefined) return EMPTY;
  return Buffer.from(typeof message === 'string' ? message : JSON.stringify(message));
}

/** For GetMetadataPropertyValue(input, 'Kafka.Offset') and the like; headers as text. */
function metadataOf(event: KafkaEvent, metadata: Readonly<Record<string, unknown>>, i: number): SqlRecord {
  const at = (name: string): unknown => (metadata[name] as unknown[] | undefined)?.[i];
  const headers: SqlRecord = {};
  for (const { key, value } of (at('headersArray') as { key?: unknown; value?: unknown }[] | undefined) ?? []) {
    setMember(headers, String(key), typeof value === 'string' ? Buffer.from(value, 'base64').toString('utf8') : null);
  }
  return { Kafka: { Topic: textOf(at('topicArray')), Partition: Number(event.partition), Offset: event.sequenceNumber, Timestamp: new DateTime(event.enqueued), Key: textOf(at('keyArray')), Headers: headers } };
}

function textOf(value: unknown): SqlValue {
  return value === undefined || value === null ? null : typeof value === 'string' ? value : JSON.stringify(value);
}
