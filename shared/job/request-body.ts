import { gunzipSync, inflateSync } from 'node:zlib';
import { QueryError, WeirError } from '../errors';

/** The body of a request that publishes events, and what its headers say of it. */
export interface PublishRequest {
  body: Uint8Array;
  /** The headers Content-Type and Content-Encoding; null when absent. */
  contentType: string | null;
  contentEncoding: string | null;
}

/** How the events stand in a body: as JSON (one object, an array, or one a line), as CSV with a header line, or the body is one event as it is. */
export type BodyKind = 'json' | 'csv' | 'bytes';

/** What curl and browsers say when nobody told them is taken for JSON too. */
const KINDS: Record<string, BodyKind> = {
  '': 'json',
  'application/json': 'json',
  'text/json': 'json',
  'application/x-ndjson': 'json',
  'application/ndjson': 'json',
  'application/jsonl': 'json',
  'text/plain': 'json',
  'application/x-www-form-urlencoded': 'json',
  'text/csv': 'csv',
  'application/csv': 'csv',
  'application/octet-stream': 'bytes',
};

/** The body without its compression. Throws a WeirError or QueryError that says what is wrong with the request. */
export function readBody({ body, contentType, contentEncoding }: PublishRequest, maxBytes: number): { kind: BodyKind; bytes: Uint8Array } {
  const type = (contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const kind = Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
  if (!kind) throw new WeirError('unsupported-type', `a body of type ${type} cannot be read; send application/json, application/x-ndjson, text/csv, or application/octet-stream for one event as it is`, 'dead-letter');
  const bytes = decompressed(body, (contentEncoding ?? '').trim().toLowerCase(), maxBytes);
  if (bytes.byteLength > maxBytes) throw tooLarge(maxBytes);
  if (bytes.byteLength === 0) throw new QueryError('empty-event', 'the request has no body; send a JSON object, an array of objects, or one object a line');
  return { kind, bytes };
}

function tooLarge(maxBytes: number): WeirError {
  return new WeirError('body-too-large', `the body is longer than the ${maxBytes} bytes that one request may have; send the events in several`, 'dead-letter');
}

function decompressed(body: Uint8Array, encoding: string, maxBytes: number): Uint8Array {
  if (encoding === '' || encoding === 'identity') return body;
  if (encoding !== 'gzip' && encoding !== 'deflate') throw new WeirError('unsupported-type', `a body in the encoding ${encoding} cannot be read; send it as gzip, deflate, or as it is`, 'dead-letter');
  try {
    return encoding === 'gzip' ? gunzipSync(body, { maxOutputLength: maxBytes }) : inflateSync(body, { maxOutputLength: maxBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new QueryError('invalid-compression', `the body is declared ${encoding}, but cannot be decompressed: ${(error as Error).message}`);
  }
}
