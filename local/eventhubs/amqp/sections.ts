import { Reader } from './decode';
import { decodeError } from './error';

/** Descriptor codes of a message's sections (AMQP 1.0 part 3.2), in the order that they must have. */
export const section = {
  header: 0x70,
  deliveryAnnotations: 0x71,
  messageAnnotations: 0x72,
  properties: 0x73,
  applicationProperties: 0x74,
  data: 0x75,
  sequence: 0x76,
  value: 0x77,
  footer: 0x78,
} as const;

/** Where one section of a message lies. */
export interface Section {
  code: number;
  /** Of the section's descriptor. */
  start: number;
  /** Of the section's value. */
  value: number;
  end: number;
}

/** Finds the sections without decoding what is in them. Throws `amqp:decode-error`. */
export function readSections(message: Buffer): Section[] {
  const reader = new Reader(message);
  const sections: Section[] = [];
  let last = 0;
  while (reader.remaining > 0) {
    const start = reader.position;
    const code = reader.descriptor();
    if (code === null || code < section.header || code > section.footer) throw decodeError(start, 'no message section starts here');
    if (code < last) throw decodeError(start, `section 0x${code.toString(16)} comes after 0x${last.toString(16)}`);
    last = code;
    const value = reader.position;
    reader.skip();
    sections.push({ code, start, value, end: reader.position });
  }
  return sections;
}

/** The value of the first section with this code, undefined when there is none. */
export function readSection(message: Buffer, sections: readonly Section[], code: number): unknown {
  const found = sections.find((candidate) => candidate.code === code);
  return found && new Reader(message, found.value, found.end).read();
}

/** The bytes of a data section: a view into the message. Throws `amqp:decode-error` when it is no binary. */
export function dataBytes(message: Buffer, data: Section): Buffer {
  const code = message[data.value];
  // The constructor, then the length in one byte or four.
  if (code !== 0xa0 && code !== 0xb0) throw decodeError(data.value, 'a data section is no binary');
  return message.subarray(data.value + (code === 0xa0 ? 2 : 5), data.end);
}
