import { deflateSync, gzipSync } from 'node:zlib';
import { WeirError } from '../errors';
import { decodeCsv } from '../formats/csv';
import { decodeJson } from '../formats/json';
import { sendAll, type Producer } from '../sinks/event-hub';
import { member } from '../values/fields';
import { toJsonText } from '../values/json';
import type { SqlValue } from '../values/value';
import type { EventHubInput } from './definition';
import type { BodyKind } from './request-body';

/** An event of a published body. */
export interface PublishedEvent {
  body: Buffer;
  partitionKey: string | undefined;
}

/**
 * The events in a body, written as the input declares: each record of JSON (or row of CSV) is an event of a JSON input; to a CSV input, a body of
 * CSV is one event with all its rows. Throws QueryError or WeirError when the body is not what the input takes.
 */
export function eventsOf({ kind, bytes }: { kind: BodyKind; bytes: Uint8Array }, { format, delimiter, compression, partitionKey }: EventHubInput): PublishedEvent[] {
  if (kind === 'bytes') return [{ body: Buffer.from(bytes), partitionKey: undefined }];
  if (format !== 'json') {
    if (kind === format) return [{ body: compressed(bytes, compression), partitionKey: undefined }];
    throw new WeirError('unsupported-type', `the input takes ${format}: send ${format === 'csv' ? 'text/csv with a header line, or ' : ''}application/octet-stream with one event as it is`, 'dead-letter');
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const records = kind === 'csv' ? decodeCsv(text, delimiter === undefined ? {} : { delimiter }) : decodeJson(text, { booleansAsBit: true });
  return records.map((record) => ({ body: compressed(Buffer.from(toJsonText(record)), compression), partitionKey: partitionKey === undefined ? undefined : keyOf(member(record, partitionKey)) }));
}

function compressed(body: Uint8Array, compression: EventHubInput['compression']): Buffer {
  return compression === 'gzip' ? gzipSync(body) : compression === 'deflate' ? deflateSync(body) : Buffer.from(body);
}

/** A partition key is text of at most 128 characters. */
function keyOf(value: SqlValue): string | undefined {
  if (value === null) return undefined;
  return (typeof value === 'string' ? value : toJsonText(value)).slice(0, 128);
}

/** Sends events to the input's hub. Throws WeirError `event-too-large` when one does not fit; the others have been sent then. */
export async function publishEvents(producer: Producer, events: readonly PublishedEvent[]): Promise<void> {
  const byKey = new Map<string | undefined, Buffer[]>();
  for (const { partitionKey, body } of events) {
    const own = byKey.get(partitionKey);
    if (own) own.push(body);
    else byKey.set(partitionKey, [body]);
  }
  let tooLarge = 0;
  for (const [key, bodies] of byKey) tooLarge += (await sendAll(producer, key === undefined ? {} : { partitionKey: key }, bodies.map((body) => ({ body, contentType: 'application/json' })))).length;
  if (tooLarge > 0) throw new WeirError('event-too-large', `${tooLarge} of ${events.length} events are larger than the Event Hub takes; the others were sent`, 'dead-letter');
}
