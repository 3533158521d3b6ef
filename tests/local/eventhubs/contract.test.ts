import { randomUUID } from 'node:crypto';
import {
  EventHubBufferedProducerClient,
  EventHubConsumerClient,
  EventHubProducerClient,
  earliestEventPosition,
  latestEventPosition,
} from '@azure/event-hubs';
import type { EventData, EventHubClientOptions, EventPosition, ReceivedEventData, SubscribeOptions } from '@azure/event-hubs';
import { partitionOfKey } from '../../../local/eventhubs/hub/partition-key';
import { quickRetries, startEmulator } from './emulator';
import type { Emulator } from './emulator';

/**
 * What the unmodified SDK must see, of the emulator and of Azure alike: with EVENTHUB_CONNECTION_STRING and EVENTHUB_NAME the
 * same suite runs against that hub (two partitions at least, the consumer group $Default).
 */
const remote = process.env.EVENTHUB_CONNECTION_STRING;
const hub = (remote && process.env.EVENTHUB_NAME) || 'events';
let emulator: Emulator | null = null;
let connectionString = remote ?? '';
let producer: EventHubProducerClient;
let consumer: EventHubConsumerClient;

beforeAll(async () => {
  if (!remote) {
    emulator = await startEmulator();
    connectionString = emulator.connectionString;
  }
  producer = new EventHubProducerClient(connectionString, hub, quickRetries);
  consumer = new EventHubConsumerClient('$Default', connectionString, hub, quickRetries);
});

afterAll(async () => {
  await producer.close();
  await consumer.close();
  await emulator?.dispose();
});

/** Sends to a partition and gives where that partition ended before. */
async function send(partitionId: string, events: EventData[]): Promise<EventPosition> {
  const { lastEnqueuedSequenceNumber } = await producer.getPartitionProperties(partitionId);
  await producer.sendBatch(events, { partitionId });
  return { sequenceNumber: lastEnqueuedSequenceNumber };
}

/** Reads until `count` events have come. */
async function receive(partitionId: string, count: number, options: SubscribeOptions): Promise<ReceivedEventData[]> {
  const received: ReceivedEventData[] = [];
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => void subscription.close().then(settle, reject);
    const subscription = consumer.subscribe(
      partitionId,
      {
        processEvents: async (events) => {
          received.push(...events);
          if (received.length >= count) end(() => resolve(received));
        },
        processError: async (error) => end(() => reject(error)),
      },
      { maxWaitTimeInSeconds: 1, ...options },
    );
  });
}

const bodies = (events: readonly ReceivedEventData[]): unknown[] => events.map((event) => event.body);

describe('properties', () => {
  it('tells the hub', async () => {
    const properties = await producer.getEventHubProperties();
    expect(properties.name.toLowerCase()).toBe(hub.toLowerCase());
    expect(properties.partitionIds.slice(0, 2)).toEqual(['0', '1']);
    expect(Date.now() - properties.createdOn.getTime()).toBeGreaterThanOrEqual(0);
  });

  it('tells where a partition ends', async () => {
    const before = await producer.getPartitionProperties('0');
    await producer.sendBatch([{ body: 1 }, { body: 2 }], { partitionId: '0' });
    const after = await producer.getPartitionProperties('0');
    expect(after.lastEnqueuedSequenceNumber).toBe(before.lastEnqueuedSequenceNumber + 2);
    expect(after.isEmpty).toBe(false);
    expect(Math.abs(after.lastEnqueuedOnUtc.getTime() - Date.now())).toBeLessThan(60_000);
  });

  it('refuses a partition that does not exist', async () => {
    await expect(producer.getPartitionProperties('99')).rejects.toMatchObject({ code: 'ArgumentOutOfRangeError' });
  });
});

