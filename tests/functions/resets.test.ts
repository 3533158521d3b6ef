/** The app on the local host while its hub is deleted and made again with more partitions, and while retention overtakes it: real emulator, real clients. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { EventHubProducerClient } from '@azure/event-hubs';
import { BlobServiceClient } from '@azure/storage-blob';
import * as eventSource from '../../local/eventhubs/receiver';
import { startEventHubs, type EventHubsServer, type HubConfig } from '../../local/eventhubs/server';
import { createDurableEngine } from '../../local/host/durable/engine';
import { startHost, type LocalHost } from '../../local/host/host';
import type { InputView, JobStatus } from '../../shared/job/status';
import { quickRetries } from '../local/eventhubs/emulator';
import { startAzurite, type Azurite } from '../local/host/support/azurite';
import { waitFor } from '../local/host/support/wait';
import { compileWorker } from '../local/host/support/worker-entry';
import { createAppDir, type AppDir } from './support/app-dir';

const definition = {
  name: 'resets',
  inputs: { readings: { type: 'eventHub', connection: 'EVENTHUB', eventHub: 'readings', consumerGroup: 'weir' } },
  outputs: { archive: { type: 'blob', connection: 'AzureWebJobsStorage', container: 'results', path: 'archive' } },
};
const query = 'SELECT n INTO archive FROM readings';

let azurite: Azurite;
let emulator: EventHubsServer;
let appDir: AppDir;
let worker: ReturnType<typeof compileWorker>;
let dir: string;
let host: LocalHost | undefined;
let port = 0;
let next = 0;

async function startHub(config: Partial<HubConfig>): Promise<void> {
  emulator = await startEventHubs({ port, dataDir: path.join(dir, 'hubs'), hubs: [{ name: 'readings', partitionCount: 2, consumerGroups: ['weir'], ...config }] });
  port = emulator.port;
}

async function startApp(): Promise<void> {
  const settings = { AzureWebJobsStorage: azurite.connectionString, EVENTHUB: emulator.connectionString, WEIR_JOB: 'jobs/test', WEIR_CLOCK: '* * * * * *', WEIR_ALARM: '1' };
  const source = eventSource as unknown as Parameters<typeof startHost>[1]['eventSource'];
  host = await startHost({ appDir: appDir.path, port: 0, dataDir: path.join(dir, 'host'), settings, log: () => undefined, shutdownMs: 3_000, leases: { renewMs: 500, expiryMs: 5_000 } }, { eventSource: source, createDurableEngine, workerEntry: worker.entry });
}

/** The same number of events to each partition, each event with a number of its own. */
async function publish(perPartition: number, partitions: number): Promise<void> {
  const producer = new EventHubProducerClient(emulator.connectionString, 'readings', quickRetries);
  for (let p = 0; p < partitions; p++) await producer.sendBatch(Array.from({ length: perPartition }, () => ({ body: { n: next++ } })), { partitionId: String(p) });
  await producer.close();
}

async function readings(): Promise<InputView> {
  const response = await fetch(`http://127.0.0.1:${host?.port}/api/status`);
  return ((await response.json()) as JobStatus).inputs.readings as InputView;
}

const applied = (count: number): Promise<void> => waitFor(`${count} events applied`, async () => (await readings().catch(() => undefined))?.applied === count, 40_000);

async function archived(): Promise<number[]> {
  const container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient('results');
  const rows: number[] = [];
  for await (const { name } of container.listBlobsFlat()) rows.push(...(await container.getBlobClient(name).downloadToBuffer()).toString().trim().split('\n').map((line) => (JSON.parse(line) as { n: number }).n));
  return rows.sort((a, b) => a - b);
}

beforeAll(async () => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'weir-resets-'));
  appDir = createAppDir({ definition, query });
  worker = compileWorker();
  azurite = await startAzurite();
  await startHub({});
  await startApp();
}, 60_000);

afterAll(async () => {
  await host?.stop();
  await Promise.all([azurite?.stop(), emulator?.stop()]);
  worker?.remove();
  appDir?.remove();
  fs.rmSync(dir, { recursive: true, force: true });
});

describe('an input hub', () => {
  it('that is deleted and made again, with a partition more, is read on from its new beginning', async () => {
    await publish(15, 2);
    await applied(30);
    await emulator.stop();
    fs.rmSync(path.join(dir, 'hubs'), { recursive: true });
    await startHub({ partitionCount: 3 });
    await publish(4, 3);
    await applied(42);
    expect(await readings()).toMatchObject({ events: 42, pending: 0, backlog: 0, gap: 0, resets: 1 });
    // A blob for each life of each partition: none was written over.
    expect(await archived()).toEqual(Array.from({ length: 42 }, (_, n) => n));
  }, 60_000);

  it('whose retention overtakes a stopped job is read from its first event, and the gap is told', async () => {
    await host?.stop();
    await publish(5, 3);
    await emulator.stop();
    await startHub({ partitionCount: 3, retentionMs: 1 });
    await waitFor('the events to expire', async () => (await eventSource.getPartitionProperties(emulator.connectionString, 'readings', '2')).isEmpty);
    await emulator.stop();
    await startHub({ partitionCount: 3 });
    await publish(2, 3);
    await startApp();
    await applied(48);
    expect(await readings()).toMatchObject({ events: 48, pending: 0, backlog: 0, gap: 15, resets: 1 });
    expect(await archived()).toEqual([...Array.from({ length: 42 }, (_, n) => n), ...Array.from({ length: 6 }, (_, n) => 57 + n)]);
  }, 60_000);
});
