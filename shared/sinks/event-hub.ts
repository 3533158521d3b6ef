import type { EventData, EventDataBatch, EventHubProducerClient } from '@azure/event-hubs';
import type { OutputBatch, OutputRow } from '../event';
import { member } from '../values/fields';
import { toPlain } from '../values/json';
import { formatDateTime } from '../values/ticks';
import { DateTime, type SqlValue } from '../values/value';
import { forEachBounded } from './bounded';
import { refusedRow } from './dead-letter';
import { messageFault, messageText, type EventHubOptions } from './event-hub-messages';
import { rowIdentity } from './identity';
import type { Sink, WriteContext } from './sink';

/** Hands bodies to the function's Event Hub output binding, which carries nothing but bodies. */
export function createEventHubBindingSink(options: EventHubOptions): Sink {
  return {
    output: options.output,
    write: async (batches, context) => context.bind(options.output, acceptable(batches, options, context).map(({ text }) => text)),
  };
}

export type Producer = Pick<EventHubProducerClient, 'createBatch' | 'sendBatch' | 'close'>;

export interface EventHubSdkOptions extends EventHubOptions {
  producer: Producer;
  /** The column whose value is the messages' partition key. */
  partitionKey?: string;
  /** Columns that also become properties of the message. */
  properties?: readonly string[];
}

/** Messages with the same key are sent in order; this many keys at a time. */
const KEYS_IN_FLIGHT = 8;

/** Sends through the SDK: with partition key, properties and the row's identity as the property `weir-id`. */
export function createEventHubSdkSink(options: EventHubSdkOptions): Sink {
  return {
    output: options.output,
    write: async (batches, context) => {
      const origins = new Map<EventData, { batch: OutputBatch; row: OutputRow }>();
      const byKey = new Map<string | undefined, EventData[]>();
      for (const { batch, row, text } of acceptable(batches, options, context)) {
        const key = options.partitionKey === undefined ? undefined : textOf(member(row.values, options.partitionKey));
        const event: EventData = { body: Buffer.from(text), contentType: 'application/json', properties: propertiesOf(row, options) };
        origins.set(event, { batch, row });
        const events = byKey.get(key);
        if (events) events.push(event);
        else byKey.set(key, [event]);
      }
      await forEachBounded([...byKey], KEYS_IN_FLIGHT, async ([key, events]) => {
        for (const event of await sendAll(options.producer, key === undefined ? {} : { partitionKey: key }, events)) {
          const { batch, row } = origins.get(event) as { batch: OutputBatch; row: OutputRow };
          context.refuse(refusedRow(batch, row, 'row-too-large', `the message is larger than the Event Hub of the output ${options.output} takes`));
        }
      });
    },
    close: () => options.producer.close(),
  };
}

function acceptable(batches: readonly OutputBatch[], options: EventHubOptions, context: WriteContext): { batch: OutputBatch; row: OutputRow; text: string }[] {
  return batches.flatMap((batch) =>
    batch.rows.flatMap((row) => {
      const text = messageText(row, options);
      const fault = messageFault(text);
      if (!fault) return [{ batch, row, text }];
      context.refuse(refusedRow(batch, row, fault.reason, `${fault.message} (output ${options.output})`));
      return [];
    }),
  );
}

/** Where events go: by key, to one partition, or anywhere. */
export type Route = { partitionKey?: string } | { partitionId?: string };

/** Sends events in order, in as few batches as their sizes allow. Gives back those that are too large for this hub. */
export async function sendAll(producer: Producer, route: Route, events: readonly EventData[]): Promise<EventData[]> {
  const tooLarge: EventData[] = [];
  let [batch, inBatch] = [await producer.createBatch(route), [] as EventData[]];
  const send = async (): Promise<void> => {
    tooLarge.push(...(await sendOrSplit(producer, route, batch, inBatch)));
    [batch, inBatch] = [await producer.createBatch(route), []];
  };
  for (const event of events) {
    if (!batch.tryAdd(event)) {
      if (batch.count > 0) await send();
      if (!batch.tryAdd(event)) {
        tooLarge.push(event);
        continue;
      }
    }
    inBatch.push(event);
  }
  if (batch.count > 0) await send();
  return tooLarge;
}

/** A batch that the hub finds too large although the link allowed it is sent event by event; gives back those that are too large alone. */
async function sendOrSplit(producer: Producer, route: Route, batch: EventDataBatch, events: readonly EventData[]): Promise<EventData[]> {
  try {
    await producer.sendBatch(batch);
    return [];
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'MessageTooLargeError') throw error;
  }
  if (events.length === 1) return [...events];
  const tooLarge: EventData[] = [];
  for (const event of events) {
    const single = await producer.createBatch(route);
    if (!single.tryAdd(event)) tooLarge.push(event);
    else tooLarge.push(...(await sendOrSplit(producer, route, single, [event])));
  }
  return tooLarge;
}

function propertiesOf(row: OutputRow, { job, output, identity, properties }: EventHubSdkOptions): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const name of properties ?? []) {
    const value = member(row.values, name);
    // Records and arrays cannot be properties; NULL is told by absence.
    if (value !== null && (typeof value !== 'object' || value instanceof DateTime)) found[name] = toPlain(value);
  }
  return identity === 'property' ? { ...found, 'weir-id': rowIdentity(job, output, row.id) } : found;
}

/** A partition key is text of at most 128 characters. */
function textOf(value: SqlValue): string {
  const text = value instanceof DateTime ? formatDateTime(value.ticks) : String(typeof value === 'object' ? JSON.stringify(toPlain(value)) : value);
  return text.slice(0, 128);
}
