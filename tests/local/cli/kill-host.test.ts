/**
 * Real parts, each in a process of its own: 20,000 events through the unmodified SDK, the host killed with SIGKILL twice on the way. Every window's row must be
 * in Cosmos DB and Blob as the in-process run computes it: none missing, none doubled.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { CosmosClient } from '@azure/cosmos';
import { EventHubConsumerClient, EventHubProducerClient, earliestEventPosition } from '@azure/event-hubs';
import { BlobServiceClient } from '@azure/storage-blob';
import type * as PartModule from '../../../local/cli/up/part';
import { recordsInput } from '../../../local/cli/inputs/query-input';
import { runQuery, staticReferences } from '../../../local/cli/run-query';
import { connectionsFor, settingsFor } from '../../../local/cli/up/local-settings';
import { needsOf } from '../../../local/cli/up/job-needs';
import type { Ports } from '../../../local/cli/up/ports';
import { loadJob } from '../../../shared/job/load';
import { toJsonText } from '../../../shared/values/json';
import { fromUnixMs } from '../../../shared/values/ticks';
import { waitFor } from '../host/support/wait';

const ROOT = resolve(__dirname, '../../..');
const EVENTS = 20_000;
const START = Date.UTC(2026, 0, 1);

const JOB = {
  name: 'killed',
  inputs: { readings: { type: 'eventHub', connection: 'EVENTHUB', eventHub: 'readings', consumerGroup: 'weir' } },
  outputs: {
    big: { type: 'eventHub', connection: 'EVENTHUB', eventHub: 'big', identity: 'body' },
    windows: { type: 'cosmos', connection: 'COSMOS', database: 'weir', container: 'windows', partitionKey: '/device' },
    history: { type: 'blob', connection: 'AzureWebJobsStorage', container: 'results', path: 'history/{date}' },
    archive: { type: 'blob', connection: 'AzureWebJobsStorage', container: 'results', path: 'archive' },
  },
  deadLetter: { connection: 'AzureWebJobsStorage', container: 'dead-letter' },
  // Batches of all partitions are sent in turn, so the events of one partition are in order.
  time: { late: 'unlimited', outOfOrder: '1s' },
};

const WINDOW = 'SELECT device, COUNT(*) AS n, SUM(v) AS total, AVG(v) AS mean, System.Timestamp() AS windowEnd';
const QUERY = `
SELECT n, device, v INTO big FROM readings TIMESTAMP BY t WHERE v >= 99
${WINDOW} INTO windows FROM readings TIMESTAMP BY t GROUP BY device, TumblingWindow(second, 10)
${WINDOW} INTO history FROM readings TIMESTAMP BY t GROUP BY device, HoppingWindow(second, 20, 10)
SELECT n INTO archive FROM readings TIMESTAMP BY t`;

const events = Array.from({ length: EVENTS }, (_, n) => ({ n, device: `d${(n * 7) % 25}`, v: (n * 37) % 100, t: new Date(START + n * 10).toISOString() }));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

describe('the host, killed twice', () => {
  let dir: string;
  let ports: Ports;
  let parts: typeof PartModule;
  const running: PartModule.Part[] = [];
  let host: PartModule.Part;
  const log: string[] = [];

  const startPart = async (name: string, file: string, config: unknown): Promise<PartModule.Part> => parts.startPart(name, file, config, (line) => log.push(`${name}: ${line}`));
  const startHost = async (): Promise<PartModule.Part> => {
    const { connections } = needsOf(loadJob(join(dir, 'job')).definition);
    const settings = { ...settingsFor(ports, join(dir, 'job'), connections), WEIR_CLOCK: '*/2 * * * * *', WEIR_STATE_INLINE: '500' };
    return startPart('host', 'host.js', { appDir: ROOT, port: ports.host, dataDir: join(dir, 'host'), settings });
  };

  beforeAll(async () => {
    // The parts are processes, so they run what is compiled.
    execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', join(ROOT, 'tsconfig.build.json')], { cwd: ROOT });
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- compiled just now
    parts = require('../../../dist/local/cli/up/part') as typeof PartModule;
    dir = mkdtempSync(join(tmpdir(), 'weir-kill-'));
    mkdirSync(join(dir, 'job'));
    writeFileSync(join(dir, 'job/job.json'), JSON.stringify(JOB));
    writeFileSync(join(dir, 'job/query.saql'), QUERY);
    const [eventHubs, blob, queue, table, cosmos, hostPort] = [await freePort(), await freePort(), await freePort(), await freePort(), await freePort(), await freePort()];
    ports = { eventHubs, blob, queue, table, cosmos, host: hostPort };
    const { hubs } = needsOf(loadJob(join(dir, 'job')).definition);
    running.push(await startPart('Azurite', 'azurite.js', { location: join(dir, 'azurite'), blob, queue, table }));
    running.push(await startPart('Event Hubs', 'event-hubs.js', { port: eventHubs, dataDir: join(dir, 'eventhubs'), hubs }));
    running.push(await startPart('Cosmos DB', 'cosmos.js', { port: cosmos, dataDir: join(dir, 'cosmos') }));
    host = await startHost();
  }, 90_000);

  afterAll(async () => {
    await host?.stop();
    for (const part of running.reverse()) await part.stop();
    rmSync(dir, { recursive: true, force: true });
  }, 60_000);

  interface Status {
    inputs: { readings: { events: number; applied: number; filtered: number; pending: number; deadLettered: Record<string, number> } };
  }

  async function applied(): Promise<number> {
    try {
      const { readings } = ((await (await fetch(`http://localhost:${ports.host}/api/status`)).json()) as Status).inputs;
      expect(readings.events).toBe(readings.applied + readings.filtered + readings.pending);
      return readings.applied;
    } catch {
      return 0;
    }
  }

  async function publish(): Promise<void> {
    const producer = new EventHubProducerClient(connectionsFor(ports).eventHubs, 'readings');
    for (let from = 0; from < EVENTS; from += 250) {
      const batch = await producer.createBatch({ partitionId: String((from / 250) % 4) });
      for (const event of events.slice(from, from + 250)) batch.tryAdd({ body: event });
      await producer.sendBatch(batch);
    }
    await producer.close();
  }

  async function killHostAt(count: number): Promise<void> {
    await waitFor(`${count} events applied`, async () => (await applied()) >= count, 60_000);
    host.process.kill('SIGKILL');
    await host.ended;
    host = await startHost();
  }

  async function cosmosRows(): Promise<string[]> {
    const client = new CosmosClient(connectionsFor(ports).cosmos);
    try {
      const { resources } = await client.database('weir').container('windows').items.query<Record<string, unknown>>('SELECT c.device, c.n, c.total, c.mean, c.windowEnd FROM c').fetchAll();
      return resources.map((row) => JSON.stringify(row)).sort();
    } finally {
      client.dispose();
    }
  }

  async function blobRows(prefix: string): Promise<string[]> {
    const container = BlobServiceClient.fromConnectionString(connectionsFor(ports).storage).getContainerClient('results');
    const rows: string[] = [];
    for await (const { name } of container.listBlobsFlat({ prefix })) rows.push(...(await container.getBlobClient(name).downloadToBuffer()).toString().trim().split('\n'));
    return rows.sort();
  }

  /** What consumers have who drop the identities they know. */
  async function bigRows(count: number): Promise<Set<string>> {
    const consumer = new EventHubConsumerClient('$Default', connectionsFor(ports).eventHubs, 'big');
    const found = new Map<string, string>();
    const subscription = consumer.subscribe(
      {
        processEvents: async (received) => {
          for (const { body } of received) {
            const { _id, ...row } = body as { _id: string };
            found.set(_id, JSON.stringify(row));
          }
        },
        processError: async () => undefined,
      },
      { startPosition: earliestEventPosition, maxWaitTimeInSeconds: 1 },
    );
    await waitFor(`${count} rows downstream`, () => found.size >= count, 20_000);
    await subscription.close();
    await consumer.close();
    return new Set(found.values());
  }

  it('loses nothing and doubles nothing', async () => {
    const { program, policy } = loadJob(join(dir, 'job'));
    const inputs = [recordsInput('readings', events.map((record) => ({ record, arrival: fromUnixMs(START) })))];
    const { outputs } = runQuery({ program, policy: { ...policy, early: 'unlimited' }, inputs, references: staticReferences({}), onError: 'dead-letter' });
    const expected = (name: string): string[] => (outputs.get(name) ?? []).map((row) => toJsonText(row)).sort();

    const publishing = publish();
    await killHostAt(4_000);
    await killHostAt(11_000);
    await publishing;
    await waitFor('all events applied', async () => (await applied()) === EVENTS, 60_000);
    await waitFor('the last windows', async () => (await cosmosRows()).length >= expected('windows').length && (await blobRows('history')).length >= expected('history').length, 60_000);

    expect(await cosmosRows()).toEqual(expected('windows'));
    expect(await blobRows('history')).toEqual(expected('history'));
    expect(await blobRows('archive')).toEqual(expected('archive'));
    expect(await bigRows(expected('big').length)).toEqual(new Set(expected('big')));
  }, 240_000);
});
