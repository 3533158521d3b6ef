import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from '../../../shared/job/app';
import { loadJob } from '../../../shared/job/load';
import { azure, type Services } from '../../../shared/job/services';
import { Settings } from '../../../shared/settings';
import type { SnapshotStore } from '../../../shared/sources/snapshot-stores';
import { fromUnixMs } from '../../../shared/values/ticks';

const hour = (h: number): number => Date.UTC(2026, 0, 1, h);
const settings = new Settings({
  EVENTHUB: 'Endpoint=sb://localhost;SharedAccessKeyName=k;SharedAccessKey=v',
  COSMOS: 'AccountEndpoint=http://localhost:1/;AccountKey=a2V5;',
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
});

describe('an app with reference data of a blob', () => {
  let folder: string;
  let app: App;
  let createdMs: number;
  const opened: string[] = [];
  const store: SnapshotStore = {
    describe: String,
    list: () => Promise.resolve([9, 10].map((h) => ({ path: `z/2026-01-01/${String(h).padStart(2, '0')}`, created: fromUnixMs(createdMs) }))),
    read: (path) => Promise.resolve(Buffer.from(`zone;crop\nn;crop of ${path.slice(-2)}\n`)),
  };
  const services: Services = {
    ...azure,
    openHubProperties: () => ({ facts: () => Promise.resolve({ partitionIds: ['0'], made: 0 }), bounds: () => Promise.resolve({ partition: '0', begin: 0, last: 0, isEmpty: false, lastEnqueued: 0 }), close: () => Promise.resolve() }),
    openSnapshots: (_connection, container) => {
      opened.push(container);
      return store;
    },
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'weir-app-reference-'));
    const definition = {
      name: 'zones',
      inputs: { sensors: { type: 'eventHub', connection: 'EVENTHUB', eventHub: 'sensors' } },
      referenceData: { zones: { type: 'blob', connection: 'AzureWebJobsStorage', container: 'ref', path: 'z/{date}/{time}', dateFormat: 'YYYY-MM-DD', format: 'csv', delimiter: ';' } },
      outputs: { out: { type: 'cosmos', connection: 'COSMOS', database: 'd', container: 'c' } },
      time: { late: 'unlimited' },
    };
    writeFileSync(join(folder, 'job.json'), JSON.stringify(definition));
    writeFileSync(join(folder, 'query.saql'), 'SELECT s.n AS id, z.crop INTO out FROM sensors s TIMESTAMP BY at JOIN zones z ON s.zone = z.zone');
    app = new App(folder, loadJob(folder), settings, services);
  });
  afterAll(async () => {
    await app.close();
    rmSync(folder, { recursive: true });
  });

  const ingest = async (nowMs: number, ...times: string[]): Promise<unknown> => {
    const messages = times.map((time, n) => Buffer.from(JSON.stringify({ n, zone: 'n', at: `2026-01-01T${time}Z` })));
    const system = messages.map((_, n) => ({ SequenceNumber: n, sequenceNumber: n, enqueuedTimeUtc: new Date(nowMs).toISOString() }));
    const { bound } = await app.ingest(app.inputs[0] as App['inputs'][number], messages, { partitionContext: { partitionId: '0' }, systemPropertiesArray: system }, { nowMs });
    return bound.items.get('out');
  };

  it('waits for it, then joins the snapshot that holds at the time of each event, the same whenever the batch comes again', async () => {
    createdMs = hour(23);
    await expect(ingest(hour(11), '10:30:00')).rejects.toMatchObject({ code: 'no-reference-data', disposition: 'retry' });
    createdMs = hour(8);
    const expected = [{ id: '0', crop: 'crop of 10' }, { id: '1', crop: 'crop of 09' }];
    expect(await ingest(hour(11) + 60_000, '10:30:00', '09:30:00')).toEqual(expected);
    expect(await ingest(hour(20), '10:30:00', '09:30:00')).toEqual(expected);
    expect(opened).toEqual(['ref']);
  });
});
