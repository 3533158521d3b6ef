/** Several hosts on one task hub, in this process; kill.test.ts has them in processes of their own. */
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { DurableFunctions, InvokeDurable } from '../../../../../local/host/contract';
import type { DurableEngine } from '../../../../../local/host/durable-functions';
import { frame } from '../../../../../local/host/durable/hub/frames';
import { remoteEngines } from '../../../../../local/host/durable/hub/remote-engine';
import { startTaskHub } from '../../../../../local/host/durable/hub/task-hub';
import type { TaskHub } from '../../../../../local/host/durable/hub/task-hub';
import { waitFor } from '../../support/wait';

const FUNCTIONS: DurableFunctions = { entities: { list: 'list' }, orchestrators: { chain: 'chain' }, activities: { add: 'add' } };
const LEASE_MS = 300;

interface Batch {
  self: { key: string };
  state: string | null;
  batch: { input: string }[];
}

/** An entity that appends every input to its state. */
function append(payload: string): unknown {
  const { state, batch } = JSON.parse(payload) as Batch;
  const items = [...(JSON.parse(state ?? '[]') as unknown[]), ...batch.map(({ input }) => JSON.parse(input) as unknown)];
  return { results: batch.map(() => ({ isError: false })), signals: [], entityExists: true, entityState: JSON.stringify(items) };
}

/** Calls an activity three times, each with the result of the one before. */
function chain(payload: string): unknown {
  const { history } = JSON.parse(payload) as { history: { EventType: number; Result?: string }[] };
  const results = history.filter(({ EventType }) => EventType === 5).map(({ Result }) => JSON.parse(Result!) as number);
  const actions = [0, ...results].slice(0, 3).map((input) => ({ actionType: 0, functionName: 'add', input }));
  return { isDone: results.length === 3, actions: [actions], output: results.at(-1) };
}

