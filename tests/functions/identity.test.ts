/** What the compiled app registers with the host when its settings are those of Azure: connections by identity. */
import type { FunctionMetadata } from '../../local/host/contract';
import { WorkerRuntime } from '../../local/host/worker/worker-runtime';
import { compileWorker } from '../local/host/support/worker-entry';
import { createAppDir, type AppDir } from './support/app-dir';

const definition = {
  name: 'test',
  inputs: { readings: { type: 'eventHub', connection: 'EVENTHUB', eventHub: 'readings', consumerGroup: 'weir' } },
  outputs: {
    big: { type: 'eventHub', connection: 'EVENTHUB', eventHub: 'big', identity: 'body' },
    devices: { type: 'cosmos', connection: 'COSMOS', database: 'weir', container: 'devices', partitionKey: '/k' },
    bulk: { type: 'cosmos', connection: 'COSMOS', database: 'weir', container: 'bulk', partitionKey: '/k', bulk: true },
    archive: { type: 'blob', connection: 'LAKE', container: 'results', path: 'archive' },
  },
  deadLetter: { connection: 'LAKE' },
};
const query = ['big', 'devices', 'bulk', 'archive'].map((output) => `SELECT k INTO ${output} FROM readings`).join('\n');

const BY_IDENTITY = { EVENTHUB__fullyQualifiedNamespace: 'ns.servicebus.windows.net', COSMOS__accountEndpoint: 'https://docs.documents.azure.com:443/', LAKE__blobServiceUri: 'https://lake.blob.core.windows.net/' };

let appDir: AppDir;
let worker: ReturnType<typeof compileWorker>;
let runtime: WorkerRuntime;
let functions: FunctionMetadata[];

beforeAll(async () => {
  appDir = createAppDir({ definition, query });
  worker = compileWorker();
  runtime = new WorkerRuntime({ appDir: appDir.path, env: { WEIR_JOB: 'jobs/test', AzureWebJobsStorage__blobServiceUri: 'https://host.blob.core.windows.net/', ...BY_IDENTITY }, log: () => undefined, onCrash: () => undefined, entry: worker.entry });
  functions = await runtime.load();
});

afterAll(async () => {
  await runtime?.terminate();
  worker?.remove();
  appDir?.remove();
});

const bindings = (fn: FunctionMetadata): Record<string, unknown>[] => Object.values(fn.bindings) as unknown as Record<string, unknown>[];

describe('the app by identity', () => {
  it('registers all functions without one connection string', () => expect(functions.map(({ name }) => name)).toEqual(expect.arrayContaining(['ingest-readings', 'partition', 'group', 'clock', 'status'])));

  it('leaves making Cosmos DB containers to the deployment, for no identity may', () => {
    const cosmos = functions.flatMap(bindings).filter(({ type }) => type === 'cosmosDB');
    expect(cosmos.length).toBeGreaterThan(0);
    for (const binding of cosmos) expect(binding).toMatchObject({ containerName: 'devices', createIfNotExists: false });
  });

  it('has no HTTP function that is open, but the page, which can only be read', () => {
    const http = functions.flatMap((fn) => bindings(fn).filter(({ type }) => type === 'httpTrigger').map((trigger) => ({ ...trigger, name: fn.name })) as { name: string; authLevel: string; methods: string[] }[]);
    expect(http.length).toBeGreaterThan(3);
    expect(http.filter(({ authLevel }) => authLevel !== 'function').map(({ name, authLevel, methods }) => [name, authLevel, methods])).toEqual([['page', 'anonymous', ['GET']]]);
  });
});
