import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { LmdbFile } from '../../local/lmdb-file';

describe('LmdbFile', () => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'lmdb-file-'));
  afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

  const HOUR = 3_600_000;
  const opened = (name: string, boot?: string): LmdbFile<string, string> => LmdbFile.open<string, string>(path.join(folder, name), boot);
  const put = (file: LmdbFile<string, string>, key: string, value: string): void => file.commit(() => void file.db.put(key, value));

  it.each(['file.mdb', 'folder'])('keeps what was committed: %s', async (name) => {
    const file = opened(name);
    put(file, 'a', '1');
    expect(file.db.get('a')).toBe('1');
    await file.close();
    const again = opened(name);
    expect(again.db.get('a')).toBe('1');
    await again.close();
  });

  it('undoes all of a commit that throws', async () => {
    const file = opened('undone.mdb');
    put(file, 'a', '1');
    expect(() =>
      file.commit(() => {
        void file.db.put('a', '2');
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(file.db.get('a')).toBe('1');
    await file.close();
  });

  it.each([
    { what: 'closed before the machine went down', isClosed: true, boots: ['monday', 'tuesday'], isRefused: false },
    { what: 'open when its process ended', isClosed: false, boots: ['monday', 'monday'], isRefused: false },
    { what: 'open when the machine went down', isClosed: false, boots: ['monday', 'tuesday'], isRefused: true },
    { what: 'open when its process ended, told by a clock that is a little off', isClosed: false, boots: [String(HOUR), String(HOUR + 60_000)], isRefused: false },
    { what: 'open when the machine went down, told by the clock', isClosed: false, boots: [String(HOUR), String(2 * HOUR)], isRefused: true },
  ])('is refused when it may be torn: $what', async ({ what, isClosed, boots: [before, now], isRefused }) => {
    const name = `${what.replace(/\W/g, '-')}.mdb`;
    const first = opened(name, before);
    // What is left when nobody closes it.
    const mark = fs.readFileSync(path.join(folder, `${name}.open`));
    await first.close();
    if (!isClosed) fs.writeFileSync(path.join(folder, `${name}.open`), mark);
    if (isRefused) expect(() => opened(name, now)).toThrow(/was in use when this machine went down.*Delete the data folder/);
    else await opened(name, now).close();
  });
});
