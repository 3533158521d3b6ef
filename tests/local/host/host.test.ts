import fs from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import type { DurableEngineFactory } from '../../../local/host/durable-functions';
import { startHost } from '../../../local/host/host';
import type { HostOptions, LocalHost } from '../../../local/host/host';
import { startAzurite } from './support/azurite';
import type { Azurite } from './support/azurite';
import { MemoryHub } from './support/memory-hub';
import { waitFor } from './support/wait';
import { compileWorker } from './support/worker-entry';

let azurite: Azurite;
let compiled: ReturnType<typeof compileWorker>;
let dataDir: string;
let lines: string[];
let crashes: Error[];
let hub: MemoryHub;
let host: LocalHost | undefined;
let engine: Parameters<DurableEngineFactory>[0];
let engineEvents: string[];
/** Storage outlives the tests: each has a hub and a host id of its own. */
let testNumber = 0;

beforeAll(async () => {
  compiled = compileWorker();
  azurite = await startAzurite();
});
afterAll(async () => {
  compiled.remove();
  await azurite.stop();
});
beforeEach(() => {
  testNumber++;
  dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'host-'));
  hub = new MemoryHub(2);
  lines = [];
  crashes = [];
  engineEvents = [];
});
afterEach(async () => {
  await host?.stop();
  host = undefined;
  fs.rmSync(dataDir, { recursive: true });
});

/** Says what it was given, and answers every request with its path. */
const createDurableEngine: DurableEngineFactory = (options) => {
  engine = options;
  return {
    start: async () => void engineEvents.push('start'),
    stop: async () => void engineEvents.push('stop'),
    handle: async (request, response) => void response.end(`engine ${request.url}`),
    clientBinding: (baseUrl) => JSON.stringify({ rpcBaseUrl: `${baseUrl}/durabletask/` }),
  };
};

async function start(appDir: string, more: Partial<HostOptions> = {}): Promise<string> {
  const settings = {
    AzureWebJobsStorage: azurite.connectionString,
    AzureFunctionsWebHost__hostid: `host-${testNumber}`,
    INPUT_HUB: `input-${testNumber}`,
    QUEUE: 'letters',
    Hub: 'Endpoint=sb://localhost;SharedAccessKeyName=a;SharedAccessKey=b',
  };
  const options: HostOptions = { appDir: path.join(__dirname, appDir), port: 0, dataDir, settings, log: (line) => lines.push(line), shutdownMs: 3000, onCrash: (error) => crashes.push(error), ...more };
  host = await startHost(options, { eventSource: hub, createDurableEngine, workerEntry: compiled.entry });
  return `http://127.0.0.1:${host.port}`;
}

const container = (name: string) => BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(name);

async function readBlobs(name: string): Promise<string[]> {
  const texts: string[] = [];
  if (!(await container(name).exists())) return texts;
  for await (const blob of container(name).listBlobsFlat()) texts.push((await container(name).getBlobClient(blob.name).downloadToBuffer()).toString());
  return texts;
}

