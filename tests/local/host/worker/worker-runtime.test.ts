import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { FunctionMetadata, RpcTypedData } from '../../../../local/host/contract';
import { packRequest, packResponse, unpackRequest, unpackResponse } from '../../../../local/host/worker/protocol';
import { WorkerRuntime } from '../../../../local/host/worker/worker-runtime';
import { batchData, batchForThread } from '../../../../local/host/triggers/eventhub/trigger-data';
import { event } from '../support/memory-hub';
import { compileWorker } from '../support/worker-entry';
import { waitFor } from '../support/wait';

const APP = path.join(__dirname, '../fixture-app');
// An app must find the SDK from where it lies.
const SDK = path.join(__dirname, '../../../../node_modules/@azure/functions');

let compiled: ReturnType<typeof compileWorker>;
const runtimes: WorkerRuntime[] = [];
const directories: string[] = [];
let lines: string[];
let crashes: Error[];

beforeAll(() => (compiled = compileWorker()));
afterAll(() => compiled.remove());
beforeEach(() => {
  lines = [];
  crashes = [];
});
afterEach(async () => {
  await Promise.all(runtimes.splice(0).map((runtime) => runtime.terminate()));
  for (const dir of directories.splice(0)) fs.rmSync(dir, { recursive: true });
});

function runtimeFor(appDir: string): WorkerRuntime {
  const runtime = new WorkerRuntime({ appDir, env: { GREETING: 'hi' }, log: (line) => lines.push(line), onCrash: (error) => crashes.push(error), entry: compiled.entry });
  runtimes.push(runtime);
  return runtime;
}

function appOf(source: string, more: object = {}): string {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'worker-app-'));
  directories.push(dir);
  fs.writeFileSync(path.join(dir, 'package.json'), JSON.stringify({ main: 'index.js', ...more }));
  fs.writeFileSync(path.join(dir, 'index.js'), source.replaceAll('@azure/functions', SDK + '/dist/azure-functions.js'));
  return dir;
}

const call = (runtime: WorkerRuntime, fn: FunctionMetadata, data: RpcTypedData = {}, metadata: Record<string, RpcTypedData> = {}) =>
  runtime.invoke({ functionId: fn.functionId, invocationId: String(Math.random()), inputData: [{ name: Object.keys(fn.bindings)[0]!, data }], triggerMetadata: metadata });

