import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { BlobServiceClient, type ContainerClient } from '@azure/storage-blob';
import { ReferenceData, type ReferenceSource } from '../../../shared/sources/reference-data';
import { blobStore, fileStore, type SnapshotStore } from '../../../shared/sources/snapshot-stores';
import { fromUnixMs, parseDateTime } from '../../../shared/values/ticks';
import type { Ticks } from '../../../shared/values/value';
import { startAzurite, type Azurite } from '../../local/host/support/azurite';

const json = { format: 'json', booleansAsBit: true } as const;
const csv = { format: 'csv', booleansAsBit: true } as const;
const MINUTE = 60_000;

/** Snapshots in memory, with what was asked of them. */
class MemoryStore implements SnapshotStore {
  readonly files = new Map<string, { text: string; createdMs: number }>();
  readonly asked: string[] = [];
  describe = (path: string): string => `memory ${path}`;
  list = async (prefix: string): Promise<{ path: string; created: Ticks }[]> => {
    this.asked.push(`list ${prefix}`);
    return [...this.files].map(([path, { createdMs }]) => ({ path, created: fromUnixMs(createdMs) }));
  };
  read = async (path: string): Promise<Uint8Array> => {
    this.asked.push(`read ${path}`);
    const found = this.files.get(path);
    if (!found) throw new Error('not there');
    return Buffer.from(found.text);
  };
}

const ms = (time: string): number => Date.parse(`2026-01-01T${time}Z`);
const t = (time: string): Ticks => parseDateTime(`2026-01-01T${time}Z`) as Ticks;

describe('reference data in snapshots', () => {
  let store: MemoryStore;
  let data: ReferenceData;
  const put = (hour: string, created: string, text = `[{"hour":"${hour}"}]`): void => void store.files.set(`r/2026/01/01/${hour}/r.json`, { text, createdMs: ms(created) });
  const held = (now: string, time: string): Promise<unknown> => data.using(ms(now), () => data.at('R', t(time)).rows[0]?.hour);
  beforeEach(() => {
    store = new MemoryStore();
    data = new ReferenceData([{ name: 'r', store, path: 'r/{date}/{time}/r.json', format: json }]);
  });

  it('is found within a minute, without a restart, and never gone back from', async () => {
    put('09', '08:00:00');
    expect(await held('09:30:00', '09:29:00')).toBe('09');
    put('10', '09:30:10');
    expect(await held('10:00:00', '09:59:59')).toBe('09');
    expect(await held('10:00:01', '10:00:00')).toBe('10');
    put('11', '13:15:20');
    put('08', '13:15:30');
    expect(await held('13:16:10', '13:15:59')).toBe('10');
    expect(await held('13:16:10', '13:16:00')).toBe('11');
    expect(await held('13:17:10', '08:30:00')).toBe('09');
  });

  it('is looked for once a minute and read once, by all that ask at the same time', async () => {
    put('09', '08:00:00');
    put('10', '08:00:00');
    await Promise.all(['09:10:00', '09:20:00', '09:59:59'].map((time) => held('10:30:05', time)));
    expect(await held('10:30:59', '10:30:00')).toBe('10');
    expect(store.asked).toEqual(['list r/', 'read r/2026/01/01/09/r.json', 'read r/2026/01/01/10/r.json']);
    await held('10:31:00', '10:30:00');
    expect(store.asked.slice(3)).toEqual(['list r/']);
  });

  it('is let go when no time has needed it for a while, and read again when one does', async () => {
    put('09', '08:00:00');
    put('10', '08:00:00');
    await held('10:00:10', '09:59:00');
    for (let minute = 1; minute < 6; minute++) await held(`10:0${minute}:10`, `10:0${minute}:00`);
    store.asked.length = 0;
    expect(await held('10:05:20', '09:59:00')).toBe('09');
    expect(store.asked).toEqual(['read r/2026/01/01/09/r.json']);
  });

  it('gives the same list as long as the snapshot is the same', async () => {
    put('09', '08:00:00');
    const first = await data.using(ms('09:30:00'), () => data.at('r', t('09:29:00')).rows);
    expect(await data.using(ms('09:31:00'), () => data.at('r', t('09:30:30')).rows)).toBe(first);
  });

  it('is waited for while there is none', async () => {
    await expect(held('09:00:00', '09:00:00')).rejects.toMatchObject({ code: 'no-reference-data', disposition: 'retry', message: expect.stringMatching(/r cannot be read from memory .*: there is no snapshot yet/) as string });
    put('10', '08:00:00');
    await expect(held('09:01:00', '09:00:30')).rejects.toMatchObject({ code: 'no-reference-data' });
    expect(await held('10:00:00', '09:00:30')).toBe('10');
  });

  it('that cannot be listed is asked for again by the next batch', async () => {
    const { list } = store;
    store.list = () => Promise.reject(new Error('throttled'));
    await expect(held('09:00:00', '09:00:00')).rejects.toThrow(/throttled/);
    store.list = list;
    put('08', '07:00:00');
    expect(await held('09:00:01', '09:00:00')).toBe('08');
  });

  it('that is not what it says stops the job until it is put right', async () => {
    put('09', '08:00:00', '[{');
    await expect(held('09:30:00', '09:29:00')).rejects.toMatchObject({ code: 'invalid-reference-data', disposition: 'stop' });
    put('09', '08:00:00');
    expect(await held('09:30:10', '09:29:00')).toBe('09');
  });

  it('runs the batch again for each snapshot that it needs', async () => {
    put('09', '08:00:00');
    put('10', '08:00:00');
    let runs = 0;
    const rows = await data.using(ms('10:30:00'), () => {
      runs++;
      return ['09:30:00', '10:30:00'].map((time) => data.at('r', t(time)).rows[0]?.hour);
    });
    expect([rows, runs]).toEqual([['09', '10'], 3]);
  });
});

