import { Reader } from '../amqp/decode';
import { encode } from '../amqp/encode';
import { Described, Typed, Uuid } from '../amqp/types';
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

/** Decodes a received message but for its body, a view into it. Throws `amqp:decode-error`. */
export function decodeRawEvent(message: Buffer): RawEvent {
  return readPlainEvent(message) ?? readEvent(message);
}

const keyOf = (name: string): Buffer => encode(new Typed('symbol', name));
/** What an event without anything of its own but a body begins with: annotations 32 bits wide, six of them. */
const BEFORE_SEQUENCE = Buffer.concat([keyOf('x-opt-sequence-number'), Buffer.of(0x81)]);
const BEFORE_OFFSET = Buffer.concat([keyOf('x-opt-offset'), Buffer.of(0xa1)]);
const BEFORE_TIME = Buffer.concat([keyOf('x-opt-enqueued-time'), Buffer.of(0x83)]);
const MAP_HEAD = 12;

function isAt(message: Buffer, at: number, bytes: Buffer): boolean {
  if (at + bytes.length > message.length) return false;
  for (let i = 0; i < bytes.length; i++) if (message[at + i] !== bytes[i]) return false;
  return true;
}

/** The event when it has no properties, key or annotations of its own, as this emulator sends it; null for any other. Most events are like that, and this is ten times as fast. */
function readPlainEvent(message: Buffer): RawEvent | null {
  if (message.length < MAP_HEAD || message.readUInt32BE(0) !== 0x005372d1 || message.readUInt32BE(8) !== 6) return null;
  if (!isAt(message, MAP_HEAD, BEFORE_SEQUENCE)) return null;
  const sequence = MAP_HEAD + BEFORE_SEQUENCE.length;
  const offset = sequence + 8 + BEFORE_OFFSET.length;
  if (!isAt(message, sequence + 8, BEFORE_OFFSET)) return null;
  const offsetEnd = offset + 1 + (message[offset] ?? 0);
  if (!isAt(message, offsetEnd, BEFORE_TIME)) return null;
  const time = offsetEnd + BEFORE_TIME.length;
  const data = time + 8;
  // Nothing but one data section with a binary that ends where the message does.
  if (message.readUInt32BE(4) !== data - 8 || data + 8 > message.length || message.readUInt32BE(data) >>> 8 !== 0x005375) return null;
  const long = message[data + 3] === 0xb0;
  const body = data + (long ? 8 : 5);
  const length = long ? message.readUInt32BE(data + 4) : (message[data + 4] as number);
  if ((!long && message[data + 3] !== 0xa0) || body + length !== message.length) return null;
  return {
    sequenceNumber: readLong(message, sequence),
    offset: message.toString('latin1', offset + 1, offsetEnd),
    enqueuedTime: readLong(message, time),
    partitionKey: null,
    properties: NONE,
    systemProperties: NONE,
    body: message.subarray(body),
  };
}

/** Shared by all that have none. */
const NONE: Record<string, unknown> = Object.freeze({});

function readLong(bytes: Buffer, at: number): number {
  return bytes.readInt32BE(at) * 0x1_0000_0000 + bytes.readUInt32BE(at + 4);
}

function readEvent(message: Buffer): RawEvent {
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
