/** `POST /api/events/{input}`: what bodies become, and which are refused with which status. */
import { deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import type { App } from '../../../shared/job/app';
import { answer, publish, type Answer } from '../../../shared/job/api';
import type { StreamInput } from '../../../shared/job/definition';
import { publishLimits, RateLimit } from '../../../shared/job/publish-limits';
import { Settings } from '../../../shared/settings';

const hub: StreamInput = { type: 'eventHub', connection: 'HUB', eventHub: 'h', consumerGroup: 'g', format: 'json', compression: 'none' };
const HUB = 'Endpoint=sb://localhost;SharedAccessKeyName=n;SharedAccessKey=k';

/** An app with one input, and what its hub got: bodies by partition key. */
function setup(definition: Partial<StreamInput> = {}, settings: Record<string, string> = {}) {
  const sent: { key: string | undefined; body: Buffer }[] = [];
  const state = { failing: false };
  const producer = {
    createBatch: async ({ partitionKey }: { partitionKey?: string }) => {
      const batch: { key: string | undefined; body: Buffer }[] = [];
      return { batch, get count() { return batch.length; }, tryAdd: ({ body }: { body: Buffer }) => body.length < 2_000 && batch.push({ key: partitionKey, body }) > 0 };
    },
    sendBatch: async ({ batch }: { batch: typeof sent }) => {
      if (state.failing) throw new Error('connect ECONNREFUSED secret-host');
      sent.push(...batch);
    },
    close: async () => undefined,
  };
  const app = { inputs: [{ name: 'readings', definition: { ...hub, ...definition } }], settings: new Settings({ HUB, ...settings }), services: { openProducer: () => producer } } as unknown as App;
  let now = 0;
  const log: string[] = [];
  const post = (body: string | Uint8Array, contentType: string | null = null, contentEncoding: string | null = null, input = 'Readings'): Promise<Answer> =>
    answer(202, () => publish(app, input, { body: Buffer.from(body), contentType, contentEncoding }, now), (line) => log.push(line));
  return { post, sent, state, log, pass: (ms: number) => (now += ms), texts: () => sent.map(({ body }) => body.toString()) };
}

const codeOf = ({ status, jsonBody }: Answer): [number, unknown] => [status, (jsonBody as { error?: { code: string } }).error?.code];

type Posted = [body: string | Uint8Array, contentType: string | null, contentEncoding: string | null];

describe('what is posted', () => {
  it.each<[string, Posted, string[]]>([
    ['an object', ['{"a":1}', 'application/json', null], ['{"a":1}']],
    ['an array', ['[{"a":1},{"a":2}]', 'application/json; charset=utf-8', null], ['{"a":1}', '{"a":2}']],
    ['lines', ['{"a":1}\n{"a":9007199254740993}\n', 'application/x-ndjson', null], ['{"a":1}', '{"a":9007199254740993}']],
    ['without a type', ['{"a":1}', null, null], ['{"a":1}']],
    ['as curl sends it', ['{"a":1}', 'application/x-www-form-urlencoded', null], ['{"a":1}']],
    ['CSV', ['a,b\r\n1,"x, y"\r\n2,\r\n', 'text/csv', null], ['{"a":"1","b":"x, y"}', '{"a":"2","b":null}']],
    ['gzip', [gzipSync('[{"a":1}]'), 'application/json', 'gzip'], ['{"a":1}']],
    ['deflate', [deflateSync('{"a":1}'), 'application/json', 'Deflate'], ['{"a":1}']],
    ['bytes', ['{"not":', 'application/octet-stream', null], ['{"not":']],
  ])('becomes events: %s', async (_what, posted, events) => {
    const { post, texts } = setup();
    expect(await post(...posted)).toEqual({ status: 202, jsonBody: { published: events.length } });
    expect(texts()).toEqual(events);
  });

  it('is written as the input declares', async () => {
    const zipped = setup({ compression: 'gzip' });
    await zipped.post('[{"a":1},{"a":2}]');
    expect(zipped.sent.map(({ body }) => gunzipSync(body).toString())).toEqual(['{"a":1}', '{"a":2}']);
    const csv = setup({ format: 'csv' });
    await csv.post('a\n1\n2\n', 'text/csv');
    expect(csv.texts()).toEqual(['a\n1\n2\n']);
    expect(codeOf(await csv.post('{"a":1}'))).toEqual([415, 'unsupported-type']);
    const semicolons = setup({ delimiter: ';' });
    await semicolons.post('a;b\n1;2\n', 'text/csv');
    expect(semicolons.texts()).toEqual(['{"a":"1","b":"2"}']);
  });

  it('goes to partitions by key', async () => {
    const { post, sent } = setup({ partitionKey: 'k' });
    await post('[{"k":"x"},{"k":7},{},{"k":"x"}]');
    expect(sent.map(({ key }) => key).sort()).toEqual(['7', 'x', 'x', undefined]);
  });
});

describe('what is refused', () => {
  it.each<[string, Posted, number, string]>([
    ['nothing', ['', null, null], 400, 'empty-event'],
    ['broken JSON', ['{"a":', null, null], 400, 'invalid-json'],
    ['JSON that is no object', ['[1]', null, null], 400, 'not-an-object'],
    ['CSV with a column twice', ['a,A\n1,2\n', 'text/csv', null], 400, 'invalid-csv'],
    ['broken gzip', ['plain', null, 'gzip'], 400, 'invalid-compression'],
    ['another type', ['<a/>', 'application/xml', null], 415, 'unsupported-type'],
    ['another encoding', ['{}', null, 'br'], 415, 'unsupported-type'],
    ['a long body', [`{"a":"${'x'.repeat(1_000)}"}`, null, null], 413, 'body-too-large'],
    ['a body that is long when unpacked', [gzipSync('x'.repeat(100_000)), null, 'gzip'], 413, 'body-too-large'],
    ['many events', ['[{},{},{},{}]', null, null], 413, 'too-many-in-request'],
  ])('has a status and a code: %s', async (_what, posted, status, code) => {
    const { post, sent } = setup({}, { WEIR_PUBLISH_MAX_BYTES: '500', WEIR_PUBLISH_MAX_EVENTS: '3' });
    expect(codeOf(await post(...posted))).toEqual([status, code]);
    expect(sent).toEqual([]);
  });

  it('is an input that is not there, or that nobody can post to', async () => {
    expect(codeOf(await setup().post('{}', null, null, 'nope'))).toEqual([404, 'unknown-name']);
    expect(codeOf(await setup({ type: 'iotHub' } as Partial<StreamInput>).post('{}'))).toEqual([409, 'not-publishable']);
  });

  it('is an event that is too large for the hub, while the others go', async () => {
    const { post, texts } = setup();
    expect(codeOf(await post(`[{"a":1},{"a":"${'x'.repeat(3_000)}"}]`))).toEqual([413, 'event-too-large']);
    expect(texts()).toEqual(['{"a":1}']);
  });

  it('can be tried again when the hub cannot be reached; the cause is for the log alone', async () => {
    const { post, state, log } = setup();
    state.failing = true;
    const refused = await post('{"a":1}');
    expect([...codeOf(refused), refused.headers]).toEqual([503, 'hub-unavailable', { 'retry-after': '5' }]);
    expect(JSON.stringify(refused.jsonBody)).not.toContain('secret-host');
    expect(log.join()).toContain('secret-host');
    state.failing = false;
    expect((await post('{"a":1}')).status).toBe(202);
  });
});

describe('the rate', () => {
  it('lets through so many a second, and says when to come again', async () => {
    const { post, pass, sent } = setup({}, { WEIR_PUBLISH_EVENTS_PER_SECOND: '2', WEIR_PUBLISH_MAX_EVENTS: '4' });
    expect((await post('[{},{},{}]')).status).toBe(202);
    const refused = await post('[{},{},{},{}]');
    expect([...codeOf(refused), refused.headers]).toEqual([429, 'too-many-events', { 'retry-after': '2' }]);
    pass(1_500);
    expect((await post('[{},{},{},{}]')).status).toBe(202);
    expect(sent).toHaveLength(7);
  });

  it('keeps what was not used, up to the largest request', () => {
    const limit = new RateLimit(10, 20);
    for (let second = 0; second < 5; second++) limit.take(10, second * 1_000);
    limit.take(20, 60_000);
    expect(() => limit.take(1, 60_000)).toThrow(/try again in 1 s/);
  });

  it.each(['0', '-1', '1.5', 'many'])('is no %p', (value) => expect(() => publishLimits(new Settings({ WEIR_PUBLISH_EVENTS_PER_SECOND: value }))).toThrow(/WEIR_PUBLISH_EVENTS_PER_SECOND must be a whole number/));
});
