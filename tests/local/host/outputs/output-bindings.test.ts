import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AppFunction, Binding } from '../../../../local/host/app-function';
import type { InvocationResponse, RpcTypedData } from '../../../../local/host/contract';
import { createFaults } from '../../../../local/host/faults';
import { parseHostJson } from '../../../../local/host/host-json';
import { Clients } from '../../../../local/host/outputs/clients';
import { OutputBindings } from '../../../../local/host/outputs/output-bindings';
import { AppSettings } from '../../../../local/host/settings';

const source = { functionName: 'f', now: 0, metadata: { region: { string: 'eu' } } };

function setup(binding: Partial<Binding>, clients: Partial<Record<keyof Clients, unknown>>, hostJson: Record<string, unknown> = {}) {
  const output: Binding = { name: 'out', direction: 'out', type: '?', connection: 'Conn', ...binding };
  const fn: AppFunction = { name: 'f', functionId: 'f', trigger: { name: 't', type: 'timerTrigger', direction: 'in' }, inputs: [], outputs: [output], retry: undefined };
  const env = { clients: clients as unknown as Clients, settings: new AppSettings({ Conn: 'the connection' }), hostJson: parseHostJson(hostJson, 'host.json') };
  const bindings = new OutputBindings(env, createFaults(undefined));
  const response = (data: RpcTypedData): InvocationResponse => (output.name === '$return' ? { outputData: [], returnValue: data } : { outputData: [{ name: 'out', data }] });
  return { validate: () => bindings.validate(fn), write: (data: RpcTypedData) => bindings.write(fn, response(data), source) };
}

describe('Event Hub output', () => {
  /** A producer whose batches hold 10 bytes. */
  class Producer {
    readonly sent: string[][] = [];
    createBatch() {
      const bodies: Buffer[] = [];
      const fits = (body: Buffer): boolean => bodies.reduce((sum, other) => sum + other.length, body.length) <= 10;
      return Promise.resolve({
        maxSizeInBytes: 10,
        bodies,
        get count() {
          return bodies.length;
        },
        tryAdd: ({ body }: { body: Buffer }) => fits(body) && bodies.push(body) > 0,
      });
    }
    sendBatch(batch: { bodies: Buffer[] }) {
      this.sent.push(batch.bodies.map(String));
      return Promise.resolve();
    }
  }

  it.each<[string, RpcTypedData, string[][]]>([
    ['text', { string: 'plain' }, [['plain']]],
    ['bytes', { bytes: Buffer.from('raw') }, [['raw']]],
    ['an object', { json: '{"a":1}' }, [['{"a":1}']]],
    ['an array', { json: '["text",{"a":1},7,null]' }, [['text'], ['{"a":1}', '7']]],
    ['more than a batch', { json: '["aaaa","bbbb","cccc","dddd","eeee"]' }, [['aaaa', 'bbbb'], ['cccc', 'dddd'], ['eeee']]],
    ['nothing', { json: '[]' }, []],
  ])('sends %s', async (_what, data, sent) => {
    const producer = new Producer();
    await setup({ type: 'eventHub', eventHubName: '{region}-out' }, { producer: (connection: string, hub: string) => (expect([connection, hub]).toEqual(['the connection', 'eu-out']), producer) }).write(data);
    expect(producer.sent).toEqual(sent);
  });

  it('refuses an event that fits no batch', async () => {
    const producer = new Producer();
    await expect(setup({ type: 'eventHub', eventHubName: 'h' }, { producer: () => producer }).write({ json: '["a","aaaaaaaaaaaaaaaa"]' })).rejects.toThrow(/16 bytes is larger/);
  });
});

