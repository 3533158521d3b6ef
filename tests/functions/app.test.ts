/** The whole app on the local host: events through the SDK, results read with the SDKs, nothing replaced. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { EventHubConsumerClient, EventHubProducerClient } from '@azure/event-hubs';
import { BlobServiceClient } from '@azure/storage-blob';
import * as eventSource from '../../local/eventhubs/receiver';
import { createDurableEngine } from '../../local/host/durable/engine';
import { startHost, type LocalHost } from '../../local/host/host';
import type { JobStatus } from '../../shared/job/status';
import { startEmulator, type Emulator } from '../local/eventhubs/emulator';
import { startAzurite, type Azurite } from '../local/host/support/azurite';
import { waitFor } from '../local/host/support/wait';
import { compileWorker } from '../local/host/support/worker-entry';
import { createAppDir, type AppDir } from './support/app-dir';

const definition = {
  name: 'test',
  inputs: { Readings: { type: 'eventHub', connection: 'EVENTHUB', eventHub: '%INPUT_HUB%', consumerGroup: 'weir', partitionKey: 'k' } },
  outputs: {
    big: { type: 'eventHub', connection: 'EVENTHUB', eventHub: 'big', identity: 'body' },
    keyed: { type: 'eventHub', connection: 'EVENTHUB', eventHub: 'keyed', partitionKey: 'k', properties: ['k'] },
    windows: { type: 'blob', connection: 'AzureWebJobsStorage', container: 'results', path: 'windows' },
    archive: { type: 'blob', connection: 'AzureWebJobsStorage', container: 'results', path: 'archive/{k}' },
  },
  // The keys of one partition are sent one after another.
  time: { late: 'unlimited', outOfOrder: '10s' },
};

const query = `
SELECT k, v INTO big FROM readings TIMESTAMP BY t WHERE v >= 90
SELECT k, v INTO keyed FROM readings TIMESTAMP BY t WHERE v >= 95
SELECT k, COUNT(*) AS n, SUM(v) AS total, System.Timestamp() AS windowEnd INTO windows FROM readings TIMESTAMP BY t GROUP BY k, TumblingWindow(second, 1)
SELECT * INTO archive FROM readings TIMESTAMP BY t`;

const START = Date.UTC(2026, 0, 1);
const events = Array.from({ length: 200 }, (_, i) => ({ k: 'abc'[i % 3] as string, v: (i * 37) % 100, t: new Date(START + i * 20).toISOString() }));

/** What the windows must be, computed here: a window (start, end] has the events up to and with its end. */
function expectedWindows(): unknown[] {
  const windows = new Map<string, { k: string; n: number; total: number; windowEnd: string }>();
  for (const { k, v, t } of events) {
    const end = Math.ceil(Date.parse(t) / 1_000) * 1_000;
    const window = windows.get(`${end} ${k}`) ?? { k, n: 0, total: 0, windowEnd: new Date(end).toISOString().replace('000Z', '0000000Z') };
    windows.set(`${end} ${k}`, { ...window, n: window.n + 1, total: window.total + v });
  }
  return [...windows.values()];
}

let azurite: Azurite;
let emulator: Emulator;
let appDir: AppDir;
let worker: ReturnType<typeof compileWorker>;
let dataDir: string;
let host: LocalHost;
const lines: string[] = [];

beforeAll(async () => {
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'weir-host-'));
  appDir = createAppDir({ definition, query });
  worker = compileWorker();
  const hub = (name: string) => ({ name, partitionCount: 2, consumerGroups: ['weir'] });
  [azurite, emulator] = await Promise.all([startAzurite(), startEmulator({ hubs: [hub('readings'), hub('big'), hub('keyed')] })]);
  const settings = { AzureWebJobsStorage: azurite.connectionString, EVENTHUB: emulator.connectionString, INPUT_HUB: 'readings', WEIR_JOB: 'jobs/test', WEIR_CLOCK: '* * * * * *', WEIR_ALARM: '1', WEIR_STATE_INLINE: '0' };
  const source = { ...eventSource, openReceiver: eventSource.openReceiver } as unknown as Parameters<typeof startHost>[1]['eventSource'];
  host = await startHost({ appDir: appDir.path, port: 0, dataDir, settings, log: (line) => lines.push(line), shutdownMs: 3_000 }, { eventSource: source, createDurableEngine, workerEntry: worker.entry });
}, 60_000);

