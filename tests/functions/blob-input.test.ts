/** A job that reads blobs, on the local host: uploaded files become rows, each once, also after a restart of the host. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { BlobServiceClient } from '@azure/storage-blob';
import * as eventSource from '../../local/eventhubs/receiver';
import { createDurableEngine } from '../../local/host/durable/engine';
import { startHost, type LocalHost } from '../../local/host/host';
import type { JobStatus } from '../../shared/job/status';
import { startAzurite, type Azurite } from '../local/host/support/azurite';
import { waitFor } from '../local/host/support/wait';
import { compileWorker } from '../local/host/support/worker-entry';
import { createAppDir, type AppDir } from './support/app-dir';

const definition = {
  name: 'files',
  inputs: { Readings: { type: 'blob', connection: 'AzureWebJobsStorage', container: 'incoming', path: 'readings/{date}/', format: 'csv', compression: 'gzip' } },
  outputs: { archive: { type: 'blob', connection: 'AzureWebJobsStorage', container: 'results', path: 'archive' }, counts: { type: 'blob', connection: 'AzureWebJobsStorage', container: 'results', path: 'counts' } },
};
const query = `SELECT k, BlobName AS name, GetMetadataPropertyValue(readings, 'BlobName') AS again INTO archive FROM readings
  SELECT k, COUNT(*) AS n INTO counts FROM readings GROUP BY k, TumblingWindow(second, 1)`;

let azurite: Azurite;
let appDir: AppDir;
let worker: ReturnType<typeof compileWorker>;
let dataDir: string;
let host: LocalHost | undefined;
const lines: string[] = [];

const start = (): Promise<LocalHost> => {
  const settings = { AzureWebJobsStorage: azurite.connectionString, WEIR_JOB: 'jobs/test', WEIR_CLOCK: '* * * * * *', WEIR_ALARM: 'off', WEIR_BLOB_POLL: '* * * * * *' };
  const source = eventSource as unknown as Parameters<typeof startHost>[1]['eventSource'];
  return startHost({ appDir: appDir.path, port: 0, dataDir, settings, log: (line) => lines.push(line), shutdownMs: 3_000 }, { eventSource: source, createDurableEngine, workerEntry: worker.entry });
};

beforeAll(async () => {
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'weir-blobs-'));
  [appDir, worker, azurite] = [createAppDir({ definition, query }), compileWorker(), await startAzurite()];
}, 60_000);

afterAll(async () => {
  await host?.stop();
  await azurite?.stop();
  worker?.remove();
  appDir?.remove();
  fs.rmSync(dataDir, { recursive: true, force: true });
});

async function upload(name: string, rows: string[]): Promise<void> {
  const container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient('incoming');
  await container.createIfNotExists();
  const content = gzipSync(`k,v\n${rows.join('\n')}\n`);
  await container.getBlockBlobClient(name).upload(content, content.byteLength);
}

async function written(prefix: string): Promise<Record<string, unknown>[]> {
  const container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient('results');
  const rows: Record<string, unknown>[] = [];
  if (!(await container.exists())) return rows;
  for await (const { name } of container.listBlobsFlat({ prefix })) rows.push(...(await container.getBlobClient(name).downloadToBuffer()).toString().trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>));
  return rows;
}

const readings = async (): Promise<JobStatus['inputs'][string] | undefined> => ((await (await fetch(`http://127.0.0.1:${host?.port}/api/status`)).json()) as JobStatus).inputs.Readings;

describe('a job that reads blobs', () => {
  const today = new Date().toISOString().slice(0, 10).replaceAll('-', '/');

  it('reads each file once and in order, with its name', async () => {
    await upload(`readings/${today}/a.csv.gz`, ['x,1', 'y,2']);
    await upload('other/b.csv.gz', ['z,0']);
    host = await start();
    await waitFor('two rows', async () => (await written('archive')).length === 2, 40_000);
    await upload(`readings/${today}/b.csv.gz`, ['x,3', 'broken,"']);
    await waitFor('four events', async () => (await readings())?.events === 4, 40_000);
    const name = (file: string): string => `readings/${today}/${file}.csv.gz`;
    await waitFor('three rows', async () => (await written('archive')).length === 3, 20_000);
    expect(await written('archive')).toEqual([['x', 'a'], ['y', 'a'], ['x', 'b']].map(([k, file]) => ({ k, name: name(file as string), again: name(file as string) })));
    expect(await readings()).toMatchObject({ events: 4, applied: 3, pending: 0, gap: 0, backlog: 0, deadLettered: { 'invalid-csv': 1 } });
  }, 90_000);

  it('goes on after a restart, and the clock closes the last window', async () => {
    await host?.stop();
    await upload(`readings/${today}/c.csv.gz`, ['x,4']);
    host = await start();
    await waitFor('five events', async () => (await readings())?.events === 5, 40_000);
    await waitFor('windows with all events', async () => (await written('counts')).reduce((sum, { n }) => sum + (n as number), 0) === 4, 40_000);
    expect(await written('archive')).toHaveLength(4);
  }, 90_000);
});
