import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventHubConsumerClient, EventHubProducerClient, earliestEventPosition } from '@azure/event-hubs';
import { startEventHubs, type EventHubsServer } from '../../../local/eventhubs/server';

describe('the Event Hubs emulator and the SDK', () => {
  let dataDir: string;
  let server: EventHubsServer;
  const start = (): Promise<EventHubsServer> => startEventHubs({ port: 0, dataDir, hubs: [{ name: 'quakes', partitionCount: 2, consumerGroups: ['weir'] }] });
  beforeEach(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'weir-eventhubs-'));
    server = await start();
  });
  afterEach(async () => {
    await server.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function send(bodies: unknown[], partitionId: string): Promise<void> {
    const producer = new EventHubProducerClient(server.connectionString, 'quakes');
    await producer.sendBatch(bodies.map((body) => ({ body })), { partitionId });
    await producer.close();
  }

  async function receive(count: number, partitionId: string): Promise<{ body: unknown; n: number }[]> {
    const consumer = new EventHubConsumerClient('weir', server.connectionString, 'quakes');
    const found: { body: unknown; n: number }[] = [];
    await new Promise<void>((resolve, reject) => {
      const subscription = consumer.subscribe(
        partitionId,
        {
          processEvents: async (events) => {
            for (const event of events) found.push({ body: event.body as unknown, n: event.sequenceNumber });
            if (found.length >= count) void subscription.close().then(resolve, reject);
          },
          processError: async (error) => reject(error),
        },
        { startPosition: earliestEventPosition, maxWaitTimeInSeconds: 1 },
      );
    });
    await consumer.close();
    return found;
  }

  it('gives back what was sent, in order, and after a restart too', async () => {
    const bodies = Array.from({ length: 50 }, (_, i) => ({ i }));
    await send(bodies, '1');
    expect(await receive(50, '1')).toEqual(bodies.map((body, n) => ({ body, n })));
    await server.stop();
    server = await start();
    await send([{ i: 50 }], '1');
    expect((await receive(51, '1')).map((e) => e.n)).toEqual(Array.from({ length: 51 }, (_, i) => i));
  });

  it('tells its properties', async () => {
    const producer = new EventHubProducerClient(server.connectionString, 'quakes');
    expect((await producer.getEventHubProperties()).partitionIds).toEqual(['0', '1']);
    expect(await producer.getPartitionProperties('0')).toMatchObject({ isEmpty: true, lastEnqueuedSequenceNumber: -1 });
    await producer.close();
  });
});
