import { Reader } from '../amqp/decode';
import { encode } from '../amqp/encode';
import { decodeError } from '../amqp/error';
import { dataBytes, readSections, section } from '../amqp/sections';
import type { Section } from '../amqp/sections';
import { BATCH_FORMAT } from '../amqp/transfer';
import { Typed } from '../amqp/types';
import { RECORD_HEAD, writeRecordHead } from '../log/record';
import type { Place } from '../log/cursor';

/** The message annotations that Event Hubs owns; a producer's own values for the first three are dropped. */
export const annotation = {
  sequenceNumber: 'x-opt-sequence-number',
  offset: 'x-opt-offset',
  enqueuedTime: 'x-opt-enqueued-time',
  partitionKey: 'x-opt-partition-key',
} as const;

/** The annotations of one message: their bytes for the log, and the two kinds that decide something here. */
interface Annotations {
  /** Key, value, key, value… as encoded by the producer, without those that Event Hubs owns. */
  pairs: Buffer[];
  partitionKey: string | null;
  producer: ProducerStamp;
}

/** What an idempotent producer says about an event; null when it does not. */
export interface ProducerStamp {
  id: number | null;
  epoch: number | null;
  sequence: number | null;
}

/** An event as a producer sent it, cut so that a record can be made of it without decoding it. */
export interface IncomingEvent {
  header: Buffer;
  pairs: Buffer[];
  partitionKey: string | null;
  producer: ProducerStamp;
  /** Properties, application properties, body and footer. */
  rest: Buffer;
}

/** The events of one delivery and the key that says where they go, null when any partition will do. */
export interface IncomingBatch {
  events: IncomingEvent[];
  partitionKey: string | null;
}

/**
 * Cuts a delivery into events. In a batch every data section is one encoded message, and the envelope's partition key
 * counts for all. Bodies are never decoded. Throws `amqp:decode-error`.
 */
export function readBatch(message: Buffer, messageFormat: number): IncomingBatch {
  if (messageFormat !== BATCH_FORMAT) {
    const event = readEvent(message, null);
    return { events: [event], partitionKey: event.partitionKey };
  }
  const sections = readSections(message);
  const envelopeKey = readAnnotations(message, sections).partitionKey;
  const events = sections.filter((part) => part.code === section.data).map((part) => readEvent(dataBytes(message, part), envelopeKey));
  if (events.length === 0) throw decodeError(message.length, 'a batch has no data section');
  return { events, partitionKey: envelopeKey ?? events[0]?.partitionKey ?? null };
}

const NOTHING = Buffer.alloc(0);
const NO_STAMP: ProducerStamp = Object.freeze({ id: null, epoch: null, sequence: null });

/** Whether there is nothing in the message but one data section: most events are like that. */
function isOnlyData(message: Buffer): boolean {
  if (message.length < 8 || message.readUInt32BE(0) >>> 8 !== 0x005375) return false;
  return message[3] === 0xb0 ? message.readUInt32BE(4) + 8 === message.length : message[3] === 0xa0 && (message[4] as number) + 5 === message.length;
}

function readEvent(message: Buffer, envelopeKey: string | null): IncomingEvent {
  if (isOnlyData(message)) return { header: NOTHING, pairs: [], partitionKey: envelopeKey, producer: NO_STAMP, rest: message };
  const sections = readSections(message);
  const header = sections.find((part) => part.code === section.header);
  const rest = sections.find((part) => part.code >= section.properties);
  const annotations = readAnnotations(message, sections);
  return {
    header: header ? message.subarray(header.start, header.end) : Buffer.alloc(0),
    pairs: annotations.pairs,
    partitionKey: envelopeKey ?? annotations.partitionKey,
    producer: annotations.producer,
    rest: rest ? message.subarray(rest.start) : Buffer.alloc(0),
  };
}

const OWNED = new Set<unknown>(Object.values(annotation));

function readAnnotations(message: Buffer, sections: readonly Section[]): Annotations {
  const result: Annotations = { pairs: [], partitionKey: null, producer: { id: null, epoch: null, sequence: null } };
  const found = sections.find((part) => part.code === section.messageAnnotations);
  if (!found) return result;
  const reader = new Reader(message, found.value, found.end);
  const { count } = reader.compound();
  for (let i = 0; i < count; i += 2) {
    const start = reader.position;
    const key = reader.read();
    const value = reader.read();
    if (!OWNED.has(key)) result.pairs.push(message.subarray(start, reader.position));
    else if (key === annotation.partitionKey && typeof value === 'string') result.partitionKey = value;
    if (typeof value === 'number') noteProducer(result.producer, key, value);
  }
  return result;
}