describe('a task hub', () => {
  let dataDir: string;
  let hub: TaskHub;
  let logs: string[];
  const hosts = new Set<DurableEngine>();

  beforeEach(async () => {
    dataDir = fs.mkdtempSync(path.join(os.tmpdir(), 'hub-'));
    logs = [];
    hub = await startTaskHub({ port: 0, dataDir, log: (line) => logs.push(line), leaseMs: LEASE_MS });
  });
  afterEach(async () => {
    for (const host of hosts) await host.stop();
    hosts.clear();
    await hub.stop();
    fs.rmSync(dataDir, { recursive: true });
  });

  const join = async (invoke: InvokeDurable, functions = FUNCTIONS): Promise<DurableEngine> => {
    const host = remoteEngines(hub.port)({ dataDir: 'unused', taskHub: 'Shared', functions, invoke, log: (line) => logs.push(line) });
    await host.start();
    hosts.add(host);
    return host;
  };
  const leave = async (host: DurableEngine): Promise<void> => {
    hosts.delete(host);
    await host.stop();
  };
  const call = async (url: string, init?: RequestInit): Promise<unknown> => {
    const response = await fetch(`http://127.0.0.1:${hub.port}/durabletask/${url}`, init);
    const text = await response.text();
    return response.ok ? (text === '' ? null : JSON.parse(text)) : response.status;
  };
  const signal = (key: string, input: unknown): Promise<unknown> => call(`entities/list/${key}?op=add`, { method: 'POST', body: JSON.stringify(input), headers: { 'content-type': 'application/json' } });
  const state = (key: string): Promise<unknown> => call(`entities/list/${key}`);

  it('shares entities among its hosts, each batch with one of them', async () => {
    const running = new Set<string>();
    const served: Record<string, Set<string>> = { one: new Set(), two: new Set() };
    const invoke = (name: string): InvokeDurable => async (_fn, payload) => {
      const { key } = (JSON.parse(payload) as Batch).self;
      expect(running.has(key)).toBe(false);
      running.add(key);
      served[name]!.add(key);
      await new Promise((resolve) => setTimeout(resolve, 2));
      running.delete(key);
      return append(payload);
    };
    await join(invoke('one'));
    await join(invoke('two'));
    const keys = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (let n = 0; n < 10; n++) await Promise.all(keys.map((key) => signal(key, n)));
    for (const key of keys) await waitFor(`all of ${key}`, async () => ((await state(key)) as unknown[]).length === 10);
    expect(await state('a')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // Those that were there when the second host came may have moved; from then on each stays.
    expect(served.two!.size).toBeGreaterThanOrEqual(3);
    expect([...served.one!, ...served.two!].length).toBeLessThanOrEqual(keys.length + 3);
  });

  it('runs an orchestration whose turns and activities are on any host, also after one has left', async () => {
    const invoke: InvokeDurable = async (fn, payload) => (fn === 'chain' ? chain(payload) : Number(payload.replace(/\D/g, '')) + 1);
    const first = await join(invoke);
    await join(invoke);
    await call('orchestrators/chain/o', { method: 'POST' });
    await leave(first);
    await waitFor('the end', async () => ((await call('instances/o')) as { runtimeStatus: string }).runtimeStatus === 'Completed');
    expect(await call('instances/o')).toMatchObject({ output: 3 });
  });

  it('lets a host that leaves finish what it has', async () => {
    let open!: () => void;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let calls = 0;
    const invoke: InvokeDurable = async (_fn, payload) => {
      calls++;
      await gate;
      return append(payload);
    };
    const host = await join(invoke);
    await signal('k', 1);
    await waitFor('it runs', () => calls === 1);
    const left = leave(host);
    open();
    await left;
    await waitFor('the state', async () => Array.isArray(await state('k')));
    expect([calls, await state('k')]).toEqual([1, [1]]);
  });

  /** A host that takes work and then says nothing, not even that it is alive. */
  const silentHost = (): Promise<{ item: Promise<{ id: number }>; answer: (id: number) => void; closed: Promise<void> }> =>
    new Promise((resolve) => {
      http.get({ port: hub.port, host: '127.0.0.1', path: '/work-items', headers: { connection: 'Upgrade', upgrade: 'weir-work-items' } }).once('upgrade', (_response, socket) => {
        const item = new Promise<{ id: number }>((given) => {
          socket.on('data', (chunk: Buffer) => {
            const id = /"kind":"work","id":(\d+)/.exec(chunk.toString())?.[1];
            if (id !== undefined) given({ id: Number(id) });
          });
        });
        socket.on('error', () => undefined);
        socket.write(frame({ kind: 'hello', app: { taskHub: 'Shared', functions: FUNCTIONS } }));
        resolve({ item, answer: (id) => socket.write(frame({ kind: 'done', id, result: { results: [{}], entityExists: true, entityState: '"stale"' } })), closed: new Promise((done) => socket.once('close', () => done())) });
      });
    });

  it('gives the work of a host that is not heard of to another, and refuses its late answer', async () => {
    const silent = await silentHost();
    await signal('k', 1);
    const { id } = await silent.item;
    await join(async (_fn, payload) => append(payload));
    await silent.closed;
    silent.answer(id);
    await waitFor('the other host has run it', async () => Array.isArray(await state('k')));
    expect(await state('k')).toEqual([1]);
    expect(logs.join('\n')).toMatch(/not heard of for 0\.3 s[^]*1 batches that it had run again/);
  });

  it('keeps what waits while there is no host, and hosts find it again after its own restart', async () => {
    const host = await join(async () => Promise.reject(new Error('not yet')));
    await signal('k', 1);
    await waitFor('it failed', () => logs.some((line) => line.includes('not yet')));
    await leave(host);
    await signal('k', 2);
    const { port } = hub;
    await join(async (_fn, payload) => append(payload));
    await hub.stop();
    hub = await startTaskHub({ port, dataDir, log: (line) => logs.push(line), leaseMs: LEASE_MS });
    await waitFor('both', async () => ((await state('k').catch(() => 0)) as unknown[]).length === 2);
    expect(await state('k')).toEqual([1, 2]);
  });

  it('stays with a host as long as that is heard of', async () => {
    const invoke: InvokeDurable = async (_fn, payload) => {
      await new Promise((resolve) => setTimeout(resolve, 2 * LEASE_MS));
      return append(payload);
    };
    await join(invoke);
    await signal('k', 1);
    await waitFor('the state', async () => Array.isArray(await state('k')));
    expect(logs).toEqual([]);
  });

  it('refuses a host of another app while there are others, and takes it when they have gone', async () => {
    const host = await join(async (_fn, payload) => append(payload));
    const other = { ...FUNCTIONS, entities: { list: 'list', more: 'more' } };
    await expect(join(async () => null, other)).rejects.toThrow('does not take this host: other hosts of this task hub run an app with other durable functions');
    await leave(host);
    await expect(join(async (_fn, payload) => append(payload), other)).resolves.toBeDefined();
  });

  it('is reached through a host, with addresses that lead through it', async () => {
    const host = await join(async (_fn, payload) => append(payload));
    const server = http.createServer((request, response) => void host.handle(request, response)).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const started = await fetch(`${base}/runtime/webhooks/durabletask/orchestrators/chain/o`, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } });
    expect(await started.json()).toMatchObject({ id: 'o', statusQueryGetUri: expect.stringContaining(`${base}/runtime/webhooks/`) });
    expect(JSON.parse(host.clientBinding(base))).toMatchObject({ taskHubName: 'Shared', baseUrl: `${base}/runtime/webhooks/durabletask`, rpcBaseUrl: `http://127.0.0.1:${hub.port}/durabletask/` });
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('answers before any host is there, and what is no host', async () => {
    expect(await call('entities/list/k')).toBe(503);
    const status = await new Promise((resolve) => http.get({ port: hub.port, host: '127.0.0.1', path: '/', headers: { connection: 'Upgrade', upgrade: 'websocket' } }, (response) => resolve(response.statusCode)));
    expect(status).toBe(400);
  });
});
