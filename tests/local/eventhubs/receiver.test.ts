import { EventHubProducerClient } from '@azure/event-hubs';
import { getHubProperties, getPartitionProperties, openReceiver } from '../../../local/eventhubs/receiver';
import type { RawEvent, RawReceiver, ReceiverOptions } from '../../../local/eventhubs/receiver';
import { quickRetries, startEmulator } from './emulator';
import type { Emulator } from './emulator';

let emulator: Emulator;
let producer: EventHubProducerClient;
const open: RawReceiver[] = [];

beforeAll(async () => {
  emulator = await startEmulator();
  producer = new EventHubProducerClient(emulator.connectionString, 'events', quickRetries);
});

afterEach(async () => {
  await Promise.all(open.splice(0).map((receiver) => receiver.close()));
});

afterAll(async () => {
  await producer.close();
  await emulator.dispose();
});

async function receiver(options: Partial<ReceiverOptions> = {}): Promise<RawReceiver> {
  const { connectionString } = emulator;
  const opened = await openReceiver({ connectionString, hub: 'events', consumerGroup: '$Default', partition: '0', startAfter: 'earliest', ...options });
  open.push(opened);
  return opened;
}

async function receiveAll(from: RawReceiver, count: number): Promise<RawEvent[]> {
  const events: RawEvent[] = [];
  while (events.length < count) {
    const more = await from.receive(count - events.length, 5000);
    if (more.length === 0) throw new Error(`${events.length} of ${count} events came`);
    events.push(...more);
  }
  return events;
}

const text = ({ body }: RawEvent): string => Buffer.from(body).toString();

