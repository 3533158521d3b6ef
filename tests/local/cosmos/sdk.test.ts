/** The emulator as the unmodified SDK sees it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BulkOperationType, ChangeFeedStartFrom, CosmosClient, type Container } from '@azure/cosmos';
import { startCosmos, type CosmosServer } from '../../../local/cosmos/server';

let server: CosmosServer;
let client: CosmosClient;
let container: Container;
let dataDir: string;
let now = Date.UTC(2024, 0, 1);
let fault: { status: number; retryAfterMs?: number; times: number } | undefined;

async function start(): Promise<void> {
  server = await startCosmos({
    port: 0,
    dataDir,
    now: () => now,
    fault: ({ resource }) => (fault && resource !== 'pkranges' && fault.times-- > 0 ? fault : undefined),
  });
  client = new CosmosClient(server.connectionString);
  container = client.database('weir').container('items');
}

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'weir-cosmos-'));
  await start();
  const { database } = await client.databases.createIfNotExists({ id: 'weir' });
  await database.containers.createIfNotExists({ id: 'items', partitionKey: '/k', defaultTtl: -1, uniqueKeyPolicy: { uniqueKeys: [{ paths: ['/email'] }] } });
  for (let i = 0; i < 12; i++) await container.items.upsert({ id: `i${i}`, k: i % 2 ? 'odd' : 'even', n: i, email: `e${i}`, tags: i % 3 ? ['x'] : ['x', 'y'], at: { city: i < 6 ? 'Oslo' : 'Rome' } });
}, 30_000);

afterAll(async () => {
  client.dispose();
  await server.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

const failure = async (work: () => Promise<unknown>): Promise<unknown> => {
  try {
    await work();
  } catch (error) {
    return (error as { code: unknown }).code;
  }
  return 'nothing';
};

describe('documents', () => {
  it('are created, read, replaced, patched and deleted with the right status', async () => {
    const created = await container.items.create({ id: 'a', k: 'one', v: 1, email: 'a' });
    expect(created.statusCode).toBe(201);
    expect(created.resource?._etag).toMatch(/^".+"$/);
    expect((await container.items.upsert({ id: 'a', k: 'one', v: 2, email: 'a' })).statusCode).toBe(200);
    expect((await container.item('a', 'one').read()).resource).toMatchObject({ id: 'a', v: 2 });
    expect((await container.item('a', 'one').replace({ id: 'a', k: 'one', v: 3, email: 'a' })).statusCode).toBe(200);
    expect((await container.item('a', 'one').patch([{ op: 'incr', path: '/v', value: 4 }, { op: 'add', path: '/list', value: [1] }])).resource).toMatchObject({ v: 7, list: [1] });
    expect((await container.item('a', 'one').delete()).statusCode).toBe(204);
    expect((await container.item('a', 'one').read()).statusCode).toBe(404);
  });

  it('are refused with the codes of the service', async () => {
    expect(await failure(() => container.items.create({ id: 'i0', k: 'even' }))).toBe(409);
    expect(await failure(() => container.items.create({ id: 'u', k: 'even', email: 'e2' }))).toBe(409);
    expect(await failure(() => container.item('none', 'even').delete())).toBe(404);
    expect(await failure(() => container.items.create({ id: 'x'.repeat(1_024), k: 'x' }))).toBe(400);
    expect(await failure(() => container.items.upsert({ id: 'big', k: 'x', text: 'x'.repeat(2_200_000) }))).toBe(413);
    expect(await failure(() => container.item('i0', 'even').replace({ id: 'i0', k: 'even' }, { accessCondition: { type: 'IfMatch', condition: '"other"' } }))).toBe(412);
    expect(await failure(() => container.item('i0', 'even').patch({ condition: 'FROM c WHERE c.n = 99', operations: [{ op: 'set', path: '/n', value: 1 }] }))).toBe(412);
    expect(await failure(() => new CosmosClient({ endpoint: server.endpoint, key: Buffer.from('wrong').toString('base64') }).database('weir').read())).toBe(401);
  });

  it('may have null or nothing as their partition key', async () => {
    expect((await container.items.upsert({ id: 'null', k: null, email: 'k1' })).statusCode).toBe(201);
    expect((await container.item('null', null).read()).statusCode).toBe(200);
    expect((await container.items.upsert({ id: 'none', email: 'k2' })).statusCode).toBe(201);
    expect((await container.item('none', undefined).read()).statusCode).toBe(200);
  });

  it('expire', async () => {
    await container.items.create({ id: 'short', k: 'ttl', ttl: 10, email: 't' });
    now += 9_000;
    expect((await container.item('short', 'ttl').read()).statusCode).toBe(200);
    now += 1_000;
    expect((await container.item('short', 'ttl').read()).statusCode).toBe(404);
  });
});

describe('queries', () => {
  const cases: [query: string, rows: unknown[], partition?: string][] = [
    ['SELECT VALUE COUNT(1) FROM c WHERE IS_DEFINED(c.n)', [12]],
    ['SELECT VALUE COUNT(1) FROM c', [6], 'odd'],
    ['SELECT c.id, c.n FROM c WHERE c.n BETWEEN 3 AND 5 ORDER BY c.n DESC', [{ id: 'i5', n: 5 }, { id: 'i4', n: 4 }, { id: 'i3', n: 3 }]],
    ['SELECT TOP 1 VALUE c.id FROM c WHERE c.at.city = "Rome" ORDER BY c.n', ['i6']],
    ['SELECT VALUE c.n FROM c WHERE c.n >= 0 ORDER BY c.n OFFSET 2 LIMIT 2', [2, 3]],
    ['SELECT DISTINCT VALUE c.at.city FROM c WHERE IS_DEFINED(c.at)', ['Oslo', 'Rome']],
    ["SELECT c.k, COUNT(1) AS n, SUM(c.n) AS s, MAX(c.n) AS hi FROM c WHERE c.n >= 0 GROUP BY c.k ORDER BY c.k", [{ k: 'even', n: 6, s: 30, hi: 10 }, { k: 'odd', n: 6, s: 36, hi: 11 }]],
    ["SELECT VALUE COUNT(1) FROM c JOIN t IN c.tags WHERE t = 'y'", [4]],
    ["SELECT VALUE c.id FROM c WHERE EXISTS(SELECT VALUE t FROM t IN c.tags WHERE t = 'y') AND c.n < 4", ['i0', 'i3']],
    ["SELECT VALUE c.id FROM c WHERE c.id LIKE 'i1_' AND c.id IN ('i10', 'i2')", ['i10']],
    ['SELECT VALUE { id: c.id, kind: c.n > 5 ? "big" : "small", none: c.none ?? 0 } FROM c WHERE c.n = 6', [{ id: 'i6', kind: 'big', none: 0 }]],
    ["SELECT VALUE DateTimeDiff('hour', '2024-01-01T00:30:00Z', '2024-01-01T03:00:00Z')", [3]],
    ["SELECT VALUE c.id FROM c WHERE NOT (c.n > 0) AND CONTAINS(c.id, 'I', true)", ['i0']],
  ];
  it.each(cases.map(([query, rows, partition]) => [query, rows, partition ?? ''] as const))('%s', async (query, rows, partition) => {
    const options = partition === '' ? {} : { partitionKey: partition };
    expect((await container.items.query<unknown>(query, options).fetchAll()).resources.sort()).toEqual([...rows].sort());
  });

  it('take parameters and give pages', async () => {
    const iterator = container.items.query<number>({ query: 'SELECT VALUE c.n FROM c WHERE c.n >= @least ORDER BY c.n', parameters: [{ name: '@least', value: 4 }] }, { maxItemCount: 3 });
    const found: number[] = [];
    while (iterator.hasMoreResults()) found.push(...((await iterator.fetchNext()).resources ?? []));
    expect(found).toEqual([4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it.each(['SELECT FROM', 'SELECT * FROM c WHERE', "SELECT * FROM c WHERE c.a = 'x", 'SELECT NOPE(1)'])('%s is refused', async (query) => {
    expect(await failure(() => container.items.query(query).fetchAll())).toBe(400);
  });
});

describe('many at once', () => {
  it('in bulk, each for itself', async () => {
    const results = await container.items.bulk([
      { operationType: BulkOperationType.Upsert, partitionKey: 'bulk', resourceBody: { id: 'b1', k: 'bulk', email: 'b1' } },
      { operationType: BulkOperationType.Create, partitionKey: 'even', resourceBody: { id: 'i0', k: 'even' } },
      { operationType: BulkOperationType.Delete, partitionKey: 'bulk', id: 'none' },
    ]);
    expect(results.map((r) => r.statusCode)).toEqual([201, 409, 404]);
  });

  it('in a transaction, all or nothing', async () => {
    const response = await container.items.batch([
      { operationType: BulkOperationType.Create, resourceBody: { id: 't1', k: 'tx', email: 't1' } },
      { operationType: BulkOperationType.Delete, id: 'none' },
    ], 'tx');
    expect(response.result?.map((r) => r.statusCode)).toEqual([424, 404]);
    expect((await container.item('t1', 'tx').read()).statusCode).toBe(404);
    const good = await container.items.batch([{ operationType: BulkOperationType.Create, resourceBody: { id: 't1', k: 'tx', email: 't1' } }, { operationType: BulkOperationType.Upsert, resourceBody: { id: 't2', k: 'tx', email: 't2' } }], 'tx');
    expect(good.result?.map((r) => r.statusCode)).toEqual([201, 201]);
  });
});

describe('the change feed', () => {
  it('gives each document once, in its latest form, and then what changes', async () => {
    const read = async (start: ChangeFeedStartFrom | string): Promise<{ ids: string[]; token: string }> => {
      const options = typeof start === 'string' ? { changeFeedStartFrom: ChangeFeedStartFrom.Continuation(start) } : { changeFeedStartFrom: start };
      const iterator = container.items.getChangeFeedIterator({ maxItemCount: 100, ...options });
      const response = await iterator.readNext();
      return { ids: (response.result ?? []).map((item) => (item as { id: string }).id), token: response.continuationToken };
    };
    const beginning = await read(ChangeFeedStartFrom.Beginning('odd'));
    expect(beginning.ids).toEqual(['i1', 'i3', 'i5', 'i7', 'i9', 'i11']);
    await container.items.upsert({ id: 'i3', k: 'odd', n: 3, email: 'e3', tags: ['x', 'y'], at: { city: 'Oslo' } });
    expect((await read(beginning.token)).ids).toEqual(['i3']);
  });
});

describe('faults', () => {
  it('429 is tried again by the SDK', async () => {
    fault = { status: 429, retryAfterMs: 5, times: 3 };
    expect((await container.item('i0', 'even').read()).statusCode).toBe(200);
    fault = undefined;
  });
});

describe('a restart', () => {
  it('keeps everything', async () => {
    client.dispose();
    await server.stop();
    await start();
    expect((await container.items.query<number>('SELECT VALUE COUNT(1) FROM c WHERE c.n >= 0').fetchAll()).resources).toEqual([12]);
  });
});
