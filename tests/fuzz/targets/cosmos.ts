import { createHmac } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CosmosClient } from '@azure/cosmos';
import { WELL_KNOWN_KEY } from '../../../local/cosmos/auth';
import { startCosmos } from '../../../local/cosmos/server';
import { texts, type Target } from '../target';
import { exchange, judge, PATIENCE_MS } from './http-exchange';

const QUERY = '{"query":"SELECT c.id, c.v FROM c WHERE c.v > @a AND CONTAINS(c.id, \'x\') ORDER BY c.v DESC OFFSET 0 LIMIT 5","parameters":[{"name":"@a","value":1}]}';
/** Method, path, headers, an empty line, body. */
const CORPUS = texts(
  'GET / \n\n',
  'GET /dbs/weir/colls/c\n\n',
  'POST /dbs\n\n{"id":"x"}',
  'POST /dbs/weir/colls\n\n{"id":"d","partitionKey":{"paths":["/k"],"kind":"Hash","version":2},"defaultTtl":5}',
  'POST /dbs/weir/colls/c/docs\nx-ms-documentdb-is-upsert: True\nx-ms-documentdb-partitionkey: ["a"]\n\n{"id":"1","k":"a","v":1}',
  `POST /dbs/weir/colls/c/docs\ncontent-type: application/query+json\nx-ms-documentdb-isquery: True\nx-ms-documentdb-query-enablecrosspartition: True\n\n${QUERY}`,
  'PATCH /dbs/weir/colls/c/docs/1\nx-ms-documentdb-partitionkey: ["a"]\n\n{"operations":[{"op":"add","path":"/v","value":2},{"op":"incr","path":"/v","value":1}]}',
  'POST /dbs/weir/colls/c/docs\nx-ms-cosmos-is-batch-request: True\nx-ms-cosmos-batch-atomic: True\nx-ms-documentdb-partitionkey: ["a"]\n\n[{"operationType":"Upsert","resourceBody":{"id":"2","k":"a"}},{"operationType":"Delete","id":"2","partitionKey":"[\\"a\\"]"}]',
  'GET /dbs/weir/colls/c/docs\na-im: Incremental feed\nif-none-match: *\nx-ms-max-item-count: 5\n\n',
  'DELETE /dbs/weir/colls/c/docs/1\nx-ms-documentdb-partitionkey: ["a"]\nif-match: "1"\n\n',
);

/** A request that is signed as its path asks for, so that what is behind the signature is reached. */
function request(input: Buffer): Buffer {
  const [head = '', ...rest] = input.toString('utf8').split('\n\n');
  const [line = '', ...headers] = head.split('\n');
  const [method = 'GET', target = '/'] = line.split(' ');
  // What an HTTP request line cannot have is written as a URL writes it.
  const path = `/${target.replace(/[^!-~]/gu, (c) => encodeURIComponent(c)).replace(/^\/+/, '')}`;
  const body = Buffer.from(rest.join('\n\n'));
  const date = 'Thu, 01 Jan 2026 00:00:00 GMT';
  const known = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].includes(method) ? method : 'POST';
  const sound = headers.filter((header) => /^[A-Za-z0-9-]+: [ -~]*$/.test(header) && !/^(content-length|transfer-encoding|connection|expect|host):/i.test(header));
  const lines = [`${known} ${path} HTTP/1.1`, 'host: localhost', `x-ms-date: ${date}`, `authorization: ${signature(known, path, date)}`, `content-length: ${body.length}`, 'connection: close', ...sound];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
}

function signature(method: string, path: string, date: string): string {
  let parts: string[] = [];
  try {
    parts = new URL(path, 'http://localhost').pathname.split('/').filter(Boolean).map(decodeURIComponent);
  } catch {
    // No signature is right for a path that is none.
  }
  const named = parts.length % 2 === 0;
  const text = `${method.toLowerCase()}\n${(named ? parts[parts.length - 2] : parts[parts.length - 1]) ?? ''}\n${(named ? parts : parts.slice(0, -1)).join('/')}\n${date.toLowerCase()}\n\n`;
  return encodeURIComponent(`type=master&ver=1.0&sig=${createHmac('sha256', Buffer.from(WELL_KNOWN_KEY, 'base64')).update(text).digest('base64')}`);
}

/** Whatever is asked, it is answered, and with an error of the service's own when it is wrong. */
export const cosmos: Target = {
  name: 'cosmos',
  corpus: CORPUS,
  words: texts('dbs/', 'colls/', 'docs/', '%', '%00', '"id":', '[]', '{}', 'null', '1e999', 'SELECT', 'ORDER BY', 'c.', '((((((((', '__proto__', '"a"', '["a"]'),
  start: async () => {
    const dataDir = mkdtempSync(join(tmpdir(), 'weir-fuzz-cosmos-'));
    const failures: string[] = [];
    const server = await startCosmos({ port: 0, dataDir, log: (line) => failures.push(line) });
    const client = new CosmosClient({ endpoint: server.endpoint, key: WELL_KNOWN_KEY, connectionPolicy: { enableEndpointDiscovery: false } });
    const prepare = async (): Promise<void> => {
      const { database } = await client.databases.createIfNotExists({ id: 'weir' });
      const { container } = await database.containers.createIfNotExists({ id: 'c', partitionKey: { paths: ['/k'] } });
      await container.items.upsert({ id: '1', k: 'a', v: 1 });
    };
    await prepare();
    return {
      feed: async (input) => {
        const answer = await exchange(server.port, request(input), PATIENCE_MS);
        if (failures.length > 0) throw new Error(failures.splice(0).join('\n'));
        judge(answer);
      },
      check: prepare,
      stop: async () => {
        client.dispose();
        await server.stop();
        rmSync(dataDir, { recursive: true, force: true });
      },
    };
  },
};
