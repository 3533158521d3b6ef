import { Writer } from './encode';
import type { AmqpMap } from './performatives';
import { readSection, readSections, section } from './sections';
import { Typed } from './types';

/** A request to, or a reply from, a node such as `$cbs` or `$management`. */
export interface NodeMessage {
  messageId: unknown;
  correlationId: unknown;
  replyTo: string | null;
  applicationProperties: AmqpMap;
  body: unknown;
}

const MESSAGE_ID = 0;
const REPLY_TO = 4;
const CORRELATION_ID = 5;
const PROPERTY_COUNT = 13;

/** Decodes a message whole. Throws `amqp:decode-error`. */
export function decodeMessage(bytes: Buffer): NodeMessage {
  const sections = readSections(bytes);
  const properties = readSection(bytes, sections, section.properties);
  const list: unknown[] = Array.isArray(properties) ? properties : [];
  const applicationProperties = readSection(bytes, sections, section.applicationProperties);
  const replyTo = list[REPLY_TO];
  return {
    messageId: list[MESSAGE_ID] ?? null,
    replyTo: typeof replyTo === 'string' ? replyTo : null,
    correlationId: list[CORRELATION_ID] ?? null,
    applicationProperties: applicationProperties instanceof Map ? applicationProperties : new Map(),
    body: readSection(bytes, sections, section.value) ?? null,
  };
}

/** Encodes a message with an amqp-value body. Values carry their types as Writer wants them. */
export function encodeMessage(message: Partial<NodeMessage>): Buffer {
  const writer = new Writer();
  const properties: unknown[] = new Array(PROPERTY_COUNT).fill(null);
  properties[MESSAGE_ID] = message.messageId ?? null;
  properties[REPLY_TO] = message.replyTo ?? null;
  properties[CORRELATION_ID] = asIdentifier(message.correlationId);
  writer.descriptor(section.properties);
  writer.write(properties);
  writer.descriptor(section.applicationProperties);
  writer.write(message.applicationProperties ?? new Map());
  writer.descriptor(section.value);
  writer.write(message.body ?? null);
  return writer.bytes();
}

/** A message id comes decoded and goes back as it was: text, bytes or (the one numeric kind) ulong. */
function asIdentifier(id: unknown): unknown {
  return typeof id === 'number' || typeof id === 'bigint' ? new Typed('ulong', id) : (id ?? null);
}
