/** The service of one input does not answer: the clock and the status serve the others, and tell which one and why. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from '../../../shared/job/app';
import { boundsOf } from '../../../shared/job/clock';
import { loadJob } from '../../../shared/job/load';
import { measureStatus } from '../../../shared/job/observe';
import { azure, type Services } from '../../../shared/job/services';
import { planOf } from '../../../shared/runtime/entity';
import { FORMAT } from '../../../shared/runtime/state-text';
import { Settings } from '../../../shared/settings';
import { MemoryTelemetry } from '../../../shared/telemetry';
import { fromUnixMs } from '../../../shared/values/ticks';

const NOW = Date.UTC(2026, 0, 1);
const settings = new Settings({ EVENTHUB: 'Endpoint=sb://localhost;SharedAccessKeyName=k;SharedAccessKey=v', AzureWebJobsStorage: 'UseDevelopmentStorage=true' });

describe('an app of two inputs, one of whose hubs is down', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-input-down-'));
  let app: App;
  let isDown: boolean;
  const services: Services = {
    ...azure,
    openHubProperties: (_connection, hub) => ({
      facts: () => (hub === 'two' && isDown ? Promise.reject(new Error('connect ECONNREFUSED')) : Promise.resolve({ partitionIds: ['0', '1'], made: 1 })),
      bounds: (partition) => Promise.resolve({ partition, begin: 0, last: 9, isEmpty: false, lastEnqueued: fromUnixMs(NOW - 20_000) }),
      close: () => Promise.resolve(),
    }),
  };
  const input = (eventHub: string) => ({ type: 'eventHub', connection: 'EVENTHUB', eventHub });

  const open = (late: string): App => {
    const outputs = { out: { type: 'blob', connection: 'AzureWebJobsStorage', container: 'c', path: 'p' } };
    writeFileSync(join(folder, 'job.json'), JSON.stringify({ name: 'two', inputs: { one: input('one'), two: input('two') }, outputs, time: { late } }));
    writeFileSync(join(folder, 'query.saql'), 'SELECT a.k INTO out FROM one a TIMESTAMP BY t JOIN two b TIMESTAMP BY t ON a.k = b.k AND DATEDIFF(second, a, b) BETWEEN 0 AND 5');
    return new App(folder, loadJob(folder), settings, services);
  };
  beforeEach(() => {
    isDown = true;
    app = open('5s');
  });
  afterEach(() => app.close());
  afterAll(() => rmSync(folder, { recursive: true }));

  const ticked = async (ms = NOW): Promise<string[]> => (await app.ticks(ms)).signals.map(({ address }) => `${(address as { input: string }).input}/${(address as { partition: string }).partition}`);

  it('moves time on in the other, and says what failed', async () => {
    expect((await app.ticks(NOW)).failures).toMatchObject([{ message: 'connect ECONNREFUSED' }]);
    expect(await ticked()).toEqual(['one/0', 'one/1']);
    // It may have had events: as long as it is down nothing is taken to be over.
    expect(await ticked(NOW + 3_600_000)).toEqual(['one/0', 'one/1']);
    isDown = false;
    expect(await ticked()).toEqual(['one/0', 'one/1', 'two/0', 'two/1']);
    expect((await app.ticks(NOW)).isOver).toBe(false);
    expect((await app.ticks(NOW + 3_600_000)).isOver).toBe(true);
  });

  it('waits where events may be as late as they like: the one that is down may be getting some', async () => {
    await app.close();
    app = open('unlimited');
    expect(await app.ticks(NOW)).toMatchObject({ signals: [], failures: [expect.any(Error)] });
    isDown = false;
    expect(await ticked()).toHaveLength(4);
  });

  it('answers for the other, and for what is known of the one', async () => {
    const counted = { events: 7, bytes: 70, filtered: 0, deadLettered: {}, applied: 7, late: 0, early: 0, outOfOrder: 0, pending: 0, gap: 0, resets: 0, epoch: 1, position: 6, watermark: null };
    const read = () => app.status.read((address) => Promise.resolve(address.entity === 'partition' ? { f: FORMAT, p: planOf(address, app.job), c: counted } : undefined));
    const unknown = await read();
    expect(unknown.inputs.two).toMatchObject({ error: 'connect ECONNREFUSED', events: 0, backlog: 0, partitions: {} });
    expect(Object.keys(unknown.inputs.one?.partitions ?? {})).toEqual(['0', '1']);
    expect(unknown.inputs.one?.error).toBeUndefined();
    isDown = false;
    expect((await read()).inputs.two).toMatchObject({ events: 14, backlog: 6 });
    isDown = true;
    const { inputs } = await read();
    expect(Object.keys(inputs.two?.partitions ?? {})).toEqual(['0', '1']);
    expect(inputs.two).toMatchObject({ error: 'connect ECONNREFUSED', events: 14, backlog: 0 });
    const telemetry = new MemoryTelemetry();
    measureStatus(telemetry, await read(), NOW);
    const backlogged = ['one', 'two'].map((name) => telemetry.distribution('InputEventsSourcesBacklogged', { LogicalName: name, PartitionId: '0' })?.sum);
    expect(backlogged).toEqual([3, undefined]);
  });

  it('does not wait for one that never answers', async () => {
    jest.useFakeTimers();
    try {
      const asked = boundsOf({ facts: () => new Promise(() => undefined), bounds: () => Promise.reject(new Error('unused')), close: async () => undefined });
      const told = expect(asked).rejects.toMatchObject({ code: 'no-answer', disposition: 'retry' });
      await jest.advanceTimersByTimeAsync(10_000);
      await told;
    } finally {
      jest.useRealTimers();
    }
  });
});
