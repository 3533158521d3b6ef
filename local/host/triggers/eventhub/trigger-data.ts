import type { PackedEvents, LongParts, RpcTypedData } from '../../contract';
import { timeFormatter, toColumns } from '../../worker/packed-events';
import type { ReceivedEvent } from './event-source';

/** What of the trigger's binding decides how events look to the function. */
export interface EventShape {
  /** `dataType: 'binary'` or 'stream': bytes, otherwise text. */
  binary: boolean;
  /** Keep events with an empty body in a batch (capability IncludeEmptyEntriesInMessagePayload). */
  keepEmpty: boolean;
  partition: { fullyQualifiedNamespace: string; eventHubName: string; consumerGroup: string; partitionId: string };
}

type TriggerData = { data: RpcTypedData; metadata: Record<string, RpcTypedData> };

/**
 * A batch as the .NET host sends it to a language worker, quirks included: events with empty bodies and null partition keys
 * are dropped from their arrays (so arrays need not align), sequence numbers are split into two halves, and times have no
 * zone. `SystemPropertiesArray` is complete and aligned with the batch as received.
 *
 * The JSON is put together by hand: with JSON.stringify over objects it would cost about as much as running the function.
 */
export function batchData(events: readonly ReceivedEvent[], shape: EventShape): TriggerData {
  const bodies = shape.keepEmpty ? events : events.filter((event) => event.body.length > 0);
  const formatTime = timeFormatter();
  const times = events.map((event) => `"${formatTime(event.enqueuedTime)}"`);
  return {
    data: shape.binary ? { collectionBytes: { bytes: bodies.map((event) => event.body) } } : { collectionString: { string: bodies.map((event) => text(event.body)) } },
    metadata: {
      PartitionContext: partitionContext(shape),
      PartitionKeyArray: { collectionString: { string: events.flatMap((event) => event.partitionKey ?? []) } },
      OffsetArray: { collectionString: { string: events.map((event) => event.offset) } },
      SequenceNumberArray: { collectionSint64: { sint64: events.map((event) => toLong(event.sequenceNumber)) } },
      EnqueuedTimeUtcArray: { json: `[${times.join(',')}]` },
      PropertiesArray: { json: `[${events.map((event) => properties(event.properties)).join(',')}]` },
      SystemPropertiesArray: { json: `[${events.map((event, index) => systemProperties(event, times[index]!)).join(',')}]` },
    },
  };
}

/** The same for a runtime in this process: in columns where they can say it. */
export function batchForThread(events: readonly ReceivedEvent[], shape: EventShape): TriggerData & { events?: PackedEvents } {
  const columns = shape.binary && shape.keepEmpty ? toColumns(events) : null;
  return columns === null ? batchData(events, shape) : { data: {}, metadata: { PartitionContext: partitionContext(shape) }, events: columns };
}

/** One event, for `cardinality: 'one'`. */
export function singleData(event: ReceivedEvent, shape: EventShape): TriggerData {
  const time = `"${timeFormatter()(event.enqueuedTime)}"`;
  return {
    data: shape.binary ? { bytes: event.body } : { string: text(event.body) },
    metadata: {
      PartitionContext: partitionContext(shape),
      PartitionKey: event.partitionKey === null ? {} : { string: event.partitionKey },
      Offset: { string: event.offset },
      SequenceNumber: { json: String(event.sequenceNumber) },
      EnqueuedTimeUtc: { json: time },
      Properties: { json: properties(event.properties) },
      SystemProperties: { json: systemProperties(event, time) },
    },
  };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function partitionContext({ partition }: EventShape): RpcTypedData {
  return {
    json: JSON.stringify({
      FullyQualifiedNamespace: partition.fullyQualifiedNamespace,
      EventHubName: partition.eventHubName,
      ConsumerGroup: partition.consumerGroup,
      PartitionId: partition.partitionId,
    }),
  };
}

/** 5000000000 -> {low: 705032704, high: 1}: the 64-bit number in two's complement halves. */
export function toLong(value: number): LongParts {
  return { low: value | 0, high: Math.floor(value / 2 ** 32) | 0, unsigned: false };
}

function properties(values: Record<string, unknown>): string {
  return isEmpty(values) ? '{}' : JSON.stringify(values, writeBigInt);
}

function systemProperties(event: ReceivedEvent, time: string): string {
  const others = isEmpty(event.systemProperties) ? '' : `${JSON.stringify(named(event.systemProperties), writeBigInt).slice(1, -1)},`;
  const key = event.partitionKey === null ? 'null' : JSON.stringify(event.partitionKey);
  return `{${others}"SequenceNumber":${event.sequenceNumber},"Offset":${JSON.stringify(event.offset)},"PartitionKey":${key},"EnqueuedTimeUtc":${time}}`;
}

/** Under .NET's names, which are those of AMQP (`messageId` → `message-id`), and IoT Hub's time as the DateTime that it is there. */
function named(properties: Record<string, unknown>): Record<string, unknown> {
  const renamed: Record<string, unknown> = {};
  for (const name of Object.keys(properties)) {
    const value = properties[name];
    renamed[AMQP_NAMES.get(name) ?? name] = name === 'iothub-enqueuedtime' && typeof value === 'number' ? new Date(value).toISOString() : value;
  }
  return renamed;
}

const AMQP_PROPERTIES = ['messageId', 'userId', 'replyTo', 'correlationId', 'contentType', 'contentEncoding', 'absoluteExpiryTime', 'creationTime', 'groupId', 'groupSequence', 'replyToGroupId'];
const AMQP_NAMES = new Map(AMQP_PROPERTIES.map((name) => [name, name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)]));

function isEmpty(object: object): boolean {
  for (const _key in object) return false;
  return true;
}

function writeBigInt(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}
