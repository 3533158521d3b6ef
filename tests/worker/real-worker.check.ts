/**
 * The same invocations through the Azure Functions Node worker and through the local host's: what handlers see and what comes back must be the same.
 * Optional, see run.js.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { EventHubProducerClient } from '@azure/event-hubs';
import type { FunctionMetadata, FunctionRuntime, InvocationRequest, InvocationResponse, RpcTypedData } from '../../local/host/contract';
import { batchData, type EventShape } from '../../local/host/triggers/eventhub/trigger-data';
import type { ReceivedEvent } from '../../local/host/triggers/eventhub/event-source';
import { kafkaBatchData } from '../../local/host/triggers/kafka/trigger-data';
import { WorkerRuntime } from '../../local/host/worker/worker-runtime';
import { createAppDir, type AppDir } from '../functions/support/app-dir';
import { startEmulator, type Emulator } from '../local/eventhubs/emulator';
import { compileWorker } from '../local/host/support/worker-entry';
import { startDurableStub, type DurableStub } from './durable-stub';
import { GrpcRuntime } from './grpc-runtime';

const WORKER = process.env.WEIR_WORKER as string;
const ENQUEUED = Date.UTC(2026, 0, 1, 12, 0, 0, 120);
const shape: EventShape = { binary: true, keepEmpty: true, partition: { fullyQualifiedNamespace: 'localhost', eventHubName: 'readings', consumerGroup: 'weir', partitionId: '0' } };

interface Pair {
  real: FunctionRuntime;
  local: FunctionRuntime;
  functions: FunctionMetadata[];
}

const lines: string[] = [];

async function load(appDir: string, env: Record<string, string>, entry: string): Promise<Pair & { ofReal: FunctionMetadata[] }> {
  const log = (line: string): void => void lines.push(line);
  const all = { PATH: process.env.PATH ?? '', AZURE_FUNCTIONS_ENVIRONMENT: 'Development', AzureWebJobsScriptRoot: appDir, WEBSITE_HOSTNAME: 'localhost:7071', ...env };
  const real = new GrpcRuntime({ workerDir: WORKER, appDir, env: all, log });
  const local = new WorkerRuntime({ appDir, env: all, log, onCrash: (error) => lines.push(String(error)), entry });
  const [ofReal, functions] = await Promise.all([real.load(), local.load()]).catch((error: unknown) => {
    throw new Error(`the app does not load: ${String(error)}\n${lines.slice(-20).join('\n')}`);
  });
  return { real, local, functions, ofReal };
}

/** What is random or depends on the time of day, and the forms in which the wire leaves out what is not there. */
function comparable(value: unknown): unknown {
  const text = JSON.stringify(value, (key, item: unknown) => {
    if (Buffer.isBuffer(item) || item instanceof Uint8Array) return { bytes: Buffer.from(item).toString('base64') };
    if ((item as { type?: unknown } | null)?.type === 'Buffer') return { bytes: Buffer.from((item as { data: number[] }).data).toString('base64') };
    if (key === 'json' && typeof item === 'string') return JSON.parse(item) as unknown;
    if (item === null || key === 'enableContentNegotiation' || (typeof item === 'object' && Object.keys(item as object).length === 0)) return undefined;
    // An enum travels as a number and has its name from the protocol's definition.
    if (key === 'sameSite') return String(item).toLowerCase();
    return key === 'startTime' || key === 'requestTime' ? 0 : item;
  });
  return JSON.parse((text ?? 'null').replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'uuid')) as unknown;
}

let invocations = 0;