describe('HTTP functions', () => {
  it('go from request to response', async () => {
    const url = await start('fixture-app');
    const response = await fetch(`${url}/api/hello/J%20D/3?a=1&a=2`);
    expect(response.status).toBe(201);
    expect(response.headers.get('x-invocation')).toMatch(/^[0-9a-f-]{36}$/);
    expect(response.headers.get('set-cookie')).toBe('seen=a%20b; max-age=60; path=/; samesite=lax; httponly');
    expect(await response.json()).toEqual({ name: 'J D', count: '3', query: { a: '1,2' }, url: `${url}/api/hello/J%20D/3?a=1&a=2` });
    await waitFor('the console', () => lines.includes('to the console'));
    expect(lines).toContain('[hello] GREETING J D');
  });

  it('take and give bytes', async () => {
    const url = await start('fixture-app');
    const body = Buffer.from(Array.from({ length: 300_000 }, (_none, index) => index % 256));
    const response = await fetch(`${url}/api/echo`, { method: 'POST', body });
    expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
  });

  it.each([
    ['/api/nothing', 'GET', 204, ''],
    ['/api/hello/x', 'POST', 404, ''],
    ['/api/hello/x/notanumber', 'GET', 404, ''],
    ['/api/absent', 'GET', 404, ''],
    ['/api/fail', 'GET', 500, ''],
    ['/api/hooked', 'GET', 200, 'wrapped original true'],
    ['/api/env?name=QUEUE', 'GET', 200, 'letters'],
    ['/api/env?name=FUNCTIONS_WORKER_RUNTIME', 'GET', 200, 'node'],
    ['/durabletask/entities/counter', 'GET', 200, 'engine /durabletask/entities/counter'],
    ['/runtime/webhooks/durabletask/x', 'GET', 200, 'engine /runtime/webhooks/durabletask/x'],
  ])('%s %s gives %d', async (target, method, status, body) => {
    const url = await start('fixture-app');
    const response = await fetch(url + target, { method });
    expect([response.status, await response.text()]).toEqual([status, body]);
    if (status === 500) expect(lines.join('\n')).toContain('deliberately failed');
  });

  it('ask for keys when they are enforced', async () => {
    fs.mkdirSync(path.join(dataDir, 'secrets'));
    fs.writeFileSync(path.join(dataDir, 'secrets/host.json'), JSON.stringify({ masterKey: { value: 'm' }, functionKeys: [{ value: 'f' }] }));
    const url = await start('fixture-app', { enforceKeys: true });
    const status = async (target: string, headers = {}): Promise<number> => (await fetch(url + target, { method: 'POST', headers })).status;
    expect(await status('/api/echo')).toBe(401);
    expect(await status('/api/echo?code=wrong')).toBe(401);
    expect(await status('/api/echo?code=f')).toBe(200);
    expect(await status('/api/echo', { 'x-functions-key': 'm' })).toBe(200);
    expect((await fetch(`${url}/api/nothing`)).status).toBe(204);
  });

  it('answer preflights of pages on this machine only', async () => {
    const url = await start('fixture-app');
    const preflight = (origin: string) => fetch(`${url}/api/echo`, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } });
    const local = await preflight('http://localhost:3000');
    expect([local.status, local.headers.get('access-control-allow-origin')]).toEqual([204, 'http://localhost:3000']);
    const foreign = await preflight('https://example.com');
    expect([foreign.status, foreign.headers.get('access-control-allow-origin')]).toEqual([404, null]);
  });

  it('refuse a body beyond 100 MB before reading it', async () => {
    const url = await start('fixture-app');
    const status = await new Promise<number>((resolve, reject) => {
      const request = http.request(`${url}/api/echo`, { method: 'POST', headers: { 'content-length': 104_857_601 } }, (response) => {
        resolve(response.statusCode!);
        request.destroy();
      });
      request.on('error', reject);
      request.flushHeaders();
    });
    expect(status).toBe(413);
  });

  it('fail after functionTimeout, and the host goes on with a new worker', async () => {
    const url = await start('fixture-app');
    const hanging = await fetch(`${url}/api/hang`);
    expect(hanging.status).toBe(500);
    expect(lines.join('\n')).toContain('"hang" ran longer than functionTimeout (2 s)');
    expect((await fetch(`${url}/api/nothing`)).status).toBe(204);
  });

  it('can crash the app, which is reported', async () => {
    const url = await start('fixture-app');
    await fetch(`${url}/api/crash`, { method: 'POST' });
    await waitFor('the crash', () => crashes.length === 1);
    expect(crashes[0]!.message).toBe('deliberately uncaught');
  });

  it('are listed by the admin API', async () => {
    const url = await start('fixture-app');
    expect(await (await fetch(`${url}/admin/host/status`)).json()).toMatchObject({ state: 'Running', id: `host-${testNumber}` });
    const functions = (await (await fetch(`${url}/admin/functions`)).json()) as { name: string; invoke_url_template: string | null }[];
    expect(functions.find(({ name }) => name === 'hello')!.invoke_url_template).toBe(`http://localhost:${host!.port}/api/hello/{name}/{count:int?}`);
    expect(functions.find(({ name }) => name === 'ingest')!.invoke_url_template).toBeNull();
    expect((await fetch(`${url}/admin/functions/absent`)).status).toBe(404);
  });
});

describe('HTTP streaming', () => {
  it('passes chunks on as they come', async () => {
    const url = await start('fixture-stream-app');
    const response = await fetch(`${url}/api/count/4`);
    expect(response.headers.get('content-type')).toBe('text/plain');
    const arrivals: number[] = [];
    let text = '';
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      arrivals.push(Date.now());
      text += Buffer.from(chunk).toString();
    }
    expect(text).toBe('1\n2\n3\n4\n');
    expect(arrivals.at(-1)! - arrivals[0]!).toBeGreaterThan(80);
  });

  it('streams requests, with headers', async () => {
    const url = await start('fixture-stream-app');
    const response = await fetch(`${url}/api/length`, { method: 'POST', body: Buffer.alloc(5_000_000), headers: { 'x-test': 'yes' } });
    expect(await response.text()).toBe('5000000 yes');
  });

  it('turns a failure into a 500', async () => {
    const url = await start('fixture-stream-app');
    expect((await fetch(`${url}/api/fail`)).status).toBe(500);
    expect(lines.join('\n')).toContain('streamed failure');
  });
});

