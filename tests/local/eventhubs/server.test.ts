import * as fs from 'node:fs';
import * as path from 'node:path';
import { EventHubConsumerClient, EventHubProducerClient, earliestEventPosition } from '@azure/event-hubs';
import { emulatorConnectionString, parseConnectionString } from '../../../local/eventhubs/connection-string';
import { getHubProperties, getPartitionProperties, openReceiver } from '../../../local/eventhubs/receiver';
import { startEventHubs } from '../../../local/eventhubs/server';
import type { HubConfig } from '../../../local/eventhubs/server';
import { quickRetries, startEmulator } from './emulator';
import type { Emulator } from './emulator';

let emulator: Emulator | null = null;

async function start(...hubs: HubConfig[]): Promise<Emulator> {
  emulator = await startEmulator(hubs.length > 0 ? { hubs } : {});
  return emulator;
}

afterEach(async () => {
  await emulator?.dispose();
  emulator = null;
});

async function send(connectionString: string, partitionId: string, ...bodies: unknown[]): Promise<void> {
  const producer = new EventHubProducerClient(connectionString, 'events', quickRetries);
  await producer.sendBatch(bodies.map((body) => ({ body })), { partitionId });
  await producer.close();
}

describe('startEventHubs', () => {
  it('rejects when the port is taken, and leaves the data alone', async () => {
    const { port, dataDir } = await start();
    const other = path.join(dataDir, 'other');
    await expect(startEventHubs({ port, dataDir: other, hubs: [{ name: 'x', partitionCount: 1 }] })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    expect(fs.existsSync(other)).toBe(false);
  });

  it.each<[string, HubConfig[], string]>([
    ['a name that is none', [{ name: '../x', partitionCount: 1 }], 'is no event hub name'],
    ['no partitions', [{ name: 'x', partitionCount: 0 }], 'from 1 to 32'],
    ['the same hub twice', [{ name: 'x', partitionCount: 1 }, { name: 'X', partitionCount: 1 }], 'configured twice'],
    ['a retention of nothing', [{ name: 'x', partitionCount: 1, retentionMs: 0 }], 'positive number'],
  ])('rejects %s', async (_what, hubs, message) => {
    await expect(startEmulator({ hubs })).rejects.toThrow(message);
  });

  it('keeps hubs, events and numbers between runs', async () => {
    const { connectionString, restart } = await start();
    const { createdOn } = await getHubProperties(connectionString, 'events');
    await send(connectionString, '2', 'a', 'b');
    await restart();
    await send(connectionString, '2', 'c');
    expect((await getHubProperties(connectionString, 'events')).createdOn).toBe(createdOn);
    const receiver = await openReceiver({ connectionString, hub: 'events', consumerGroup: 'cg1', partition: '2', startAfter: 'earliest' });
    const events = await receiver.receive(10, 5000);
    await receiver.close();
    expect(events.map(({ sequenceNumber, body }) => `${sequenceNumber}:${Buffer.from(body).toString()}`)).toEqual(['0:"a"', '1:"b"', '2:"c"']);
  });

  it('lets a hub grow and not shrink', async () => {
    const { connectionString, dataDir, stop } = await start({ name: 'events', partitionCount: 2 });
    await send(connectionString, '1', 'kept');
    await stop();
    await expect(startEventHubs({ port: 0, dataDir, hubs: [{ name: 'events', partitionCount: 1 }] })).rejects.toThrow('a hub cannot lose partitions');
    const grown = await startEventHubs({ port: 0, dataDir, hubs: [{ name: 'events', partitionCount: 3 }] });
    expect((await getHubProperties(grown.connectionString, 'events')).partitionIds).toEqual(['0', '1', '2']);
    expect(await getPartitionProperties(grown.connectionString, 'events', '1')).toMatchObject({ lastEnqueuedSequenceNumber: 0 });
    await grown.stop();
  });

  it('deletes events after the retention time', async () => {
    const { connectionString } = await start({ name: 'events', partitionCount: 1, retentionMs: 300 });
    await send(connectionString, '0', 'a', 'b');
    const properties = (): ReturnType<typeof getPartitionProperties> => getPartitionProperties(connectionString, 'events', '0');
    expect(await properties()).toMatchObject({ beginningSequenceNumber: 0, isEmpty: false });
    for (let i = 0; i < 100 && !(await properties()).isEmpty; i++) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await properties()).toMatchObject({ beginningSequenceNumber: 2, lastEnqueuedSequenceNumber: 1, isEmpty: true });
    await send(connectionString, '0', 'c');
    expect(await properties()).toMatchObject({ beginningSequenceNumber: 2, lastEnqueuedSequenceNumber: 2, isEmpty: false });
  });

  it('stops twice as well as once', async () => {
    const { stop, port, dataDir } = await start();
    await Promise.all([stop(), stop()]);
    const again = await startEventHubs({ port, dataDir, hubs: [] });
    await again.stop();
  });

  it('takes a key of its own', async () => {
    emulator = await startEmulator({ key: 'another' });
    expect(emulator.connectionString).toContain('SharedAccessKey=another;');
    expect((await getHubProperties(emulator.connectionString, 'events')).partitionIds).toHaveLength(4);
    const wrong = emulator.connectionString.replace('another', 'SAS_KEY_VALUE');
    await expect(getHubProperties(wrong, 'events')).rejects.toMatchObject({ code: 'amqp:unauthorized-access' });
  });
});

