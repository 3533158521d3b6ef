import { waitFor } from '../support/wait';
import { Harness, NO_FUNCTIONS } from './support/harness';

interface Payload {
  self: { name: string; key: string };
  exists: boolean;
  state: string | null;
  batch: { name: string; input: string | null; isSignal: boolean; id: string }[];
}

type Result = { results: unknown[]; signals?: unknown[]; entityExists: boolean; entityState?: string | null };

const FUNCTIONS = { ...NO_FUNCTIONS, entities: { list: 'List', other: 'other' } };
const GUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);

/** An entity that appends every input to its state. */
function append({ state, batch }: Payload): Result {
  const items = [...(JSON.parse(state ?? '[]') as unknown[]), ...batch.map(({ input }) => JSON.parse(input ?? 'null') as unknown)];
  return { results: batch.map(() => ({ isError: false, duration: 0, startTime: 0 })), signals: [], entityExists: true, entityState: JSON.stringify(items) };
}

describe('entities', () => {
  let harness: Harness;
  let calls: { name: string; payload: Payload }[];
  let behave: (payload: Payload) => Result | Promise<Result>;

  const invoke = (name: string, text: string): Promise<unknown> => {
    const payload = JSON.parse(text) as Payload;
    calls.push({ name, payload });
    return Promise.resolve().then(() => behave(payload));
  };

  beforeEach(async () => {
    calls = [];
    behave = append;
    harness = await Harness.start({ functions: FUNCTIONS, invoke, maxEntityBatch: 3 });
  });
  afterEach(() => harness.close());

  it('sends the exact payload of the Durable Task extension', async () => {
    await harness.signal('LIST', 'Key', 'Add', { v: 2 });
    await waitFor('the state', async () => (await harness.state('list', 'Key')) !== undefined);
    await harness.signal('list', 'Key', 'go');
    await waitFor('the second batch', () => calls.length === 2);
    expect(calls[0]).toEqual({ name: 'List', payload: { self: { name: 'list', key: 'Key' }, exists: false, state: null, batch: [{ name: 'Add', input: '{"v":2}', isSignal: true, id: GUID }] } });
    expect(calls[1]!.payload).toEqual({ self: { name: 'list', key: 'Key' }, exists: true, state: '[{"v":2}]', batch: [{ name: 'go', input: null, isSignal: true, id: GUID }] });
  });

  it('keeps the order of arrival, one batch at a time, batches within the limit', async () => {
    let open!: () => void;
    const gate = new Promise<void>((resolve) => (open = resolve));
    let running = 0;
    behave = async (payload) => {
      expect(++running).toBe(1);
      await gate;
      running--;
      return append(payload);
    };
    for (let n = 0; n < 10; n++) await harness.signal('list', 'k', 'add', n);
    open();
    await waitFor('all', async () => ((await harness.state('list', 'k')) as unknown[] | undefined)?.length === 10);
    expect(await harness.state('list', 'k')).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(Math.max(...calls.map(({ payload }) => payload.batch.length))).toBe(3);
  });

  it('runs different entities side by side, up to the limit', async () => {
    await harness.restart({ maxConcurrentEntities: 2 });
    let running = 0;
    let peak = 0;
    behave = async (payload) => {
      peak = Math.max(peak, ++running);
      await new Promise((resolve) => setTimeout(resolve, 20));
      running--;
      return append(payload);
    };
    await Promise.all(['a', 'b', 'c', 'd'].map((key) => harness.signal('list', key, 'add', 1)));
    await waitFor('all', () => calls.length === 4 && running === 0);
    expect(peak).toBe(2);
  });

  it('delivers an entity’s signals in order, also the empty input that the SDK sends for falsy values', async () => {
    const signals = [1, 2, 3].map((n) => ({ target: { name: 'Other', key: 'to' }, name: `op${n}`, input: n === 2 ? '' : String(n), requestId: 'r', requestTime: 0 }));
    behave = ({ self, batch }) => ({ results: batch.map(() => ({ isError: false })), signals: self.name === 'list' ? signals : [], entityExists: true, entityState: '1' });
    await harness.signal('list', 'from', 'go');
    await waitFor('delivery', () => calls.filter(({ name }) => name === 'other').flatMap(({ payload }) => payload.batch).length === 3);
    const received = calls.filter(({ name }) => name === 'other').flatMap(({ payload }) => payload.batch);
    expect(received).toEqual([
      { name: 'op1', input: '1', isSignal: true, id: GUID },
      { name: 'op2', input: '', isSignal: true, id: GUID },
      { name: 'op3', input: '3', isSignal: true, id: GUID },
    ]);
  });

  it.each<[string, (payload: Payload) => unknown, string]>([
    ['throws', () => Promise.reject(new Error('boom')), 'boom'],
    ['returns nothing', () => null, 'returned nothing'],
    ['returns too few results', () => ({ results: [], entityExists: true }), '0 results for a batch of 1'],
    ['returns a state that is no text', () => ({ results: [{}], entityExists: true, entityState: {} }), 'must be JSON text'],
    ['signals nobody', () => ({ results: [{}], entityExists: true, signals: [{ target: { name: 'x' }, name: 'y' }] }), 'a target is {name, key}'],
  ])('retries the whole batch of an entity that %s, and blocks no other', async (_, fail, reason) => {
    let failures = 0;
    behave = (payload) => (payload.self.key === 'bad' && failures++ < 2 ? (fail(payload) as Result) : append(payload));
    await harness.signal('list', 'bad', 'add', 1);
    await harness.signal('list', 'good', 'add', 2);
    await waitFor('the good one', async () => (await harness.state('list', 'good')) !== undefined);
    expect((await harness.call('GET', 'entities/list/bad')).status).toBe(404);
    await waitFor('the bad one', async () => (await harness.state('list', 'bad')) !== undefined);
    expect(await harness.state('list', 'bad')).toEqual([1]);
    const told = harness.logs.filter((line) => line.includes('The entity @list@bad failed'));
    expect(told.map((line) => /in (\d+) ms/.exec(line)![1])).toEqual(['100', '200']);
    expect(told[0]).toContain(reason);
  });

  it('deletes an entity that says it does not exist', async () => {
    await harness.signal('list', 'k', 'add', 1);
    await waitFor('the state', async () => (await harness.state('list', 'k')) !== undefined);
    behave = ({ batch }) => ({ results: batch.map(() => ({ isError: false })), entityExists: false });
    await harness.signal('list', 'k', 'delete');
    await waitFor('the end', async () => (await harness.call('GET', 'entities/list/k')).status === 404);
    expect((await harness.call('GET', 'entities/list')).json).toEqual([]);
  });

  it('answers 200 null for an entity that exists without a state', async () => {
    behave = ({ batch }) => ({ results: batch.map(() => ({ isError: false })), entityExists: true });
    await harness.signal('list', 'k', 'read');
    await waitFor('it exists', async () => (await harness.call('GET', 'entities/list/k')).status === 200);
    expect(await harness.state('list', 'k')).toBeNull();
  });

  it('lists entities by name, in pages, with their state when asked', async () => {
    for (const key of ['a', 'b', 'c']) await harness.signal('List', key, 'add', key);
    await harness.signal('other', 'x', 'add', 0);
    await waitFor('all', async () => ((await harness.call('GET', 'entities')).json as unknown[]).length === 4);
    const first = await harness.call('GET', 'entities/LIST/?top=2&fetchState=true');
    expect(first.json).toMatchObject([
      { entityId: { name: 'list', key: 'a' }, state: ['a'] },
      { entityId: { name: 'list', key: 'b' }, state: ['b'] },
    ]);
    const second = await harness.call('GET', 'entities/list?top=2', undefined, { 'x-ms-continuation-token': first.headers['x-ms-continuation-token'] as string });
    expect(second.json).toEqual([{ entityId: { name: 'list', key: 'c' }, lastOperationTime: expect.any(String) }]);
    expect(second.headers['x-ms-continuation-token']).toBeUndefined();
    expect((await harness.call('GET', 'entities?lastOperationTimeFrom=2999-01-01')).json).toEqual([]);
  });

  it.each([
    ['POST', 'entities/nobody/k?op=x', '1', 400, 'doesn\'t exist. The app has: List, other.'],
    ['POST', 'entities/list/k?op=x', '{bad', 400, 'The body is not JSON'],
    ['POST', `entities/list/${'k'.repeat(1_000)}?op=x`, '1', 400, 'has 1006 bytes'],
    ['POST', 'entities/list/a/b?op=x', '1', 404, 'can not be addressed'],
    ['PUT', 'entities/list/a', '1', 404, 'PUT entities/list/a'],
    ['POST', 'entities/list/%zz', '1', 400, 'URI malformed'],
    ['POST', 'orchestrators/none', '', 400, 'The app has no orchestrator functions.'],
    ['GET', 'instances/none', undefined, 404, 'No orchestration instance with the id \\"none\\"'],
  ] as const)('%s %s: %s', async (...[method, path, body, status, message]) => {
    const reply = await harness.call(method, path, body);
    expect([reply.status, reply.body]).toEqual([status, expect.stringContaining(message)]);
  });

  it('takes a text body for a string', async () => {
    await harness.call('POST', 'entities/list/k?op=add', 'plain', { 'content-type': 'text/plain' });
    await waitFor('the state', async () => (await harness.state('list', 'k')) !== undefined);
    expect(await harness.state('list', 'k')).toEqual(['plain']);
  });

  it('keeps messages for a function that is gone until it is back', async () => {
    await harness.signal('list', 'k', 'add', 1);
    await waitFor('the state', async () => (await harness.state('list', 'k')) !== undefined);
    await harness.restart({ functions: { ...NO_FUNCTIONS, entities: { other: 'other' } } });
    behave = ({ batch }) => ({ results: batch.map(() => ({})), entityExists: true, entityState: '1', signals: [{ target: { name: 'list', key: 'k' }, name: 'add', input: '2' }] });
    await harness.signal('other', 'x', 'send');
    await waitFor('the note', () => harness.logs.some((line) => line.includes('no entity function "list"')));
    behave = append;
    await harness.restart({ functions: FUNCTIONS });
    await waitFor('the message', async () => JSON.stringify(await harness.state('list', 'k')) === '[1,2]');
  });

  it('delivers delayed and duplicated signals as the faults say', async () => {
    const delays = [60, 0, 0];
    const copies = [false, true, false];
    await harness.restart({ faults: { delaySignal: () => delays.shift() ?? 0, duplicateSignal: () => copies.shift() ?? false } });
    await harness.signal('list', 'k', 'add', 'late');
    await harness.signal('list', 'k', 'add', 'twice');
    await waitFor('all', async () => ((await harness.state('list', 'k')) as unknown[] | undefined)?.length === 3);
    expect(await harness.state('list', 'k')).toEqual(['twice', 'twice', 'late']);
  });

  it('says 503 when it is not running', async () => {
    await harness.stopEngine();
    expect((await harness.call('GET', 'entities')).status).toBe(503);
  });

  it('describes itself to the SDK', () => {
    expect(harness.clientBinding()).toMatchObject({
      taskHubName: 'Test',
      rpcBaseUrl: `${harness.baseUrl}/durabletask/`,
      baseUrl: `${harness.baseUrl}/runtime/webhooks/durabletask`,
      requiredQueryStringParameters: 'taskHub=Test&connection=Storage',
      managementUrls: { id: 'INSTANCEID', terminatePostUri: `${harness.baseUrl}/runtime/webhooks/durabletask/instances/INSTANCEID/terminate?reason={text}&taskHub=Test&connection=Storage` },
    });
  });
});