describe('WorkerRuntime', () => {
  it('loads an app and says what it registered', async () => {
    const runtime = runtimeFor(APP);
    const functions = await runtime.load();
    expect(functions.map(({ name }) => name)).toEqual(expect.arrayContaining(['hello', 'ingest', 'tick', 'Counter']));
    const ingest = functions.find(({ name }) => name === 'ingest')!;
    expect(ingest.retryOptions).toMatchObject({ retryStrategy: 'fixedDelay', maxRetryCount: -1, delayIntervalMs: 0 });
    expect(Object.values(ingest.bindings)[0]).toMatchObject({ type: 'eventHubTrigger', direction: 'in', eventHubName: '%INPUT_HUB%', cardinality: 'many' });
    expect(runtime.capabilities).toMatchObject({ IncludeEmptyEntriesInMessagePayload: 'true' });
  });

  it('gives a function the same of a batch in columns as of one in text', async () => {
    const runtime = runtimeFor(
      appOf(`const { app } = require('@azure/functions');
        app.eventHub('echo', { connection: 'C', eventHubName: 'h', cardinality: 'many', dataType: 'binary', handler: (bodies, context) =>
          ({ bodies: bodies.map((body) => [Buffer.isBuffer(body), body.toString()]), metadata: context.triggerMetadata }) });`),
    );
    const [fn] = await runtime.load();
    const events = [event(5_000_000_000, '{"v":1}'), event(5_000_000_001, ''), event(7, 'ü', { enqueuedTime: Date.UTC(2026, 0, 1, 0, 0, 0, 100), offset: 'a"b' })];
    const partition = { fullyQualifiedNamespace: 'localhost', eventHubName: 'hub', consumerGroup: '$Default', partitionId: '1' };
    const seen = await Promise.all(
      [batchData, batchForThread].map(async (make) => {
        const { data, metadata, ...columns } = make(events, { binary: true, keepEmpty: true, partition });
        expect('events' in columns).toBe(make === batchForThread);
        const response = await runtime.invoke({ functionId: fn!.functionId, invocationId: String(Math.random()), inputData: [{ name: Object.keys(fn!.bindings)[0]!, data }], triggerMetadata: metadata, ...columns });
        return JSON.parse(response.returnValue!.json!) as { bodies: unknown };
      }),
    );
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[1]!.bodies).toEqual([[true, '{"v":1}'], [true, ''], [true, 'ü']]);
  });

  it('takes a value and gives one back as they are, or as JSON where they cannot cross', async () => {
    const runtime = runtimeFor(
      appOf(`const { app } = require('@azure/functions');
        app.generic('echo', { trigger: { type: 'entityTrigger', name: 'context' }, handler: (value) => (value.fn ? { fn: () => 1, text: value.text } : { text: value.text }) });`),
    );
    const [fn] = await runtime.load();
    const run = (value: object) => runtime.invoke({ functionId: fn!.functionId, invocationId: String(Math.random()), inputData: [{ name: Object.keys(fn!.bindings)[0]!, data: {} }], triggerMetadata: {}, value });
    expect(await run({ text: '{"a":"b"}' })).toMatchObject({ returnValue: null, value: { text: '{"a":"b"}' } });
    expect((await run({ text: 't', fn: true })).value).toEqual({ text: 't' });
  });

  it('takes the signals of the durable client by the port, and leaves those for others to HTTP', async () => {
    const dir = appOf(`const { app } = require('@azure/functions');
      const df = require('durable-functions');
      app.generic('tell', { trigger: { type: 'manualTrigger', name: 'port' }, extraInputs: [df.input.durableClient()], handler: async (port, context) => {
        const client = df.getClient(context);
        try { await client.signalEntity(new df.EntityId('Counter', 'a|b'), 'add', { n: 1, text: 'ü' }); return 'taken'; } catch (error) { return error.message; }
      } });`);
    fs.symlinkSync(path.join(__dirname, '../../../../node_modules'), path.join(dir, 'node_modules'));
    const taken: string[] = [];
    const answers = [{ status: 202, body: '' }, { status: 500, body: '{"Message":"full"}' }, null];
    const onSignal = (url: string, body: string) => (taken.push(`${url} ${body}`), Promise.resolve(answers[taken.length - 1]!));
    const runtime = new WorkerRuntime({ appDir: dir, env: { WEBSITE_HOSTNAME: 'localhost:1' }, log: () => undefined, onCrash: (error) => crashes.push(error), entry: compiled.entry, onSignal });
    runtimes.push(runtime);
    const [fn] = await runtime.load();
    const client = Object.keys(fn!.bindings).find((name) => fn!.bindings[name]!.type === 'durableClient')!;
    const tell = async (port: number): Promise<unknown> => {
      const binding = { json: JSON.stringify({ taskHubName: 'T', creationUrls: {}, managementUrls: {}, baseUrl: 'http://localhost/x', rpcBaseUrl: `http://localhost:${port}/durabletask/` }) };
      const { returnValue } = await runtime.invoke({ functionId: fn!.functionId, invocationId: String(Math.random()), inputData: [{ name: 'port', data: { int: port } }, { name: client, data: binding }], triggerMetadata: {} });
      return returnValue?.string;
    };
    expect(await tell(1)).toBe('taken');
    expect(taken).toEqual(['http://localhost:1/durabletask/entities/Counter/a%7Cb?op=add {"n":1,"text":"ü"}'].map((line) => line.replace('%7C', '|')));
    expect(await tell(1)).toMatch(/500/);
    expect(await tell(1)).toMatch(/ECONNREFUSED/);
    expect(await tell(2)).toMatch(/ECONNREFUSED/);
    expect(taken).toHaveLength(3);
  });

  it('sends events with more than a body as text', () => {
    const partition = { fullyQualifiedNamespace: 'localhost', eventHubName: 'hub', consumerGroup: '$Default', partitionId: '1' };
    for (const more of [{ partitionKey: 'k' }, { properties: { a: 1 } }, { systemProperties: { messageId: 'm' } }]) {
      expect(batchForThread([event(1, 'x', more)], { binary: true, keepEmpty: true, partition })).not.toHaveProperty('events');
    }
  });

  it('converts what goes in and out as the SDK sees it', async () => {
    const runtime = runtimeFor(
      appOf(`
      const { app } = require('@azure/functions');
      app.generic('inspect', { trigger: { type: 'eventHubTrigger', name: 'in' }, handler: (input, context) => ({ input, metadata: context.triggerMetadata }) });
      app.generic('bytes', { trigger: { type: 'eventHubTrigger', name: 'in' }, handler: (events) => Buffer.concat(events) });
      app.generic('text', { trigger: { type: 'eventHubTrigger', name: 'in' }, handler: () => process.env.GREETING });
    `),
    );
    const [inspect, bytes, text] = await runtime.load();
    const metadata = { SequenceNumberArray: { collectionSint64: { sint64: [{ low: 705032704, high: 1, unsigned: false }] } }, Properties: { json: '{"Foo":1}' }, Offset: { string: '12' } };
    const inspected = await call(runtime, inspect!, { collectionString: { string: ['{"a":1}', 'not json', '7'] } }, metadata);
    expect(JSON.parse(inspected.returnValue!.json!)).toEqual({
      input: [{ a: 1 }, 'not json', 7],
      metadata: { sequenceNumberArray: [{ low: 705032704, high: 1, unsigned: false }], properties: { foo: 1 }, offset: 12 },
    });
    const sent = [Buffer.from('ab'), Buffer.from(''), Buffer.from('c')];
    expect(Buffer.from((await call(runtime, bytes!, { collectionBytes: { bytes: sent } })).returnValue!.bytes!).toString()).toBe('abc');
    // Sending must not take the buffers away from the sender.
    expect(sent[0]!.toString()).toBe('ab');
    expect(await call(runtime, text!)).toEqual({ outputData: [], returnValue: { string: 'hi' } });
  });

  it("rejects with the function's own error", async () => {
    const runtime = runtimeFor(
      appOf(`require('@azure/functions').app.generic('f', { trigger: { type: 'xTrigger', name: 'in' }, handler: () => { throw new TypeError('own message'); } });`),
    );
    const [fn] = await runtime.load();
    const error = await call(runtime, fn!).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ name: 'TypeError', message: 'own message' });
    expect((error as Error).stack).toContain('index.js');
  });

  it('loads ES modules', async () => {
    const runtime = runtimeFor(
      appOf(`import sdk from '@azure/functions'; sdk.app.generic('esm', { trigger: { type: 'xTrigger', name: 'in' }, handler: () => import.meta.url.slice(0, 5) });`, { type: 'module' }),
    );
    const [fn] = await runtime.load();
    expect((await call(runtime, fn!)).returnValue).toEqual({ string: 'file:' });
  });

  it.each([
    ['an error', `throw new Error('cannot start');`, /cannot start/],
    ['a registration twice', `const { app } = require('@azure/functions'); app.timer('a', { schedule: '0 * * * * *', handler: () => {} }); app.timer('A', { schedule: '0 * * * * *', handler: () => {} });`, /"A" is registered already/],
    ['process.exit', `process.exit(3);`, /exit code 3/],
  ])('rejects the load after %s', async (_what, source, message) => {
    await expect(runtimeFor(appOf(source)).load()).rejects.toThrow(message);
    expect(crashes).toEqual([]);
  });

  it('reports a crash and rejects what was running', async () => {
    const runtime = runtimeFor(
      appOf(`require('@azure/functions').app.generic('f', { trigger: { type: 'xTrigger', name: 'in' }, handler: () => new Promise(() => setTimeout(() => { throw new Error('uncaught'); }, 10)) });`),
    );
    const [fn] = await runtime.load();
    await expect(call(runtime, fn!)).rejects.toThrow('uncaught');
    await waitFor('the crash', () => crashes.length === 1);
    await expect(call(runtime, fn!)).rejects.toThrow('not running');
  });

  it('restarts: what runs is rejected, function ids stay', async () => {
    const runtime = runtimeFor(
      appOf(`let runs = 0; require('@azure/functions').app.generic('f', { trigger: { type: 'xTrigger', name: 'in' }, handler: (hang) => (runs++, hang ? new Promise(() => {}) : runs) });`),
    );
    const [fn] = await runtime.load();
    expect((await call(runtime, fn!)).returnValue).toEqual({ int: 1 });
    const hanging = call(runtime, fn!, { string: 'true' });
    hanging.catch(() => undefined);
    await runtime.restart();
    await expect(hanging).rejects.toThrow(/restarted/);
    expect((await call(runtime, fn!)).returnValue).toEqual({ int: 1 });
    expect(crashes).toEqual([]);
  });

  it('runs the app\'s terminate hooks', async () => {
    const runtime = runtimeFor(appOf(`require('@azure/functions').app.hook.appTerminate(async () => console.log('goodbye'));`));
    await runtime.load();
    await runtime.terminate();
    await waitFor('the line', () => lines.includes('goodbye'));
  });
});

describe('packing', () => {
  it('is undone by unpacking', () => {
    const request = {
      functionId: 'f',
      invocationId: 'i',
      inputData: [
        { name: 'a', data: { collectionBytes: { bytes: [new Uint8Array([1, 2]), new Uint8Array(), new Uint8Array([3])] } } },
        { name: 'b', data: { http: { method: 'POST', body: { bytes: new Uint8Array([9]) } } } },
        { name: 'c', data: { bytes: new Uint8Array([7]) } },
        { name: 'd', data: { collectionBytes: { bytes: [] } } },
      ],
      triggerMetadata: { n: { collectionSint64: { sint64: [{ low: -5, high: 2 ** 31 - 1, unsigned: false }] } }, s: { string: 'x' } },
    };
    const transfer: ArrayBuffer[] = [];
    expect(unpackRequest(structuredClone(packRequest(request, transfer), { transfer }))).toEqual(request);
    const response = { outputData: [{ name: 'o', data: { json: '[1]' } }], returnValue: { bytes: new Uint8Array([1]) } };
    expect(unpackResponse(packResponse(response, []))).toEqual(response);
    expect(unpackResponse(packResponse({ outputData: [] }, []))).toEqual({ outputData: [], returnValue: null });
  });
});