describe('reference data', () => {
  let folder: string;
  let azurite: Azurite;
  let container: ContainerClient;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'weir-reference-'));
    azurite = await startAzurite();
    container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient('reference');
    await container.create();
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await azurite.stop();
  });
  const file = (name: string, content: string): void => {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  };
  const upload = (name: string, content: string): Promise<unknown> => container.getBlockBlobClient(name).uploadData(Buffer.from(content));
  const fromFile = (path: string): ReferenceSource => ({ name: 'r', store: fileStore(folder), path, format: json });

  it('comes from files and blobs, by name in any case', async () => {
    await upload('a/rooms.csv', 'id,name\n1,x\n');
    file('regions.json', '[{"id":1},{"id":2}]');
    const data = new ReferenceData([{ ...fromFile('regions.json'), name: 'Regions' }, { name: 'rooms', store: blobStore(azurite.connectionString, 'reference'), path: 'a/rooms.csv', format: csv }]);
    const rows = await data.using(0, () => [data.at('REGIONS', 0).rows, data.at('rooms', 0).rows]);
    expect(rows).toEqual([[{ id: 1 }, { id: 2 }], [{ id: '1', name: 'x' }]]);
    await expect(data.using(0, () => data.at('room', 0))).rejects.toThrow(/no reference data 'room'; there is regions, rooms/);
  });

  it('of a blob with {date} and {time} changes while the job runs', async () => {
    const source: ReferenceSource = { name: 'r', store: blobStore(azurite.connectionString, 'reference'), path: 's/{date}/{time}.csv', dateFormat: 'YYYY-MM-DD', timeFormat: 'HH-mm', format: csv };
    const data = new ReferenceData([source]);
    const now = Date.now();
    const at = (ahead: number): Promise<unknown> => data.using(now + ahead, () => data.at('r', fromUnixMs(now + ahead)).rows[0]?.v);
    const name = (ahead: number): string => new Date(now + ahead).toISOString().replace(/^(.{10})T(\d\d):(\d\d).*$/, 's/$1/$2-$3.csv');
    await upload(name(-60 * MINUTE), 'v\nfirst\n');
    expect(await at(2 * MINUTE)).toBe('first');
    await upload(name(5 * MINUTE), 'v\nsecond\n');
    await upload('s/notes.txt', 'not a snapshot');
    expect(await at(3 * MINUTE)).toBe('first');
    expect(await at(5 * MINUTE)).toBe('second');
  });

  it('of files with {date} is used from the time in their paths, whenever they were written', async () => {
    file('days/2020/05/01/r.json', '[{"v":1}]');
    file('days/2020/05/02/r.json', '[{"v":2}]');
    const data = new ReferenceData([fromFile('days/{date}/r.json')]);
    const v = (day: string): Promise<unknown> => data.using(Date.now(), () => data.at('r', parseDateTime(`${day}T12:00:00Z`) as Ticks).rows[0]?.v);
    expect([await v('2020-04-30'), await v('2020-05-01'), await v('2020-05-02')]).toEqual([1, 1, 2]);
  });

  it('under a fixed path is waited for while it is not there, and stops the job when it is not what it says', async () => {
    const missing = new ReferenceData([fromFile('none.json')]);
    await expect(missing.using(0, () => missing.at('r', 0))).rejects.toMatchObject({ code: 'no-reference-data', disposition: 'retry' });
    file('none.json', '[{"id":1}]');
    expect(await missing.using(1, () => missing.at('r', 0).rows)).toEqual([{ id: 1 }]);
    file('wrong.json', '[{');
    const wrong = new ReferenceData([fromFile('wrong.json')]);
    await expect(wrong.using(0, () => wrong.at('r', 0))).rejects.toMatchObject({ code: 'invalid-reference-data', disposition: 'stop' });
  });
});
