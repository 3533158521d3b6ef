/** What Application Insights gets: the compiled app with its real packages, against an ingestion endpoint here (they speak https only). */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAppDir, type AppDir } from '../../functions/support/app-dir';
import { selfSigned } from '../../support/self-signed';

const definition = {
  name: 'measured',
  inputs: { readings: { type: 'eventHub', connection: 'EVENTHUB', eventHub: 'readings' } },
  outputs: {
    all: { type: 'eventHub', connection: 'EVENTHUB', eventHub: 'all', identity: 'body' },
    windows: { type: 'eventHub', connection: 'EVENTHUB', eventHub: 'windows', identity: 'body' },
  },
  deadLetter: { connection: 'LAKE' },
  time: { late: 'unlimited' },
};
const query = `
SELECT k, v INTO all FROM readings TIMESTAMP BY t
SELECT k, COUNT(*) AS n INTO windows FROM readings TIMESTAMP BY t GROUP BY k, TumblingWindow(second, 10)`;

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const HOST_SPAN = '00f067aa0ba902b7';
const IKEY = '00000000-1111-2222-3333-444444444444';

interface Envelope {
  name: string;
  iKey: string;
  tags: Record<string, string>;
  data: { baseType: string; baseData: { name?: string; id?: string; properties?: Record<string, string>; metrics?: { name: string; value: number; count?: number; min?: number; max?: number }[] } };
}

let server: Server;
let appDir: AppDir;
const envelopes: Envelope[] = [];
const authorizations = new Set<string | undefined>();

const tokenFor = (asked: URLSearchParams): string => JSON.stringify({ access_token: `${asked.get('client_id')} for ${asked.get('resource')}`, expires_on: String(Math.floor(Date.now() / 1_000) + 86_400), resource: asked.get('resource'), token_type: 'Bearer' });

async function run(file: string, args: string[], env: Record<string, string>): Promise<string> {
  const child = spawn(process.execPath, [file, ...args], { env: { PATH: process.env.PATH ?? '', ...env } });
  const text = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (text.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text.err += chunk.toString()));
  const code = await new Promise((done) => child.on('close', done));
  if (code !== 0) throw new Error(`${file} ended with ${String(code)}: ${text.err}`);
  return text.out;
}

beforeAll(async () => {
  const identity = selfSigned(Date.now());
  server = createServer(identity, (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      // Azure gives an app its tokens at IDENTITY_ENDPOINT.
      if (request.url?.startsWith('/msi/token')) {
        response.end(tokenFor(new URL(request.url, 'https://x').searchParams));
        return;
      }
      const items = JSON.parse(Buffer.concat(chunks).toString() || '[]') as Envelope[];
      if (request.url === '/v2.1/track') {
        envelopes.push(...items);
        authorizations.add(request.headers.authorization);
      }
      response.end(JSON.stringify({ itemsReceived: items.length, itemsAccepted: items.length, errors: [] }));
    });
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  appDir = createAppDir({ definition, query });
  const ca = join(appDir.path, 'ca.pem');
  writeFileSync(ca, identity.cert);
  const here = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await run(join(__dirname, 'app-process.js'), [appDir.path, `00-${TRACE}-${HOST_SPAN}-01`], {
    NODE_EXTRA_CA_CERTS: ca,
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    APPLICATION_INSIGHTS_NO_STATSBEAT: '1',
    APPLICATIONINSIGHTS_SDKSTATS_DISABLED: 'true',
    APPLICATIONINSIGHTS_CONNECTION_STRING: `InstrumentationKey=${IKEY};IngestionEndpoint=${here}/`,
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=1111;Authorization=AAD',
    IDENTITY_ENDPOINT: `${here}/msi/token`,
    IDENTITY_HEADER: 'secret',
    EVENTHUB__fullyQualifiedNamespace: 'ns.servicebus.windows.net',
    LAKE__blobServiceUri: 'https://lake.blob.core.windows.net',
    WEIR_TRACE_RATIO: '1',
    WEIR_JOB: 'jobs/test',
  });
}, 60_000);