/** Runs a function in both; an error counts by its message. */
async function both({ real, local, functions }: Pair, name: string, request: { data: RpcTypedData; metadata?: Record<string, RpcTypedData>; inputs?: Record<string, RpcTypedData>; retryContext?: InvocationRequest['retryContext'] }): Promise<{ real: unknown; local: unknown; response: InvocationResponse | undefined }> {
  const fn = functions.find((f) => f.name === name);
  if (!fn) throw new Error(`there is no function ${name}`);
  const [trigger] = Object.entries(fn.bindings).find(([, { type }]) => /trigger$/i.test(type)) as [string, unknown];
  const extra = Object.entries(fn.bindings).flatMap(([binding, { type, direction }]) => (direction === 'in' && request.inputs?.[type] ? [{ name: binding, data: request.inputs[type] as RpcTypedData }] : []));
  const ask = async (runtime: FunctionRuntime): Promise<InvocationResponse | { error: string }> => {
    const invocation: InvocationRequest = { functionId: fn.functionId, invocationId: `i${++invocations}`, inputData: [{ name: trigger, data: request.data }, ...extra], triggerMetadata: request.metadata ?? {}, retryContext: request.retryContext };
    return runtime.invoke(invocation).catch((error: unknown) => ({ error: (error as Error).message.split('\n')[0]?.replace(/^\w*Error: /, '') ?? '' }));
  };
  const ofReal = await ask(real);
  const ofLocal = await ask(local);
  return { real: comparable(ofReal), local: comparable(ofLocal), response: 'error' in ofLocal ? undefined : ofLocal };
}

const event = (sequenceNumber: number, body: string, more: Partial<ReceivedEvent> = {}): ReceivedEvent => ({ sequenceNumber, offset: String(sequenceNumber * 2 ** 32), enqueuedTime: ENQUEUED + sequenceNumber, partitionKey: null, properties: {}, systemProperties: {}, body: Buffer.from(body), ...more });
const device = { 'iothub-connection-device-id': '007', 'iothub-enqueuedtime': ENQUEUED, messageId: 'm-1', correlationId: '12' };
const odd = [event(5_000_000_000, '{"a":1,"A":2}', { partitionKey: 'pk', properties: { Foo: 'x', n: 5, nested: { Deep: [1, 'Two'] } } }), event(5_000_000_001, ''), event(5_000_000_002, 'not json'), event(5_000_000_003, '123', { systemProperties: device }), event(5_000_000_004, 'ä "quoted" \u0000')];
const http = (method: string, url: string, more: Partial<NonNullable<RpcTypedData['http']>> = {}): { data: RpcTypedData } => ({ data: { http: { method, url, headers: {}, params: {}, query: {}, ...more } } });

let worker: ReturnType<typeof compileWorker>;
beforeAll(() => void (worker = compileWorker()));
afterAll(() => worker.remove());

describe('what handlers see', () => {
  let dir: string;
  let pair: Awaited<ReturnType<typeof load>>;

  beforeAll(async () => {
    dir = fs.mkdtempSync(path.join(os.tmpdir(), 'weir-echo-'));
    fs.cpSync(path.join(__dirname, 'echo-app'), dir, { recursive: true });
    fs.symlinkSync(path.join(__dirname, '../../node_modules'), path.join(dir, 'node_modules'));
    pair = await load(dir, {}, worker.entry);
  });
  afterAll(async () => {
    await Promise.all([pair?.real.terminate(), pair?.local.terminate()]);
    fs.rmSync(dir, { recursive: true, force: true });
  });

  it('is declared alike', () => {
    expect(comparable(sorted(pair.ofReal))).toEqual(comparable(sorted(pair.functions)));
    expect(pair.real.capabilities.IncludeEmptyEntriesInMessagePayload).toBe(pair.local.capabilities.IncludeEmptyEntriesInMessagePayload);
  });

  const records = [
    { partition: 0, offset: 5_000_000_000, timestamp: ENQUEUED, key: 'k', value: Buffer.from('{"v":1}'), headers: [{ key: 'Trace', value: Buffer.from('t1') }, { key: 'none', value: null }] },
    { partition: 2, offset: 7, timestamp: ENQUEUED, key: null, value: null, headers: [] },
    { partition: 0, offset: 5_000_000_009, timestamp: ENQUEUED, key: '12', value: Buffer.from('plain'), headers: [] },
  ];
  const entity = JSON.stringify({ self: { name: 'entity', key: 'a|b' }, exists: true, state: '{"s":1}', batch: [{ name: 'add', input: '{"v":2}', isSignal: true }] });

  it.each<[string, string, Parameters<typeof both>[2]]>([
    ['a batch of bytes', 'hubBinary', { ...batchData(odd, shape) }],
    ['a batch of bytes, tried again', 'hubBinary', { ...batchData(odd.slice(0, 1), shape), retryContext: { retryCount: 3, maxRetryCount: -1 } }],
    ['a batch of text', 'hubText', { ...batchData(odd, { ...shape, binary: false, keepEmpty: false }) }],
    ['a Kafka batch', 'kafka', { ...kafkaBatchData(records, { topic: 't', binary: true, keepEmpty: true }) }],
    ['an entity batch', 'entity', { data: { string: entity } }],
    ['a timer', 'timer', { data: { json: '{"Schedule":{"AdjustForDST":true},"ScheduleStatus":{"Last":"2026-01-01T00:00:00+00:00","Next":"2027-01-01T00:00:00+00:00"},"IsPastDue":false}' } }],
    ['a request', 'echo', http('POST', 'http://localhost:7071/api/echo/x?q=1', { headers: { 'x-in': 'y', 'content-type': 'application/json' }, params: { name: 'x' }, query: { q: '1' }, body: { string: '{"ä":1}' }, rawBody: { string: '{"ä":1}' } })],
    ['a request of bytes', 'echo', http('POST', 'http://localhost:7071/api/echo/x', { params: { name: 'x' }, body: { bytes: Buffer.from([0, 255]) } })],
    ['an answer of bytes with a cookie', 'bytes', http('GET', 'http://localhost:7071/api/bytes')],
    ['no answer', 'nothing', http('GET', 'http://localhost:7071/api/nothing')],
    ['an error', 'fails', http('GET', 'http://localhost:7071/api/fails')],
  ])('is the same: %s', async (_what, name, request) => {
    const outcome = await both(pair, name, request);
    expect(outcome.real).not.toBeNull();
    expect(outcome.local).toEqual(outcome.real);
  });
});