describe('a restart under live clients', () => {
  // The SDK forgets to stop the old token renewal (45 minutes) when a link comes back, and close() does not find it any more.
  beforeAll(() => {
    const original = globalThis.setTimeout;
    jest.spyOn(globalThis, 'setTimeout').mockImplementation(((run: () => void, ms?: number) => {
      const timer = original(run, ms);
      return (ms ?? 0) > 600_000 ? timer.unref() : timer;
    }) as typeof setTimeout);
  });

  afterAll(() => jest.restoreAllMocks());

  it('is seen by the SDK as a pause', async () => {
    const { connectionString, restart } = await start();
    const consumer = new EventHubConsumerClient('$Default', connectionString, 'events', quickRetries);
    const producer = new EventHubProducerClient(connectionString, 'events', quickRetries);
    const received = new Set<unknown>();
    const subscription = consumer.subscribe(
      { processEvents: async (events) => events.forEach((event) => received.add(event.body)), processError: async () => undefined },
      { startPosition: earliestEventPosition, maxWaitTimeInSeconds: 1, maxBatchSize: 100 },
    );
    const until = async (count: number): Promise<void> => {
      for (let i = 0; i < 200 && received.size < count; i++) await new Promise((resolve) => setTimeout(resolve, 50));
      expect(received.size).toBe(count);
    };
    for (let i = 0; i < 4; i++) await producer.sendBatch([{ body: `before ${i}` }]);
    await until(4);
    await restart();
    for (let i = 0; i < 4; i++) await producer.sendBatch([{ body: `after ${i}` }]);
    await until(8);
    await subscription.close();
    await consumer.close();
    await producer.close();
  });
});

describe('connection strings', () => {
  it('leaves the standard port out', () => {
    expect(emulatorConnectionString(5672, 'SAS_KEY_VALUE')).toBe(
      'Endpoint=sb://localhost;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;',
    );
    expect(emulatorConnectionString(7, 'k')).toContain('Endpoint=sb://localhost:7;');
  });

  it.each([
    ['Endpoint=sb://ns.servicebus.windows.net/;SharedAccessKeyName=n;SharedAccessKey=a=b==', { host: 'ns.servicebus.windows.net', port: 5671, key: 'a=b==', emulator: false, entityPath: null }],
    ['Endpoint=sb://localhost;SharedAccessKeyName=n;SharedAccessKey=k;UseDevelopmentEmulator=true;EntityPath=h', { port: 5672, emulator: true, entityPath: 'h' }],
    ['endpoint=sb://localhost:99/;sharedaccesskeyname=n;sharedaccesskey=k;usedevelopmentemulator=TRUE', { port: 99, emulator: true }],
  ])('reads %s', (text, expected) => {
    expect(parseConnectionString(text)).toMatchObject(expected);
  });

  it.each([
    ['', 'has no Endpoint'],
    ['Endpoint=http://x;SharedAccessKeyName=n;SharedAccessKey=k', 'must look like sb://HOST/'],
    ['Endpoint=sb://x', 'has no SharedAccessKeyName'],
  ])('says what is wrong with "%s"', (text, message) => {
    expect(() => parseConnectionString(text)).toThrow(message);
  });
});
