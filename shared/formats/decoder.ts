import { gunzipSync, inflateSync } from 'node:zlib';
import { QueryError } from '../errors';
import type { OpenColumns } from '../event';
import type { SqlRecord } from '../values/value';
import { decodeAvro } from './avro/container';
import { decodeCsv, type CsvOptions } from './csv';
import { decodeJson } from './json';
import { openJsonScan } from './json-scan';

/** How an input's events are written. */
export interface FormatOptions {
  format: 'json' | 'csv' | 'avro';
  compression?: 'none' | 'gzip' | 'deflate';
  csv?: CsvOptions;
  /** Compatibility level 1.2 and up reads true and false as bit. */
  booleansAsBit: boolean;
}

/** The longest body after decompression: a small event must not become a large one. */
const MAX_BODY = 64 * 1024 * 1024;

/** Bytes of an event to its records. Throws QueryError for anything that is not what the input declares. */
export function createDecoder(options: FormatOptions): (body: Uint8Array) => SqlRecord[] {
  return (body) => {
    const bytes = decompress(body, options.compression ?? 'none');
    if (bytes.byteLength === 0) throw new QueryError('empty-event', 'the event has no body');
    if (options.format === 'avro') return decodeAvro(bytes, { booleansAsBit: options.booleansAsBit, maxBlock: MAX_BODY });
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
    return options.format === 'csv' ? decodeCsv(text, options.csv ?? {}) : decodeJson(text, options);
  };
}

function decompress(body: Uint8Array, compression: 'none' | 'gzip' | 'deflate'): Uint8Array {
  if (compression === 'none') return body;
  try {
    return compression === 'gzip' ? gunzipSync(body, { maxOutputLength: MAX_BODY }) : inflateSync(body, { maxOutputLength: MAX_BODY });
  } catch (error) {
    throw new QueryError('invalid-compression', `the event is declared ${compression}, but cannot be decompressed: ${(error as Error).message}`);
  }
}

/** Reads single columns from the bytes of events of this form; undefined where only whole events can be decoded. */
export function openColumnsOf({ format, compression = 'none', booleansAsBit }: FormatOptions): OpenColumns | undefined {
  if (format !== 'json' || compression !== 'none') return undefined;
  // Letters beyond ASCII may change their number with their case.
  return (names, time) => (names.every((name) => /^[\x20-\x7e]*$/.test(name)) ? openJsonScan(names, time, { booleansAsBit }) : undefined);
}