describe('sending', () => {
  it('keeps all that an event has', async () => {
    const start = await send('0', [
      {
        body: { text: 'naïve ☃', list: [1, null, true] },
        properties: { text: 'a', whole: 7, fraction: 1.5, yes: true, when: new Date(0) },
        messageId: 'm-1',
        correlationId: 'c-1',
        contentType: 'application/json',
      },
    ]);
    const [event] = await receive('0', 1, { startPosition: start });
    expect(event).toMatchObject({
      body: { text: 'naïve ☃', list: [1, null, true] },
      properties: { text: 'a', whole: 7, fraction: 1.5, yes: true, when: 0 },
      messageId: 'm-1',
      correlationId: 'c-1',
      contentType: 'application/json',
    });
  });

  it.each<[string, unknown]>([
    ['a string', 'text'],
    ['a number', 12.5],
    ['null', null],
    ['bytes', Buffer.from([0, 255, 1])],
    ['a large one', 'x'.repeat(300_000)],
  ])('keeps a body of %s', async (_what, body) => {
    const start = await send('0', [{ body }]);
    expect(bodies(await receive('0', 1, { startPosition: start }))).toEqual([body]);
  });

  it.each(['value', 'sequence', 'data'] as const)('keeps an annotated message with a %s body', async (bodyType) => {
    const body = bodyType === 'data' ? Buffer.from('raw') : ['a', 1];
    const { lastEnqueuedSequenceNumber } = await producer.getPartitionProperties('1');
    await producer.sendBatch([{ body, bodyType, messageAnnotations: { 'x-mine': 'kept' } }], { partitionId: '1' });
    const [event] = await receive('1', 1, { startPosition: { sequenceNumber: lastEnqueuedSequenceNumber } });
    expect(event?.getRawAmqpMessage().bodyType).toBe(bodyType);
    expect(event?.systemProperties).toMatchObject({ 'x-mine': 'kept' });
  });

  it('puts a partition key where the SDKs expect it', async () => {
    const { partitionIds } = await producer.getEventHubProperties();
    const key = randomUUID();
    const partition = String(partitionOfKey(key, partitionIds.length));
    const { lastEnqueuedSequenceNumber } = await producer.getPartitionProperties(partition);
    await producer.sendBatch([{ body: 'keyed' }], { partitionKey: key });
    const [event] = await receive(partition, 1, { startPosition: { sequenceNumber: lastEnqueuedSequenceNumber } });
    expect(event).toMatchObject({ body: 'keyed', partitionKey: key });
  });

  it('spreads events without a key', async () => {
    const ids = (await producer.getEventHubProperties()).partitionIds;
    const ends = (): Promise<number[]> => Promise.all(ids.map(async (id) => (await producer.getPartitionProperties(id)).lastEnqueuedSequenceNumber));
    const before = await ends();
    for (let i = 0; i < ids.length; i++) await producer.sendBatch([{ body: i }]);
    const after = await ends();
    expect(after.map((end, i) => end - (before[i] as number)).reduce((sum, n) => sum + n)).toBe(ids.length);
    if (!remote) expect(after.map((end, i) => end - (before[i] as number))).toEqual(ids.map(() => 1));
  });

  it('takes a full batch and keeps its order', async () => {
    const batch = await producer.createBatch({ partitionId: '1' });
    const { lastEnqueuedSequenceNumber } = await producer.getPartitionProperties('1');
    let count = 0;
    while (batch.tryAdd({ body: { n: count, filler: 'x'.repeat(10_000) } })) count++;
    await producer.sendBatch(batch);
    const events = await receive('1', count, { startPosition: { sequenceNumber: lastEnqueuedSequenceNumber } });
    expect(events.map((event) => (event.body as { n: number }).n)).toEqual(Array.from({ length: count }, (_, i) => i));
    expect(count).toBeGreaterThan(90);
  });

  it('refuses a message that is too large', async () => {
    await expect(producer.sendBatch([{ body: 'x'.repeat(1_100_000) }])).rejects.toMatchObject({ code: 'MessageTooLargeError' });
  });

  it('takes a buffered producer', async () => {
    const errors: unknown[] = [];
    const ends = async (): Promise<number> => (await producer.getPartitionProperties('0')).lastEnqueuedSequenceNumber;
    const before = await ends();
    const buffered = new EventHubBufferedProducerClient(connectionString, hub, { onSendEventsErrorHandler: async (failure) => void errors.push(failure), maxWaitTimeInMs: 50 });
    // Its loop outlives close() by one such interval, 10 s, and the test run with it.
    Object.assign(buffered, { _backgroundManagementInterval: 50 });
    await buffered.enqueueEvents(Array.from({ length: 100 }, (_, i) => ({ body: i })), { partitionId: '0' });
    await buffered.close({ flush: true });
    expect(errors).toEqual([]);
    expect((await ends()) - before).toBe(100);
  });

  it('takes an idempotent producer', async () => {
    // An option that the SDK has and does not declare.
    const options: EventHubClientOptions & { enableIdempotentRetries: boolean } = { enableIdempotentRetries: true, ...quickRetries };
    const idempotent = new EventHubProducerClient(connectionString, hub, options);
    const { lastEnqueuedSequenceNumber } = await producer.getPartitionProperties('0');
    for (let i = 0; i < 3; i++) await idempotent.sendBatch([{ body: `${i}a` }, { body: `${i}b` }], { partitionId: '0' });
    await idempotent.close();
    const events = await receive('0', 6, { startPosition: { sequenceNumber: lastEnqueuedSequenceNumber } });
    expect(bodies(events)).toEqual(['0a', '0b', '1a', '1b', '2a', '2b']);
  });
});

