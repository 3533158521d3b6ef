import { Reader } from '../amqp/decode';
import { Described, Uuid } from '../amqp/types';
import { dataBytes, readSections, section } from '../amqp/sections';
import type { Section } from '../amqp/sections';

/** An event as it came, its body not decoded. */
export interface RawEvent {
  sequenceNumber: number;
  offset: string;
  /** Milliseconds since the epoch. */
  enqueuedTime: number;
  partitionKey: string | null;
  /** Application properties. Timestamps are milliseconds since the epoch, integers beyond 2^53 are text. */
  properties: Record<string, unknown>;
  /** Other message annotations, and the message properties that are set under the SDK's names (messageId, contentType…). */
  systemProperties: Record<string, unknown>;
  /** Data sections joined; any other body as JSON text. */
  body: Uint8Array;
}

/** The SDK's names of the message properties, in the order of the wire (AMQP 1.0 part 3.2.4). */
const PROPERTY_NAMES = [
  'messageId',
  'userId',
  'to',
  'subject',
  'replyTo',
  'correlationId',
  'contentType',
  'contentEncoding',
  'absoluteExpiryTime',
  'creationTime',
  'groupId',
  'groupSequence',
  'replyToGroupId',
];

/** Decodes a received message but for its body. Throws `amqp:decode-error`. */
export function decodeRawEvent(message: Buffer): RawEvent {
  const event: RawEvent = {
    sequenceNumber: -1,
    offset: '',
    enqueuedTime: 0,
    partitionKey: null,
    properties: {},
    systemProperties: {},
    body: EMPTY,
  };
  const bodies: Section[] = [];
  for (const part of readSections(message)) {
    if (part.code === section.messageAnnotations) readAnnotations(event, new Reader(message, part.value, part.end));
    else if (part.code === section.properties) readProperties(event, new Reader(message, part.value, part.end));
    else if (part.code === section.applicationProperties) event.properties = toPlain(new Reader(message, part.value, part.end).read()) as Record<string, unknown>;
    else if (part.code >= section.data && part.code <= section.value) bodies.push(part);
  }
  event.body = readBody(message, bodies);
  return event;
}

const EMPTY = Buffer.alloc(0);

function readAnnotations(event: RawEvent, reader: Reader): void {
  const { count } = reader.compound();
  for (let i = 0; i < count; i += 2) {
    const name = String(reader.read());
    const value = toPlain(reader.read());
    switch (name) {
      case 'x-opt-sequence-number':
        event.sequenceNumber = Number(value);
        break;
      case 'x-opt-offset':
        event.offset = String(value);
        break;
      case 'x-opt-enqueued-time':
        event.enqueuedTime = Number(value);
        break;
      case 'x-opt-partition-key':
        event.partitionKey = value === null ? null : String(value);
        break;
      default:
        define(event.systemProperties, name, value);
    }
  }
}

function readProperties(event: RawEvent, reader: Reader): void {
  const { count } = reader.compound();
  for (let i = 0; i < Math.min(count, PROPERTY_NAMES.length); i++) {
    const value = toPlain(reader.read());
    if (value !== null) event.systemProperties[PROPERTY_NAMES[i] as string] = value;
  }
}

function readBody(message: Buffer, bodies: readonly Section[]): Buffer {
  const [first] = bodies;
  if (!first) return EMPTY;
  if (first.code === section.data) {
    return bodies.length === 1 ? dataBytes(message, first) : Buffer.concat(bodies.map((part) => dataBytes(message, part)));
  }
  const values = bodies.map((part) => toPlain(new Reader(message, part.value, part.end).read()));
  const value = first.code === section.value ? values[0] : values.flat(1);
  return Buffer.from(JSON.stringify(value, binaryAsBase64));
}

function binaryAsBase64(_key: string, value: unknown): unknown {
  const buffer = value as { type?: unknown; data?: unknown } | null;
  return buffer?.type === 'Buffer' && Array.isArray(buffer.data) ? Buffer.from(buffer.data as number[]).toString('base64') : value;
}

/** Maps as objects, descriptors dropped, big integers as text: what JSON can say. */
function toPlain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  if (Array.isArray(value)) return value.map(toPlain);
  if (value instanceof Described) return toPlain(value.value);
  if (value instanceof Uuid) return value.toString();
  const record: Record<string, unknown> = {};
  for (const [key, entry] of value as Map<unknown, unknown>) define(record, String(key), toPlain(entry));
  return record;
}

/** Sets a property of any name, `__proto__` too. */
function define(record: Record<string, unknown>, name: string, value: unknown): void {
  if (name === '__proto__') Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
  else record[name] = value;
}
