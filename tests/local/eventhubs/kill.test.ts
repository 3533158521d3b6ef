import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import * as fs from 'node:fs';
import * as net from 'node:net';
import * as os from 'node:os';
import * as path from 'node:path';
import { EventHubConsumerClient, EventHubProducerClient, earliestEventPosition } from '@azure/event-hubs';
import { emulatorConnectionString } from '../../../local/eventhubs/connection-string';
import { getPartitionProperties, openReceiver } from '../../../local/eventhubs/receiver';
import { quickRetries } from './emulator';

const KILLS = 3;
const PARTITIONS = ['0', '1'];
const BATCH = 5;

describe('kill -9', () => {
  const dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'weir-kill-'));
  let child: ChildProcess;
  let port: number;
  let connectionString: string;

  async function start(): Promise<void> {
    child = spawn(process.execPath, [path.join(__dirname, 'server-process.js'), dataDir, String(port)], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise<void>((resolve, reject) => {
      child.stdout?.once('data', () => resolve());
      child.once('exit', (code) => reject(new Error(`The server ended with code ${code}.`)));
    });
  }

  async function kill(): Promise<void> {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  }

  beforeAll(async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as net.AddressInfo).port;
    await new Promise((resolve) => server.close(resolve));
    connectionString = emulatorConnectionString(port, 'SAS_KEY_VALUE');
  });

  afterAll(async () => {
    if (child.exitCode === null && child.signalCode === null) await kill();
    fs.rmSync(dataDir, { recursive: true, force: true });
  });

  /** Sends batches until the server is gone; gives the ids that were acknowledged. */
  async function sendUntilKilled(life: number, partitionId: string): Promise<string[]> {
    const acknowledged: string[] = [];
    const producer = new EventHubProducerClient(connectionString, 'events', { retryOptions: { maxRetries: 0, timeoutInMs: 1000 } });
    try {
      for (let n = 0; ; n += BATCH) {
        const ids = Array.from({ length: BATCH }, (_, i) => `${life}:${n + i}`);
        await producer.sendBatch(ids.map((body) => ({ body })), { partitionId });
        acknowledged.push(...ids);
      }
    } catch {
      await producer.close().catch(() => undefined);
      return acknowledged;
    }
  }

  async function readAll(partition: string): Promise<string[]> {
    const { lastEnqueuedSequenceNumber } = await getPartitionProperties(connectionString, 'events', partition);
    const receiver = await openReceiver({ connectionString, hub: 'events', consumerGroup: '$Default', partition, startAfter: 'earliest' });
    const ids: string[] = [];
    while (ids.length <= lastEnqueuedSequenceNumber) {
      const events = await receiver.receive(1000, 5000);
      events.forEach((event, i) => expect(event.sequenceNumber).toBe(ids.length + i));
      ids.push(...events.map((event) => JSON.parse(Buffer.from(event.body).toString()) as string));
    }
    await receiver.close();
    return ids;
  }

  it('loses and doubles nothing that was acknowledged, and consumers go on', async () => {
    await start();
    const consumer = new EventHubConsumerClient('$Default', connectionString, 'events', quickRetries);
    // At least once: without checkpoints the SDK may start from the beginning when it comes back.
    const consumed = new Set<string>();
    const subscription = consumer.subscribe(
      '0',
      { processEvents: async (events) => events.forEach((event) => consumed.add(event.body as string)), processError: async () => undefined },
      { startPosition: earliestEventPosition, maxWaitTimeInSeconds: 1, maxBatchSize: 500 },
    );
    const acknowledged = new Map<string, string[]>(PARTITIONS.map((partition) => [partition, []]));
    const sending: Promise<unknown>[] = [];
    for (let life = 0; life < KILLS; life++) {
      sending.push(...PARTITIONS.map(async (partition) => acknowledged.get(partition)?.push(...(await sendUntilKilled(life, partition)))));
      await new Promise((resolve) => setTimeout(resolve, 600));
      await kill();
      await start();
    }
    await Promise.all(sending);
    for (const partition of PARTITIONS) {
      const stored = await readAll(partition);
      const sent = acknowledged.get(partition) ?? [];
      expect(sent.length).toBeGreaterThan(KILLS * BATCH);
      expect(new Set(stored).size).toBe(stored.length);
      expect(sent.filter((id) => !stored.includes(id))).toEqual([]);
    }
    const stored = await readAll('0');
    for (let i = 0; consumed.size < stored.length && i < 150; i++) await new Promise((resolve) => setTimeout(resolve, 100));
    expect([...consumed]).toEqual(stored);
    await subscription.close();
    await consumer.close();
  });
});