describe('bindings', () => {
  it('write outputs before the response, and read inputs', async () => {
    const url = await start('fixture-app');
    const write = await fetch(`${url}/api/notes/7?kind=memo`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"text":"hello"}' });
    expect(write.status).toBe(204);
    expect((await container('notes').getBlobClient('7/memo.json').downloadToBuffer()).toString()).toBe('{"text":"hello"}');
    expect(await (await fetch(`${url}/api/notes/7?kind=memo`)).json()).toEqual({ stored: { text: 'hello' } });
    expect(await (await fetch(`${url}/api/notes/8?kind=memo`)).json()).toEqual({ stored: null });
  });

  it('fail the invocation when an output cannot be written', async () => {
    const url = await start('fixture-app');
    const response = await fetch(`${url}/api/notes/7`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    expect(response.status).toBe(500);
    expect(lines.join('\n')).toMatch(/Function "writeNote": the output "blob\w+" \(blob\) was not written: The binding expression \{Query.kind\}/);
  });

  it('stop the start with every complaint at once', async () => {
    const settings = { AzureWebJobsStorage: 'UseDevelopmentStorage=true', INPUT_HUB: 'input', QUEUE: 'letters' };
    await expect(start('fixture-app', { settings })).rejects.toThrow(/"ingest", binding "\w+" \(eventHubTrigger\), property "connection": the setting "Hub" is not set/);
    await expect(start('fixture-app', { settings: { ...settings, Hub: 'Endpoint=sb://x', QUEUE: '' } })).rejects.toThrow(/"queueName" is missing/);
  });

  it('leave out disabled functions', async () => {
    const settings = { AzureWebJobsStorage: azurite.connectionString, INPUT_HUB: 'input', QUEUE: 'letters', 'AzureWebJobs.ingest.Disabled': 'true' };
    const url = await start('fixture-app', { settings });
    expect(host!.functions).not.toContain('ingest');
    expect((await fetch(`${url}/api/nothing`)).status).toBe(204);
  });
});

describe('triggers', () => {
  it('bring events to the function, again after a failure, and their outputs to storage', async () => {
    await container('batches').deleteIfExists();
    hub.send(1, ['{"v":1}', '', 'three']);
    await start('fixture-app');
    await waitFor('the output', async () => (await readBlobs('batches')).length === 1);
    const [batch] = await readBlobs('batches');
    expect(JSON.parse(batch!)).toEqual({
      texts: ['{"v":1}', '', 'three'],
      sequenceNumbers: [0, 1, 2],
      longs: [0, 1, 2].map((low) => ({ low, high: 0, unsigned: false })),
      properties: [{}, {}, {}],
      partition: '1',
      retryCount: 1,
    });
    await host!.stop();
    expect(lines.find((line) => line.includes('first try'))).toMatch(/\[ingest\] input-\d+\/1: events 0\.\.2 failed, retry 1 in 0 s/);
    const checkpoint = container('azure-webjobs-eventhub').getBlobClient(`localhost/input-${testNumber}/$default/checkpoint/1`);
    await expect(checkpoint.getProperties()).resolves.toMatchObject({ metadata: { sequencenumber: '2' } });
  });

  it('run timers, with their status in Azure\'s place', async () => {
    await start('fixture-app');
    await waitFor('the tick', () => lines.some((line) => line.startsWith('[tick] tick pastDue=false next=0001')));
    const status = container('azure-webjobs-hosts').getBlobClient(`timers/host-${testNumber}/Host.Functions.tick/status`);
    await waitFor('the status', () => status.exists());
    expect(JSON.parse((await status.downloadToBuffer()).toString())).toMatchObject({ Next: expect.stringMatching(/-01-01T00:00:00\+00:00$/) as string });
  });

  it('hand durable functions to the engine', async () => {
    const url = await start('fixture-app');
    expect(engine).toMatchObject({ taskHub: 'fixture', functions: { entities: { counter: 'Counter' }, orchestrators: {}, activities: {} } });
    expect(await engine.invoke('Counter', JSON.stringify({ batch: [{}, {}] }))).toEqual({ entityState: '{"count":2}', entityExists: true });
    expect(await (await fetch(`${url}/api/signal`)).json()).toEqual({ rpcBaseUrl: `http://localhost:${host!.port}/durabletask/` });
    await host!.stop();
    expect(engineEvents).toEqual(['start', 'stop']);
  });
});

describe('the host', () => {
  it('says EADDRINUSE for a taken port', async () => {
    await start('fixture-app');
    await expect(start('fixture-app', { port: host!.port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  it('lets a running invocation finish when it stops, and takes no new one', async () => {
    const url = await start('fixture-stream-app');
    const response = await fetch(`${url}/api/count/6`);
    const stopped = host!.stop();
    expect((await fetch(`${url}/api/count/1`)).status).toBe(503);
    expect(await response.text()).toBe('1\n2\n3\n4\n5\n6\n');
    await stopped;
  });

  it('crashes where the faults say', async () => {
    const crashPoints: string[] = [];
    hub.send(0, ['a']);
    await start('fixture-app', { faults: { seed: 1, crash: { 'output:before': 1, 'checkpoint:after': 1 }, exit: (point) => crashPoints.push(point) } });
    await waitFor('both', () => crashPoints.length >= 2);
    expect(crashPoints.slice(0, 2)).toEqual(['output:before', 'checkpoint:after']);
  });
});
