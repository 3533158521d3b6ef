/** A publisher in a process of its own: makes its events, says so, and publishes when told to. */
import { EventHubProducerClient } from '@azure/event-hubs';
import { eventsOf, closingEvent, HUB, PARTITIONS, type Load } from './job';
import { encodeBatch, openPublisher, type Publisher } from './publisher';
import { pack, type Data } from '../events';

export interface PublishOptions extends Load {
  connectionString: string;
  /** Through the unmodified EventHubProducerClient instead of batches that are encoded beforehand. */
  sdk: boolean;
  /** Events of a batch. */
  batch: number;
  /** Send each batch when its event time has come, from the start of publishing on. */
  paced: boolean;
}

export interface Published {
  /** Of the first and after the last event, ms since 1970. */
  started: number;
  ended: number;
  /** When each batch was handed over, ms since 1970. */
  sent: number[];
  /** The part of that time in which the process had work, on a processor or waiting for one: 1 is all of it. */
  busy: number;
}

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/** Takes the bodies of a batch as applications have them: as objects. */
async function openSdkPublisher(connectionString: string): Promise<{ send: (partition: number, bodies: readonly unknown[]) => Promise<void>; close: () => Promise<void> }> {
  const producer = new EventHubProducerClient(connectionString, HUB);
  return {
    send: async (partition, bodies) => {
      const batch = await producer.createBatch({ partitionId: String(partition) });
      for (const body of bodies) if (!batch.tryAdd({ body })) throw new Error('a batch has no room for its events; make it smaller');
      await producer.sendBatch(batch);
    },
    close: () => producer.close(),
  };
}

/** A way to send the i-th batch. */
type Send = (i: number, partition: number) => Promise<void>;

async function prepare(data: Data, options: PublishOptions): Promise<{ send: Send; close: () => Promise<void> }> {
  const starts = Array.from({ length: Math.ceil(data.from.length / options.batch) }, (_, i) => i * options.batch);
  const end = (start: number): number => Math.min(start + options.batch, data.from.length);
  if (options.sdk) {
    const sdk = await openSdkPublisher(options.connectionString);
    const batches = starts.map((start) => bodiesOf(data, start, end(start)));
    return { send: (i, partition) => sdk.send(partition, batches[i] as unknown[]), close: sdk.close };
  }
  const batches = starts.map((start) => encodeBatch(data, start, end(start)));
  const publisher: Publisher = await openPublisher(options.connectionString, HUB, PARTITIONS);
  return { send: (i, partition) => publisher.send(partition, batches[i] as Buffer), close: publisher.close };
}

function bodiesOf({ bytes, from, to }: Data, start: number, end: number): unknown[] {
  return Array.from({ length: end - start }, (_, i) => JSON.parse(bytes.toString('utf8', from[start + i], to[start + i])) as unknown);
}

async function publish(options: PublishOptions, send: Send): Promise<Published> {
  const started = Date.now();
  const before = performance.eventLoopUtilization();
  const sent: number[] = [];
  // One batch under way for each partition: they are independent, and a partition's are in order.
  const underWay = new Array<Promise<void>>(PARTITIONS).fill(Promise.resolve());
  for (let i = 0; i * options.batch < options.events; i++) {
    const partition = i % PARTITIONS;
    const due = started + (Math.min(options.events, (i + 1) * options.batch) / options.rate) * 1000;
    if (options.paced && due > Date.now()) await pause(due - Date.now());
    await underWay[partition];
    sent.push(Date.now());
    underWay[partition] = send(i, partition);
  }
  await Promise.all(underWay);
  return { started, ended: Date.now(), sent, busy: performance.eventLoopUtilization(before).utilization };
}

/** In every partition, so that all windows close. */
async function publishClosing({ connectionString }: PublishOptions): Promise<void> {
  const data = pack(1, () => closingEvent().toString());
  const publisher = await openPublisher(connectionString, HUB, PARTITIONS);
  for (let partition = 0; partition < PARTITIONS; partition++) await publisher.send(partition, encodeBatch(data, 0, 1));
  await publisher.close();
}

process.once('message', (options: PublishOptions) => {
  const run = async (): Promise<void> => {
    const { send, close } = await prepare(eventsOf(options), options);
    process.send?.('ready');
    await new Promise((go) => process.once('message', go));
    const published = await publish(options, send);
    await close();
    await publishClosing(options);
    process.send?.(published);
    process.disconnect();
  };
  run().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
process.once('disconnect', () => process.exit());