afterAll(async () => {
  await host?.stop();
  await Promise.all([azurite?.stop(), emulator?.dispose()]);
  worker?.remove();
  appDir?.remove();
  fs.rmSync(dataDir, { recursive: true, force: true });
});

const api = (route: string, init?: RequestInit): Promise<Response> => fetch(`http://127.0.0.1:${host.port}${route}`, init);
const status = async (): Promise<JobStatus> => (await (await api('/api/status')).json()) as JobStatus;

async function blobs(container: string): Promise<Record<string, unknown[]>> {
  const client = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(container);
  const content: Record<string, unknown[]> = {};
  if (!(await client.exists())) return content;
  for await (const { name } of client.listBlobsFlat()) content[name] = (await client.getBlobClient(name).downloadToBuffer()).toString().trim().split('\n').map((line) => JSON.parse(line) as unknown);
  return content;
}

async function received(hub: string, count: number): Promise<{ body: unknown; properties: unknown; partitionKey: unknown }[]> {
  const consumer = new EventHubConsumerClient('$Default', emulator.connectionString, hub);
  const found: { body: unknown; properties: unknown; partitionKey: unknown }[] = [];
  const subscription = consumer.subscribe({ processEvents: async (more) => void found.push(...more.map(({ body, properties, partitionKey }) => ({ body, properties, partitionKey }))), processError: async () => undefined }, { startPosition: { sequenceNumber: -1, isInclusive: false } });
  await waitFor(`${count} messages in ${hub}`, () => found.length >= count);
  await subscription.close();
  await consumer.close();
  return found;
}

const byText = (values: unknown[]): string[] => values.map((value) => JSON.stringify(value)).sort();