describe('Cosmos DB output', () => {
  function cosmos(fail?: { code: number }) {
    const calls: string[] = [];
    const upsert = (path: string) => (document: unknown) => (calls.push(`${path} ${JSON.stringify(document)}`), fail ? Promise.reject(fail) : Promise.resolve());
    const bulk = (path: string) => async (operations: { operationType: string; resourceBody: { refused?: boolean } }[]) =>
      operations.map(({ operationType, resourceBody }) => {
        if (resourceBody.refused) return { statusCode: 429 };
        calls.push(`${operationType} ${path} ${JSON.stringify(resourceBody)}`);
        return { statusCode: 201 };
      });
    const container = (path: string) => ({ items: { upsert: upsert(path), bulk: fail ? () => Promise.reject(new Error('no')) : bulk(path) } });
    const createContainer = (database: string) => (options: { id: string }) => {
      calls.push(`create ${database}/${JSON.stringify(options)}`);
      return Promise.resolve({ container: container(`${database}/${options.id}`) });
    };
    const client = {
      database: (database: string) => ({ container: (name: string) => container(`${database}/${name}`) }),
      databases: { createIfNotExists: ({ id }: { id: string }) => Promise.resolve({ database: { containers: { createIfNotExists: createContainer(id) } } }) },
    };
    return { calls, clients: { cosmos: () => client } };
  }
  const binding = { type: 'cosmosDB', databaseName: 'db', containerName: 'c-{region}' };

  it.each<[string, RpcTypedData, string[]]>([
    ['a document', { json: '{"id":"1"}' }, ['{"id":"1"}']],
    ['text with JSON', { string: '{"id":"3"}' }, ['{"id":"3"}']],
    ['nothing', { json: 'null' }, []],
  ])('upserts %s', async (_what, data, documents) => {
    const { calls, clients } = cosmos();
    await setup(binding, clients).write(data);
    expect(calls).toEqual(documents.map((document) => `db/c-eu ${document}`));
  });

  it('upserts an array in bulk, and alone what is not taken so', async () => {
    const { calls, clients } = cosmos();
    await setup(binding, clients).write({ json: '[{"id":"1"},{"id":"2","refused":true},{"id":"3"}]' });
    expect(calls).toEqual(['Upsert db/c-eu {"id":"1"}', 'Upsert db/c-eu {"id":"3"}', 'db/c-eu {"id":"2","refused":true}']);
    await expect(setup(binding, cosmos({ code: 404 }).clients).write({ json: '[{"id":"1"},{"id":"2"}]' })).rejects.toThrow(/no container "c-eu"/);
  });

  it('creates the container once, when asked', async () => {
    const { calls, clients } = cosmos();
    const output = setup({ ...binding, createIfNotExists: true, partitionKey: '/device', containerThroughput: 400 }, clients);
    await output.write({ json: '{"id":"1"}' });
    await output.write({ json: '{"id":"2"}' });
    expect(calls).toEqual(['create db/{"id":"c-eu","partitionKey":{"paths":["/device"]},"throughput":400}', 'db/c-eu {"id":"1"}', 'db/c-eu {"id":"2"}']);
  });

  it('explains a missing container and refuses what is no document', async () => {
    await expect(setup(binding, cosmos({ code: 404 }).clients).write({ json: '{"id":"1"}' })).rejects.toThrow(/no container "c-eu" in a database "db"\. Create it, or set createIfNotExists/);
    await expect(setup(binding, cosmos().clients).write({ json: '[1]' })).rejects.toThrow(/takes a document or an array of documents, not 1/);
  });

  it('needs a partition key to create', () => {
    expect(setup({ ...binding, createIfNotExists: true }, {}).validate).toThrow(/"partitionKey" is missing/);
  });
});

describe('Queue output', () => {
  let server: http.Server;
  let requests: string[];
  let status: (method: string) => number;
  beforeEach(async () => {
    requests = [];
    status = () => 201;
    server = http.createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        requests.push(`${request.method} ${request.url} ${Buffer.concat(chunks).toString()}`);
        response.writeHead(status(request.method!)).end('the reason');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  function queue(hostJson: Record<string, unknown>) {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/acc`;
    const connection = `AccountName=acc;AccountKey=${Buffer.from('key').toString('base64')};QueueEndpoint=${url}`;
    const clients = new Clients();
    return setup({ type: 'queue', queueName: 'letters', name: '$return' }, { queue: () => clients.queue(connection) }, hostJson);
  }
  const message = (text: string): string => `POST /acc/letters/messages <QueueMessage><MessageText>${text}</MessageText></QueueMessage>`;

  it('creates the queue once and sends base64', async () => {
    const output = queue({});
    await output.write({ string: 'one' });
    await output.write({ json: '["two",{"n":3}]' });
    expect(requests).toEqual(['PUT /acc/letters ', message('b25l'), message('dHdv'), message(Buffer.from('{"n":3}').toString('base64'))]);
  });

  it('sends text when host.json says so', async () => {
    await queue({ extensions: { queues: { messageEncoding: 'none' } } }).write({ string: 'a<b&c' });
    expect(requests.at(-1)).toBe(message('a&lt;b&amp;c'));
  });

  it('fails with what the service said', async () => {
    status = (method) => (method === 'PUT' ? 409 : 403);
    await expect(queue({}).write({ string: 'x' })).rejects.toThrow(/"\$return" \(queue\) was not written: The Queue service answered 403 to POST .*: the reason/);
  });
});

describe('validation', () => {
  it.each([
    [{ type: 'signalR' }, /cannot write outputs of type "signalR"; it has blob, cosmosDB, eventHub, queue and http/],
    [{ type: 'blob' }, /"path" is missing/],
    [{ type: 'queue' }, /"queueName" is missing/],
    [{ type: 'eventHub', eventHubName: 'h', connection: 'Absent' }, /the setting "Absent" is not set/],
    [{ type: 'cosmosDB', databaseName: 'd', containerName: 'c', connection: 'Absent' }, /"Absent": "AccountEndpoint=/],
  ])('of %j', (binding, message) => expect(setup(binding, {}).validate).toThrow(message));
});
