/** Connections by identity: tokens from the endpoint that Azure gives an app (IDENTITY_ENDPOINT), played here, and clients that name their service. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IdentityConnection } from '../../../shared/connections/connection';
import { credentialFor } from '../../../shared/connections/credential';
import { openBlobContainer, openCosmosContainer, openProducer } from '../../../shared/sinks/clients';
import { openHubProperties } from '../../../shared/sources/event-hub-properties';

const SCOPE = 'https://storage.azure.com/.default';
const identity = (endpoint: string, clientId?: string): IdentityConnection => ({ endpoint, credential: 'managedIdentity', ...(clientId ? { clientId } : {}) });

let server: Server;
const asked: { url: URL; secret: unknown }[] = [];

beforeAll(async () => {
  server = createServer((request: IncomingMessage, response) => {
    const url = new URL(request.url as string, 'http://x');
    asked.push({ url, secret: request.headers['x-identity-header'] });
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ access_token: `token of ${url.searchParams.get('client_id') ?? 'the system'} for ${url.searchParams.get('resource')}`, expires_on: String(Math.floor(Date.now() / 1_000) + 86_400), resource: url.searchParams.get('resource'), token_type: 'Bearer' }));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  process.env.IDENTITY_ENDPOINT = `http://127.0.0.1:${(server.address() as AddressInfo).port}/msi/token`;
  process.env.IDENTITY_HEADER = 'the secret of the endpoint';
});

afterAll(async () => {
  delete process.env.IDENTITY_ENDPOINT;
  delete process.env.IDENTITY_HEADER;
  await new Promise((done) => server.close(done));
});

describe('a credential', () => {
  it('asks as the user-assigned identity, once for all connections of it', async () => {
    const first = credentialFor(identity('https://a.blob.core.windows.net', '1111'));
    expect((await first.getToken(SCOPE))?.token).toBe('token of 1111 for https://storage.azure.com');
    expect(credentialFor(identity('b.servicebus.windows.net', '1111'))).toBe(first);
    expect((await first.getToken(SCOPE))?.token).toBe('token of 1111 for https://storage.azure.com');
    expect(asked.map(({ secret }) => secret)).toEqual(['the secret of the endpoint']);
  });

  it('asks as the system-assigned identity when none is named', async () => {
    expect((await credentialFor(identity('https://a.blob.core.windows.net')).getToken(SCOPE))?.token).toBe('token of the system for https://storage.azure.com');
  });
});

describe('a client by identity', () => {
  it('of Blob has the address of its container', () => expect(openBlobContainer(identity('https://lake.blob.core.windows.net/'), 'weir').url).toBe('https://lake.blob.core.windows.net/weir'));

  it('of Event Hubs has its namespace', async () => {
    const producer = openProducer(identity('ns.servicebus.windows.net'), 'quakes');
    expect(producer).toMatchObject({ fullyQualifiedNamespace: 'ns.servicebus.windows.net', eventHubName: 'quakes' });
    await producer.close();
    await openHubProperties(identity('ns.servicebus.windows.net'), 'quakes', 'weir').close();
  });

  it('of Cosmos DB takes the container as it is: it may not make one', async () => {
    const container = await openCosmosContainer(identity('https://docs.documents.azure.com:443/'), { database: 'weir', container: 'regions', partitionKey: '/region' });
    expect([container.database.id, container.id]).toEqual(['weir', 'regions']);
  });
});