afterAll(async () => {
  await new Promise((done) => server.close(done));
  appDir?.remove();
});

const metrics = (): { name: string; value: number; labels: Record<string, string> }[] =>
  envelopes.filter(({ data }) => data.baseType === 'MetricData').flatMap(({ data }) => (data.baseData.metrics ?? []).map(({ name, value }) => ({ name, value, labels: data.baseData.properties ?? {} })));
const metric = (name: string, labels: Record<string, string> = {}): number[] =>
  metrics().filter((m) => m.name === name && Object.entries(labels).every(([key, value]) => m.labels[key] === value)).map(({ value }) => value);

interface Span {
  name: string;
  id: string;
  parent: string;
  trace: string;
}

const spans = (): Span[] =>
  envelopes
    .filter(({ data }) => ['RemoteDependencyData', 'RequestData'].includes(data.baseType) && data.baseData.name !== 'probe')
    .map(({ data, tags }) => ({ name: data.baseData.name as string, id: data.baseData.id as string, parent: tags['ai.operation.parentId'] as string, trace: tags['ai.operation.id'] as string }));

describe('Application Insights', () => {
  it('gets envelopes for its resource', () => {
    expect(envelopes.length).toBeGreaterThan(0);
    expect(new Set(envelopes.map(({ iKey }) => iKey))).toEqual(new Set([IKEY]));
  });

  it('gets them with a token of the app\'s identity, not by its key alone', () => expect([...authorizations]).toEqual(['Bearer 1111 for https://monitor.azure.com']));

  it('gets the metrics that Stream Analytics users know, by input and partition', () => {
    const labels = { Job: 'measured', LogicalName: 'readings', PartitionId: '0' };
    expect(metric('InputEvents', labels)).toEqual([5]);
    expect(metric('InputEventBytes', labels)).toEqual([[0, 5, 12, 25].length * JSON.stringify({ k: 'a', v: 0, t: new Date(0).toISOString() }).length + '{"broken":'.length]);
    expect(metric('DeserializationError', labels)).toEqual([1]);
    expect(metric('InputEventsSourcesBacklogged', labels)).toEqual([100]);
    // The clock of the test is at 30 s, the last event at 25 s.
    expect(metric('OutputWatermarkDelaySeconds', labels)).toEqual([5]);
    expect(metric('DeadLetteredEvents', { Reason: 'invalid-json' })).toEqual([1]);
    expect(metric('Retries', { LogicalName: 'readings' })).toEqual([1]);
  });

  it('gets what outputs and entities did', () => {
    expect(metric('OutputEvents', { LogicalName: 'all' })).toEqual([4]);
    // (0, 10] and (10, 20], and the event on the boundary at 0; the last window is still open.
    expect(metric('OutputEvents', { LogicalName: 'windows' })).toEqual([3]);
    for (const name of ['EntityOperations', 'EntityStateBytes', 'EntityBlobBytes', 'EntityMilliseconds']) expect(metric(name, { Entity: 'partition' })).toHaveLength(1);
    expect(metric('BatchEvents', { PartitionId: '0' })).toEqual([5]);
  });

  it('gets nothing for a single event: batches of any size are as many envelopes', () => expect(metrics().length).toBeLessThan(40));

  it('gets one trace, from the trigger through the entities to the outputs', () => {
    const all = spans();
    expect(new Set(all.map(({ trace }) => trace))).toEqual(new Set([TRACE]));
    const byId = new Map(all.map((span) => [span.id, span]));
    const path = (span: Span | undefined): string[] => (span === undefined ? [] : [...path(byId.get(span.parent)), span.name]);
    const paths = all.map((span) => path(span).join(' > '));
    expect(all.filter(({ parent }) => parent === HOST_SPAN).map(({ name }) => name)).toEqual(['ingest readings']);
    expect(paths).toContain('ingest readings > write all');
    expect(paths.filter((p) => p.endsWith('write windows'))).toEqual([expect.stringMatching(/^ingest readings > partition > (partition > )*group > (group > )*write windows$/)]);
  });
});