/** Link properties and annotations of an idempotent producer. */
export const producerProperty = {
  epoch: 'com.microsoft:producer-epoch',
  id: 'com.microsoft:producer-id',
  sequence: 'com.microsoft:producer-sequence-number',
} as const;

function noteProducer(producer: ProducerStamp, key: unknown, value: number): void {
  if (key === producerProperty.id) producer.id = value;
  else if (key === producerProperty.epoch) producer.epoch = value;
  else if (key === producerProperty.sequence) producer.sequence = value;
}

const KEY = {
  sequence: encode(new Typed('symbol', annotation.sequenceNumber)),
  offset: encode(new Typed('symbol', annotation.offset)),
  time: encode(new Typed('symbol', annotation.enqueuedTime)),
  partitionKey: encode(new Typed('symbol', annotation.partitionKey)),
};

/** Descriptor, map32 constructor, size, count. */
const MAP_HEAD = 3 + 1 + 4 + 4;
/** A long or timestamp with its constructor. */
const EIGHT = 9;

/** The offset of 2^53, the most that there is, with its constructor. */
const MAX_OFFSET_BYTES = 18;
const HEAD = Buffer.from([0x00, 0x53, section.messageAnnotations, 0xd1]);

/** No record of this event has more bytes. */
export function recordBound({ header, partitionKey, pairs, rest }: IncomingEvent): number {
  const fixed = KEY.sequence.length + EIGHT + KEY.offset.length + MAX_OFFSET_BYTES + KEY.time.length + EIGHT;
  // A character has at most three bytes of UTF-8 per unit of UTF-16; a constructor and a length of four.
  const keyed = partitionKey === null ? 0 : KEY.partitionKey.length + 5 + partitionKey.length * 3;
  return RECORD_HEAD + header.length + MAP_HEAD + fixed + keyed + pairs.reduce((sum, pair) => sum + pair.length, 0) + rest.length;
}

/**
 * Writes the log record of an event at its place: header, message annotations (`x-opt-…` first, then the producer's own),
 * then the rest, byte for byte as it came. Gives its size.
 */
export function writeRecord(event: IncomingEvent, place: Place, record: Buffer, start: number): number {
  let at = start + RECORD_HEAD;
  const put = (bytes: Buffer): void => {
    record.set(bytes, at);
    at += bytes.length;
  };
  const putEight = (constructor: number, value: number): void => {
    record[at] = constructor;
    record.writeUInt32BE(Math.floor(value / 0x1_0000_0000), at + 1);
    record.writeUInt32BE(value % 0x1_0000_0000, at + 5);
    at += EIGHT;
  };
  put(event.header);
  const map = at;
  put(HEAD);
  record.writeUInt32BE((event.partitionKey === null ? 6 : 8) + event.pairs.length * 2, map + 8);
  at = map + MAP_HEAD;
  put(KEY.sequence);
  putEight(0x81, place.sequence);
  put(KEY.offset);
  at += writeShortText(record, at, String(place.offset));
  put(KEY.time);
  putEight(0x83, place.enqueuedTime);
  if (event.partitionKey !== null) {
    put(KEY.partitionKey);
    put(encode(event.partitionKey));
  }
  event.pairs.forEach(put);
  record.writeUInt32BE(at - map - 8, map + 4);
  put(event.rest);
  const messageLength = at - start - RECORD_HEAD;
  writeRecordHead(record, start, { sequence: place.sequence, enqueuedTime: place.enqueuedTime, headerLength: event.header.length, messageLength });
  return at - start;
}

/** ASCII of at most 255 characters, as a string with a length of one byte. */
function writeShortText(buffer: Buffer, at: number, text: string): number {
  buffer[at] = 0xa1;
  buffer[at + 1] = text.length;
  for (let i = 0; i < text.length; i++) buffer[at + 2 + i] = text.charCodeAt(i);
  return text.length + 2;
}
