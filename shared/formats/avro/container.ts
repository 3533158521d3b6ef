/** Avro object container files, which carry their schema: https://avro.apache.org/docs/1.12.0/specification/#object-container-files */
import { inflateRawSync } from 'node:zlib';
import { messageOf } from '../../errors';
import { isRecord, type SqlRecord } from '../../values/value';
import { Cursor, invalidAvro, text } from './cursor';
import { readerOf, type Read } from './schema';

export interface AvroOptions {
  /** Compatibility level 1.2 and up reads true and false as bit. */
  booleansAsBit: boolean;
  /** The longest block after decompression, in bytes. */
  maxBlock: number;
  /** Reads no further than this block; default all. */
  blocks?: number;
}

const MAGIC = 'Obj\u0001';
const SYNC = 16;
/** Schemas read last, by their text: events of one input have one or a few. */
const SCHEMAS = new Map<string, Read>();
const MAX_SCHEMAS = 100;

/** The records of a container. Throws QueryError `invalid-avro` for anything else, also for codecs other than null and deflate. */
export function decodeAvro(bytes: Uint8Array, options: AvroOptions): SqlRecord[] {
  const cursor = new Cursor(bytes);
  if (bytes.byteLength < MAGIC.length || text(cursor.take(MAGIC.length)) !== MAGIC) throw invalidAvro('it does not begin as an object container file, which carries its schema');
  const header = readHeader(cursor);
  const read = schemaOf(text(header.get('avro.schema') ?? new Uint8Array()), options.booleansAsBit);
  const codec = text(header.get('avro.codec') ?? Buffer.from('null'));
  const sync = text(cursor.take(SYNC));
  const records: SqlRecord[] = [];
  for (let blocks = options.blocks ?? Infinity; blocks > 0 && !cursor.isAtEnd; blocks--) {
    const count = cursor.count();
    readBlock(new Cursor(decompress(cursor.block(), codec, options.maxBlock)), count, read, records);
    if (text(cursor.take(SYNC)) !== sync) throw invalidAvro('a block does not end with the sync marker');
  }
  return records;
}

function readHeader(cursor: Cursor): Map<string, Uint8Array> {
  const header = new Map<string, Uint8Array>();
  for (let count = cursor.count(); count !== 0; count = cursor.count()) {
    if (count < 0) cursor.long();
    for (let i = Math.abs(count); i > 0; i--) header.set(cursor.string(), cursor.block());
  }
  return header;
}

function schemaOf(schema: string, booleansAsBit: boolean): Read {
  const key = `${booleansAsBit} ${schema}`;
  const known = SCHEMAS.get(key);
  if (known) return known;
  const read = readerOf(parse(schema), booleansAsBit);
  if (SCHEMAS.size >= MAX_SCHEMAS) SCHEMAS.clear();
  SCHEMAS.set(key, read);
  return read;
}

function parse(schema: string): unknown {
  try {
    return JSON.parse(schema) as unknown;
  } catch (error) {
    throw invalidAvro(`its schema is not JSON: ${messageOf(error)}`);
  }
}

function decompress(block: Uint8Array, codec: string, maxOutputLength: number): Uint8Array {
  if (codec === 'null') return block;
  if (codec !== 'deflate') throw invalidAvro(`its codec ${codec} is not possible; possible are null and deflate`);
  try {
    return inflateRawSync(block, { maxOutputLength });
  } catch (error) {
    throw invalidAvro(`a block cannot be decompressed: ${messageOf(error)}`);
  }
}

function readBlock(cursor: Cursor, count: number, read: Read, records: SqlRecord[]): void {
  for (let i = 0; i < count; i++) {
    const before = cursor.position;
    const value = read(cursor);
    if (!isRecord(value)) throw invalidAvro('its schema is not a record');
    if (cursor.position === before) throw invalidAvro('a record has no fields');
    records.push(value);
  }
  if (!cursor.isAtEnd) throw invalidAvro('a block has more bytes than records');
}
