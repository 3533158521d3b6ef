import { QueryError, WeirError } from '../errors';
import { decodeJson } from '../formats/json';
import { sendAll, type Producer } from '../sinks/event-hub';
import { member } from '../values/fields';
import { toJsonText } from '../values/json';
import type { SqlValue } from '../values/value';
import type { EventHubInput } from './definition';

/** An event of a published body. */
export interface PublishedEvent {
  body: Buffer;
  partitionKey: string | undefined;
}

/**
 * The events in a body that was sent to `POST /api/events/{input}`: an object, an array of objects, or an object a line. An input that is not
 * plain JSON takes the body as one event. Throws QueryError when the body is not what the input takes.
 */
export function eventsOf(body: Uint8Array, { format, compression, partitionKey }: EventHubInput): PublishedEvent[] {
  if (body.byteLength === 0) throw new QueryError('empty-event', 'the request has no body; send a JSON object, an array of objects, or one object a line');
  if (format !== 'json' || compression !== 'none') return [{ body: Buffer.from(body), partitionKey: undefined }];
  const records = decodeJson(Buffer.from(body).toString('utf8'), { booleansAsBit: true });
  return records.map((record) => ({ body: Buffer.from(toJsonText(record)), partitionKey: partitionKey === undefined ? undefined : keyOf(member(record, partitionKey)) }));
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