describe('positions', () => {
  const partition = '1';
  let all: ReceivedEventData[];

  beforeAll(async () => {
    const start = await send(partition, [{ body: 'p0' }]);
    // Enqueued times are milliseconds: without a pause two events may share one.
    await new Promise((resolve) => setTimeout(resolve, 20));
    await producer.sendBatch([{ body: 'p1' }], { partitionId: partition });
    await new Promise((resolve) => setTimeout(resolve, 20));
    await producer.sendBatch([{ body: 'p2' }], { partitionId: partition });
    all = await receive(partition, 3, { startPosition: start });
  });

  const event = (i: number): ReceivedEventData => all[i] as ReceivedEventData;

  it.each<[string, () => EventPosition, string[]]>([
    ['after a sequence number', () => ({ sequenceNumber: event(0).sequenceNumber }), ['p1', 'p2']],
    ['at a sequence number', () => ({ sequenceNumber: event(0).sequenceNumber, isInclusive: true }), ['p0', 'p1', 'p2']],
    ['after an offset', () => ({ offset: event(0).offset }), ['p1', 'p2']],
    ['at an offset', () => ({ offset: event(1).offset, isInclusive: true }), ['p1', 'p2']],
    ['after an enqueued time', () => ({ enqueuedOn: event(1).enqueuedTimeUtc }), ['p2']],
    ['after a time between', () => ({ enqueuedOn: event(1).enqueuedTimeUtc.getTime() - 1 }), ['p1', 'p2']],
  ])('starts %s', async (_what, position, expected) => {
    expect(bodies(await receive(partition, expected.length, { startPosition: position() }))).toEqual(expected);
  });

  it('starts at the beginning', async () => {
    const { beginningSequenceNumber } = await producer.getPartitionProperties(partition);
    const [first] = await receive(partition, 1, { startPosition: earliestEventPosition });
    expect(first?.sequenceNumber).toBe(beginningSequenceNumber);
  });

  it('starts at the end', async () => {
    let initialized = (): void => undefined;
    const ready = new Promise<void>((resolve) => (initialized = resolve));
    const received: unknown[] = [];
    const subscription = consumer.subscribe(
      partition,
      {
        processInitialize: async () => initialized(),
        processEvents: async (events) => void received.push(...bodies(events)),
        processError: async () => undefined,
      },
      { startPosition: latestEventPosition, maxWaitTimeInSeconds: 1 },
    );
    await ready;
    // The link opens a moment after initialisation: what is sent until then may be missed, what comes is new.
    for (let i = 0; !received.includes('late') && i < 50; i++) {
      await producer.sendBatch([{ body: 'late' }], { partitionId: partition });
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await subscription.close();
    expect(new Set(received)).toEqual(new Set(['late']));
  });

  it('refuses a position behind the end', async () => {
    await expect(receive(partition, 1, { startPosition: { sequenceNumber: 1e9 } })).rejects.toMatchObject({ code: 'ArgumentError' });
  });

  it('tells how far behind a consumer is', async () => {
    const start = await send(partition, [{ body: 'metric' }]);
    const last = await producer.getPartitionProperties(partition);
    await new Promise<void>((resolve, reject) => {
      const subscription = consumer.subscribe(
        partition,
        {
          processEvents: async (events, context) => {
            if (events.length === 0) return;
            const seen = context.lastEnqueuedEventProperties;
            await subscription.close();
            try {
              expect(seen).toMatchObject({ sequenceNumber: last.lastEnqueuedSequenceNumber, offset: last.lastEnqueuedOffset });
              resolve();
            } catch (error) {
              reject(error as Error);
            }
          },
          processError: async (error) => reject(error),
        },
        { startPosition: start, trackLastEnqueuedEventProperties: true, maxWaitTimeInSeconds: 1 },
      );
    });
  });
});

describe('refusals', () => {
  it('knows no such hub', async () => {
    const other = new EventHubProducerClient(connectionString.replace(/EntityPath=[^;]*;?/i, ''), 'no-such-hub', { retryOptions: { maxRetries: 0 } });
    await expect(other.getEventHubProperties()).rejects.toMatchObject({ code: 'MessagingEntityNotFoundError' });
    await expect(other.sendBatch([{ body: 1 }])).rejects.toMatchObject({ code: 'MessagingEntityNotFoundError' });
    await other.close();
  });

  it('knows no such consumer group', async () => {
    const other = new EventHubConsumerClient('no-such-group', connectionString, hub, { retryOptions: { maxRetries: 0 } });
    const error = await new Promise((resolve) => {
      other.subscribe('0', { processEvents: async () => undefined, processError: async (failure) => resolve(failure) }, { startPosition: earliestEventPosition });
    });
    expect(error).toMatchObject({ code: 'MessagingEntityNotFoundError' });
    await other.close();
  });

  it('does not let a wrong key in', async () => {
    const wrong = connectionString.replace(/SharedAccessKey=[^;]*/, 'SharedAccessKey=d3Jvbmcga2V5');
    const other = new EventHubProducerClient(wrong, hub, { retryOptions: { maxRetries: 0 } });
    await expect(other.getEventHubProperties()).rejects.toMatchObject({ code: 'UnauthorizedError' });
    await other.close();
  });
});

describe('owner levels', () => {
  /** Subscribes with a level; gives its errors and lets it be ended. */
  function own(ownerLevel: number | undefined): { errors: string[]; received: () => number; close: () => Promise<void> } {
    const errors: string[] = [];
    let received = 0;
    const client = new EventHubConsumerClient('$Default', connectionString, hub, { retryOptions: { maxRetries: 0 } });
    const subscription = client.subscribe(
      '0',
      {
        processEvents: async (events) => void (received += events.length),
        processError: async (error) => void errors.push((error as { code?: string }).code ?? error.message),
      },
      { startPosition: earliestEventPosition, ownerLevel, maxWaitTimeInSeconds: 1 },
    );
    return {
      errors,
      received: () => received,
      close: async () => {
        await subscription.close();
        await client.close();
      },
    };
  }

  async function until(condition: () => boolean): Promise<void> {
    for (let i = 0; i < 200 && !condition(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
    expect(condition()).toBe(true);
  }

  it.each([
    // The SDK sends a level of 0 only with a checkpoint store.
    ['an equal level', 1, 1],
    ['a higher level', 1, 2],
    ['any level, from one without', undefined, 1],
  ])('gives the partition to %s', async (_what, first, second) => {
    await send('0', [{ body: 'something' }]);
    const loser = own(first);
    await until(() => loser.received() > 0);
    const winner = own(second);
    await until(() => winner.received() > 0 && loser.errors.length > 0);
    expect(loser.errors[0]).toBe('ReceiverDisconnectedError');
    expect(winner.errors).toEqual([]);
    await loser.close();
    await winner.close();
  });

  it.each([
    ['a lower level', 1],
    ['none', undefined],
  ])('refuses %s while a higher one reads', async (_what, level) => {
    await send('0', [{ body: 'something' }]);
    const owner = own(2);
    await until(() => owner.received() > 0);
    const other = own(level);
    await until(() => other.errors.length > 0);
    expect(other.errors[0]).toBe('ReceiverDisconnectedError');
    expect(owner.errors).toEqual([]);
    await owner.close();
    await other.close();
  });

  it('lets five read together and no more', async () => {
    await send('0', [{ body: 'something' }]);
    const five = Array.from({ length: 5 }, () => own(undefined));
    await until(() => five.every((reader) => reader.received() > 0));
    const sixth = own(undefined);
    await until(() => sixth.errors.length > 0);
    expect(sixth.errors[0]).toBe('QuotaExceededError');
    await Promise.all([...five, sixth].map((reader) => reader.close()));
  });
});