describe('openReceiver', () => {
  it('gives events with all that they have', async () => {
    await producer.sendBatch([{ body: { a: 1 }, properties: { x: 'y', when: new Date(5), ['__proto__x']: 1 }, messageId: 'id', contentType: 'application/json' }], { partitionKey: 'key' });
    const partitions = await Promise.all(['0', '1', '2', '3'].map((partition) => getPartitionProperties(emulator.connectionString, 'events', partition)));
    const partition = String(partitions.findIndex((properties) => !properties.isEmpty));
    const [event] = await receiveAll(await receiver({ partition }), 1);
    expect(event).toMatchObject({
      sequenceNumber: 0,
      offset: '0',
      partitionKey: 'key',
      properties: { x: 'y', when: 5, ['__proto__x']: 1 },
      systemProperties: { messageId: 'id', contentType: 'application/json' },
    });
    expect(Math.abs((event as RawEvent).enqueuedTime - Date.now())).toBeLessThan(60_000);
    expect(text(event as RawEvent)).toBe('{"a":1}');
  });

  it.each([
    ['value', { deep: [1, 'two', null] }, '{"deep":[1,"two",null]}'],
    ['sequence', [1, 'two'], '[1,"two"]'],
    ['data', Buffer.from('raw'), 'raw'],
  ] as const)('gives a %s body as bytes', async (bodyType, body, expected) => {
    const { lastEnqueuedSequenceNumber } = await getPartitionProperties(emulator.connectionString, 'events', '1');
    await producer.sendBatch([{ body, bodyType }], { partitionId: '1' });
    const [event] = await receiveAll(await receiver({ partition: '1', startAfter: lastEnqueuedSequenceNumber }), 1);
    expect(text(event as RawEvent)).toBe(expected);
  });

  it('starts where it is told to', async () => {
    const { lastEnqueuedSequenceNumber: last } = await getPartitionProperties(emulator.connectionString, 'events', '2');
    await producer.sendBatch([{ body: 'a' }, { body: 'b' }], { partitionId: '2' });
    const latest = await receiver({ partition: '2', startAfter: 'latest' });
    expect((await receiveAll(await receiver({ partition: '2', startAfter: last + 1 }), 1)).map(text)).toEqual(['"b"']);
    expect((await receiveAll(await receiver({ partition: '2', startAfter: last }), 2)).map(text)).toEqual(['"a"', '"b"']);
    await producer.sendBatch([{ body: 'c' }], { partitionId: '2' });
    expect((await receiveAll(latest, 1)).map(text)).toEqual(['"c"']);
  });

  it('waits for the first event, and no longer than told', async () => {
    const waiting = await receiver({ partition: '3', startAfter: 'latest' });
    const start = Date.now();
    expect(await waiting.receive(10, 100)).toEqual([]);
    expect(Date.now() - start).toBeGreaterThanOrEqual(95);
    const received = waiting.receive(10, 10_000);
    await producer.sendBatch([{ body: 'now' }], { partitionId: '3' });
    expect((await received).map(text)).toEqual(['"now"']);
    expect(Date.now() - start).toBeLessThan(5000);
  });

  it('keeps order and loses nothing while credit runs out and comes again', async () => {
    const { lastEnqueuedSequenceNumber } = await getPartitionProperties(emulator.connectionString, 'events', '3');
    for (let i = 0; i < 5; i++) await producer.sendBatch(Array.from({ length: 200 }, (_, j) => ({ body: i * 200 + j })), { partitionId: '3' });
    const slow = await receiver({ partition: '3', startAfter: lastEnqueuedSequenceNumber, prefetch: 16 });
    const numbers: number[] = [];
    while (numbers.length < 1000) numbers.push(...(await slow.receive(7, 5000)).map((event) => Number(text(event))));
    expect(numbers).toEqual(Array.from({ length: 1000 }, (_, i) => i));
  });

  it('reads an event of almost 1 MB, in as many frames as it takes', async () => {
    const { lastEnqueuedSequenceNumber } = await getPartitionProperties(emulator.connectionString, 'events', '3');
    const body = Buffer.alloc(1_040_000, 'x');
    await producer.sendBatch([{ body }, ], { partitionId: '3' });
    const [event] = await receiveAll(await receiver({ partition: '3', startAfter: lastEnqueuedSequenceNumber }), 1);
    expect(body.equals((event as RawEvent).body)).toBe(true);
  });

  it.each([0, 1])('loses the partition to an owner of the same level %i', async (ownerLevel) => {
    await producer.sendBatch([{ body: 1 }], { partitionId: '0' });
    const first = await receiver({ ownerLevel });
    await receiveAll(first, 1);
    const lost = expect(
      (async () => {
        for (;;) await first.receive(10, 5000);
      })(),
    ).rejects.toMatchObject({ code: 'amqp:link:stolen' });
    const second = await receiver({ ownerLevel });
    await lost;
    await receiveAll(second, 1);
    await expect(receiver({ ownerLevel: undefined })).rejects.toMatchObject({ code: 'amqp:link:stolen' });
    await second.close();
    await receiver({ ownerLevel: undefined });
  });

  it.each<[string, Partial<ReceiverOptions>, string]>([
    ['a hub that is not there', { hub: 'nope' }, 'amqp:not-found'],
    ['a consumer group that is not there', { consumerGroup: 'nope' }, 'amqp:not-found'],
    ['a partition that is not there', { partition: '77' }, 'com.microsoft:argument-out-of-range'],
    ['a start behind the end', { startAfter: 1_000_000 }, 'com.microsoft:argument-error'],
    ['no partition', { partition: ' ' }, 'com.microsoft:argument-error'],
  ])('refuses %s', async (_what, options, code) => {
    await expect(receiver(options)).rejects.toMatchObject({ code });
  });

  it('refuses a wrong key', async () => {
    const connectionString = emulator.connectionString.replace('SAS_KEY_VALUE', 'wrong');
    await expect(receiver({ connectionString })).rejects.toMatchObject({ code: 'amqp:unauthorized-access' });
  });

  it('tells when nobody listens', async () => {
    await expect(receiver({ connectionString: emulator.connectionString.replace(/localhost:\d+/, 'localhost:1') })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('gives what had come when the server stops, then its reason', async () => {
    const other = await startEmulator();
    const sender = new EventHubProducerClient(other.connectionString, 'events', quickRetries);
    await sender.sendBatch([{ body: 1 }, { body: 2 }], { partitionId: '0' });
    await sender.close();
    const reader = await receiver({ connectionString: other.connectionString });
    expect(await reader.receive(1, 5000)).toHaveLength(1);
    await other.dispose();
    expect(await reader.receive(10, 1000)).toHaveLength(1);
    await expect(reader.receive(10, 1000)).rejects.toMatchObject({ code: 'amqp:link:detach-forced' });
  });
});

describe('properties', () => {
  it('tells the hub', async () => {
    const { partitionIds, createdOn } = await getHubProperties(emulator.connectionString, 'EVENTS');
    expect(partitionIds).toEqual(['0', '1', '2', '3']);
    expect(Date.now() - createdOn).toBeLessThan(600_000);
    await expect(getHubProperties(emulator.connectionString, 'nope')).rejects.toMatchObject({ code: 'amqp:not-found' });
  });

  it('tells where an empty partition ends', async () => {
    const other = await startEmulator();
    expect(await getPartitionProperties(other.connectionString, 'events', '0')).toEqual({
      beginningSequenceNumber: 0,
      lastEnqueuedSequenceNumber: -1,
      lastEnqueuedOffset: '-1',
      lastEnqueuedTime: -62135596800000,
      isEmpty: true,
    });
    await other.dispose();
  });
});