/** By name, with what the host needs to bind them. */
function sorted(functions: readonly FunctionMetadata[]): unknown {
  return [...functions].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, bindings }) => ({ name, bindings: Object.fromEntries(Object.entries(bindings).map(([key, { name: _inner, ...binding }]) => [key, binding])) }));
}

describe('the app', () => {
  const definition = {
    name: 'test',
    inputs: { readings: { type: 'eventHub', connection: 'HUB', eventHub: 'readings', consumerGroup: 'weir' } },
    outputs: { big: { type: 'eventHub', connection: 'HUB', eventHub: 'big', identity: 'body' }, counts: { type: 'cosmos', connection: 'COSMOS', database: 'd', container: 'c' } },
    time: { late: 'unlimited' },
  };
  const query = `SELECT k, v INTO big FROM readings TIMESTAMP BY t WHERE v >= 90
    SELECT k, COUNT(*) AS n, SUM(v) AS total INTO counts FROM readings TIMESTAMP BY t GROUP BY k, TumblingWindow(second, 1)`;
  let emulator: Emulator;
  let stub: DurableStub;
  let appDir: AppDir;
  let pair: Awaited<ReturnType<typeof load>>;

  beforeAll(async () => {
    [emulator, stub] = await Promise.all([startEmulator({ hubs: [{ name: 'readings', partitionCount: 1, consumerGroups: ['weir'] }, { name: 'big', partitionCount: 1 }] }), startDurableStub()]);
    appDir = createAppDir({ definition, query });
    const env = { AzureWebJobsStorage: 'UseDevelopmentStorage=true', HUB: emulator.connectionString, COSMOS: 'AccountEndpoint=http://localhost:1/;AccountKey=a2V5;', WEIR_JOB: 'jobs/test' };
    const producer = new EventHubProducerClient(emulator.connectionString, 'readings');
    await producer.sendBatch([{ body: { first: true } }]);
    await producer.close();
    pair = await load(appDir.path, env, worker.entry);
  });
  afterAll(async () => {
    await Promise.all([pair?.real.terminate(), pair?.local.terminate()]);
    await Promise.all([emulator?.dispose(), stub?.stop()]);
    appDir?.remove();
  });

  it('registers the same functions', () => expect(comparable(sorted(pair.functions))).toEqual(comparable(sorted(pair.ofReal))));

  const start = Date.now();
  const readings = Array.from({ length: 1_000 }, (_, i) => event(i, i % 97 === 5 ? '{"broken":' : i % 97 === 6 ? '' : JSON.stringify({ k: 'abc'[i % 3], v: i % 100, t: new Date(start + i * 10).toISOString() }), { enqueuedTime: start + i, partitionKey: i % 2 === 0 ? `k${i % 3}` : null }));
  const client = (): Record<string, RpcTypedData> => ({ durableClient: { string: stub.binding } });

  /** Runs the operations of signals as batches of an entity until it sends and writes nothing more; compares every step. */
  async function compareEntity({ name: entity, key }: { name: string; key: string }, operations: { name: string; input: string }[]): Promise<{ target: { name: string; key: string }; name: string; input: string }[]> {
    let states: [string | null, string | null] = [null, null];
    let batch = operations;
    const sent: { target: { name: string; key: string }; name: string; input: string }[] = [];
    for (let step = 0; step < 10 && batch.length > 0; step++) {
      const payload = (state: string | null): RpcTypedData => ({ string: JSON.stringify({ self: { name: entity, key }, exists: state !== null, state, batch: batch.map((operation) => ({ ...operation, isSignal: true })) }) });
      const fn = pair.functions.find((f) => f.name === entity) as FunctionMetadata;
      const [trigger] = Object.entries(fn.bindings).find(([, { type }]) => type === 'entityTrigger') as [string, unknown];
      const responses = await Promise.all([pair.real, pair.local].map((runtime, i) => runtime.invoke({ functionId: fn.functionId, invocationId: `i${++invocations}`, inputData: [{ name: trigger, data: payload(states[i] as string | null) }], triggerMetadata: {} })));
      const results = responses.map(({ returnValue }) => JSON.parse(returnValue?.json ?? returnValue?.string ?? 'null') as { entityState: string; signals: typeof sent });
      const [real, local] = results as [(typeof results)[0], (typeof results)[0]];
      expect(comparable({ ...local, outputs: responses[1]?.outputData })).toEqual(comparable({ ...real, outputs: responses[0]?.outputData }));
      states = [real.entityState, local.entityState];
      sent.push(...local.signals);
      batch = local.signals.filter(({ target }) => target.name === entity).map(({ name, input }) => ({ name, input }));
    }
    return sent;
  }

  it('ingests the same batch to the same outputs and signals, and its entities make the same of them', async () => {
    const outcome = await both(pair, 'ingest-readings', { ...batchData(readings, shape), inputs: client() });
    expect(outcome.response?.outputData.length).toBeGreaterThan(0);
    expect(outcome.local).toEqual(outcome.real);
    const signals = stub.signals.filter(({ path: target }) => target.includes('/entities/partition/'));
    expect(signals).toHaveLength(2);
    expect(comparable(signals[1])).toEqual(comparable(signals[0]));
    const operations = signals.slice(0, 1).map(({ body }) => ({ name: 'deliver', input: body }));
    const sent = await compareEntity({ name: 'partition', key: 'test|readings|0' }, operations);
    const toGroup = sent.filter(({ target }) => target.name === 'group');
    expect(toGroup.length).toBeGreaterThan(0);
    for (const key of new Set(toGroup.map(({ target }) => target.key))) await compareEntity({ name: 'group', key }, toGroup.filter(({ target }) => target.key === key).map(({ name, input }) => ({ name, input })));
  });

  it.each<[string, string, () => Parameters<typeof both>[2]]>([
    ['the clock', 'clock', () => ({ data: { json: '{"IsPastDue":false}' }, inputs: client() })],
    ['the plan', 'explain', () => http('GET', 'http://localhost:7071/api/explain')],
    ['the page', 'page', () => http('GET', 'http://localhost:7071/', { params: { file: '' } })],
    ['rows of an output that is not there', 'results', () => http('GET', 'http://localhost:7071/api/results/nope', { params: { output: 'nope' } })],
    ['a body that is not JSON', 'publish', () => http('POST', 'http://localhost:7071/api/events/readings', { params: { input: 'readings' }, body: { string: '{"broken":' } })],
    ['events that are published', 'publish', () => http('POST', 'http://localhost:7071/api/events/readings', { params: { input: 'readings' }, headers: { 'content-type': 'application/json' }, body: { string: '[{"k":"a"},{"k":"b"}]' } })],
  ])('answers the same: %s', async (_what, name, request) => {
    const outcome = await both(pair, name, request());
    expect(outcome.local).toEqual(outcome.real);
    expect(outcome.response).toBeDefined();
  });
});
