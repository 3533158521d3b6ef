import { gunzipSync, inflateSync } from 'node:zlib';
import { decodeAvro } from '../formats/avro/container';
import { decodeJson } from '../formats/json';
import { toJsonText } from '../values/json';
import type { SqlRecord } from '../values/value';

/** How the blobs of an input are written. */
export interface BlobFormat {
  format: 'json' | 'csv' | 'avro';
  compression: 'none' | 'gzip' | 'deflate';
}

/** A blob, unpacked, may have this many bytes. */
export const MAX_BLOB = 256 << 20;

/**
 * The events of a blob in its order, each to be decoded by itself: a line of JSON, an element of a JSON array, a row of CSV with the header line before it, a record
 * of Avro as JSON. A blob that is not what it says is one event, which the decoder will refuse.
 */
export function eventsInBlob(blob: Uint8Array, { format, compression }: BlobFormat): Uint8Array[] {
  try {
    const bytes = unpacked(blob, compression);
    if (format === 'avro') return asJson(decodeAvro(bytes, { booleansAsBit: true, maxBlock: MAX_BLOB }));
    const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
    if (format === 'csv') return csvRows(bytes.subarray(start));
    return bytes.find((byte) => byte > 0x20 && byte < 0x80) === BRACKET ? asJson(decodeJson(textOf(bytes), { booleansAsBit: true })) : lines(bytes.subarray(start));
  } catch {
    return [blob.subarray(0, SHOWN)];
  }
}

/** Of a blob that cannot be read, this much goes to the dead letter. */
const SHOWN = 64 << 10;
const [LF, CR, QUOTE, BRACKET] = [0x0a, 0x0d, 0x22, 0x5b];

function unpacked(blob: Uint8Array, compression: BlobFormat['compression']): Uint8Array {
  if (compression === 'none') return blob;
  return compression === 'gzip' ? gunzipSync(blob, { maxOutputLength: MAX_BLOB }) : inflateSync(blob, { maxOutputLength: MAX_BLOB });
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function asJson(records: readonly SqlRecord[]): Uint8Array[] {
  return records.map((record) => Buffer.from(toJsonText(record)));
}

/** Without blank ones. */
function lines(bytes: Uint8Array): Uint8Array[] {
  return cut(bytes, false).filter((line) => line.some((byte) => byte > 0x20));
}

function csvRows(bytes: Uint8Array): Uint8Array[] {
  const [header, ...rows] = cut(bytes, true).filter((row) => row.length > 0);
  return rows.map((row) => Buffer.concat([header as Uint8Array, Buffer.from('\n'), row]));
}

/** Cuts at line breaks; with `quotes`, not within double quotes. */
function cut(bytes: Uint8Array, quotes: boolean): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let start = 0;
  let quoted = false;
  for (let i = 0; i <= bytes.length; i++) {
    if (quotes && bytes[i] === QUOTE) quoted = !quoted;
    if (i < bytes.length && (bytes[i] !== LF || quoted)) continue;
    pieces.push(bytes.subarray(start, i > start && bytes[i - 1] === CR ? i - 1 : i));
    start = i + 1;
  }
  return pieces;
}