describe('the app on the local host', () => {
  it('has a function for every trigger', () => expect(host.functions.sort()).toEqual(['alarm', 'alarm-rings', 'clock', 'explain', 'group', 'ingest-Readings', 'page', 'partition', 'publish', 'results', 'status']));

  it('turns events into rows in every output, once each', async () => {
    const producer = new EventHubProducerClient(emulator.connectionString, 'readings');
    for (const k of ['a', 'b', 'c']) await producer.sendBatch(events.filter((event) => event.k === k).map((body) => ({ body })), { partitionKey: k });
    await producer.sendBatch([{ body: Buffer.from('{"broken":') }, { body: Buffer.alloc(0) }, { body: { k: 'a', v: 1 } }]);
    await producer.close();
    await waitFor('all windows', async () => Object.values((await blobs('results')) ?? {}).length > 0 && Object.entries(await blobs('results')).filter(([name]) => name.startsWith('windows/')).flatMap(([, rows]) => rows).length >= expectedWindows().length, 40_000);

    // A state of any size is a large one here.
    expect(Object.keys(await blobs('weir-state')).filter((name) => name.startsWith('test/partition/'))).not.toEqual([]);

    const results = await blobs('results');
    const under = (prefix: string): unknown[] => Object.entries(results).filter(([name]) => name.startsWith(prefix)).flatMap(([, rows]) => rows);
    expect(byText(under('windows/'))).toEqual(byText(expectedWindows()));
    for (const k of ['a', 'b', 'c']) expect(byText(under(`archive/${k}/`))).toEqual(byText(events.filter((event) => event.k === k)));

    const big = await received('big', events.filter(({ v }) => v >= 90).length);
    expect(byText(big.map(({ body }) => ({ ...(body as object), _id: undefined })))).toEqual(byText(events.filter(({ v }) => v >= 90).map(({ k, v }) => ({ k, v }))));
    expect(new Set(big.map(({ body }) => (body as { _id: string })._id)).size).toBe(big.length);
    for (const { body, properties, partitionKey } of await received('keyed', events.filter(({ v }) => v >= 95).length)) {
      const { k } = body as { k: string };
      expect({ properties, partitionKey }).toEqual({ properties: { k, 'weir-id': expect.stringMatching(/^[0-9a-f]{32}$/) as string }, partitionKey: k });
    }
  }, 60_000);

  // The clock does not move time on by itself, so the windows above were closed by the alarm.
  it('has an alarm while windows are open, and sets it again should it have been lost', async () => {
    const instance = `http://127.0.0.1:${host.port}/durabletask/instances/alarm.test`;
    const alarm = async (): Promise<{ name: string; runtimeStatus: string }> => (await fetch(instance)).json() as Promise<{ name: string; runtimeStatus: string }>;
    expect(await alarm()).toMatchObject({ name: 'alarm', runtimeStatus: 'Running', input: 'alarm.test' });
    expect((await fetch(`${instance}/terminate?reason=test`, { method: 'POST' })).status).toBe(202);
    await waitFor('it is over', async () => (await alarm()).runtimeStatus === 'Terminated');
    await waitFor('it runs again', async () => (await alarm()).runtimeStatus === 'Running');
  });

  it('counts them', async () => {
    const { inputs, outputs, waiting } = await status();
    // The job groups by the key of its partitions, so it has no group stage.
    expect(waiting).toEqual({});
    const readings = inputs.Readings as NonNullable<(typeof inputs)[string]>;
    expect(readings).toMatchObject({ events: 203, applied: 200, filtered: 0, pending: 0, backlog: 0, deadLettered: { 'invalid-json': 1, 'empty-event': 1, 'invalid-timestamp': 1 } });
    expect(Object.keys(readings.partitions)).toEqual(['0', '1']);
    expect(readings.watermark).toMatch(/^20.*Z$/);
    expect(outputs.windows).toMatchObject({ errors: 0, lastWindowEnd: expect.stringMatching(/^2026-01-01T00:00:04/) as string });
  });

  it('sets bad events aside with their reason, place and bytes', async () => {
    const letters = Object.values(await blobs('dead-letter')).flat() as { reason: string; body: string; input: string }[];
    expect(letters.map(({ reason, body, input }) => [reason, Buffer.from(body, 'base64').toString(), input]).sort()).toEqual([
      ['empty-event', '', 'Readings'],
      ['invalid-json', '{"broken":', 'Readings'],
      ['invalid-timestamp', '{"k":"a","v":1}', 'Readings'],
    ]);
  });

  it('shows the latest rows, and says which outputs there are', async () => {
    const { output, rows } = (await (await api('/api/results/WINDOWS?limit=3')).json()) as { output: string; rows: { time: string; row: { n: number } }[] };
    expect(output).toBe('windows');
    expect(rows).toHaveLength(3);
    expect(rows[0]?.time).toBe('2026-01-01T00:00:04.0000000Z');
    const missing = await api('/api/results/window');
    expect(missing.status).toBe(404);
    expect(await missing.json()).toMatchObject({ error: { code: 'unknown-name', message: expect.stringContaining("did you mean 'windows'") as string } });
  });

  it('publishes what is posted to it', async () => {
    const post = (body: string): Promise<Response> => api('/api/events/readings', { method: 'POST', body });
    const accepted = await post(JSON.stringify([{ k: 'z', v: 99, t: new Date(START + 10_000).toISOString() }, { k: 'z', v: 1, t: new Date(START + 10_000).toISOString() }]));
    expect([accepted.status, await accepted.json()]).toEqual([202, { published: 2 }]);
    expect((await post('{"k":')).status).toBe(400);
    expect((await post('')).status).toBe(400);
    await waitFor('205 events in the status', async () => (await status()).inputs.Readings?.events === 205);
  }, 30_000);

  it('explains the plan and serves the page', async () => {
    expect(await (await api('/api/explain')).json()).toMatchObject({ job: 'test', plan: { version: 1 } });
    const page = await api('/');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await api('/page.js')).status).toBe(200);
    expect((await api('/package.json')).status).toBe(404);
  });
});
