import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { findAppFiles, globToRegExp } from '../../../../local/host/worker/app-files';

describe('globToRegExp', () => {
  it.each([
    ['dist/functions/*.js', 'dist/functions/a.js', true],
    ['dist/functions/*.js', 'dist/functions/sub/a.js', false],
    ['dist/functions/*.js', 'dist/functions/a.js.map', false],
    ['dist/**/*.js', 'dist/a.js', true],
    ['dist/**/*.js', 'dist/x/y/a.js', true],
    ['src/{index.js,functions/*.js}', 'src/index.js', true],
    ['src/{index.js,functions/*.js}', 'src/functions/f.js', true],
    ['src/{index.js,functions/*.js}', 'src/other.js', false],
    ['a?c.js', 'abc.js', true],
    ['a.js', 'aXjs', false],
  ])('%s on %s: %s', (glob, file, matches) => expect(globToRegExp(glob).test(file)).toBe(matches));
});

describe('findAppFiles', () => {
  let dir: string;
  beforeEach(() => (dir = fs.mkdtempSync(path.join(os.tmpdir(), 'app-'))));
  afterEach(() => fs.rmSync(dir, { recursive: true }));
  const manifest = (content: object): void => fs.writeFileSync(path.join(dir, 'package.json'), JSON.stringify(content));

  it('lists matches sorted, without node_modules', () => {
    manifest({ main: './**/*.js' });
    for (const file of ['b.js', 'a.js', 'node_modules/x.js', 'sub/c.js', 'c.ts']) {
      fs.mkdirSync(path.dirname(path.join(dir, file)), { recursive: true });
      fs.writeFileSync(path.join(dir, file), '');
    }
    expect(findAppFiles(dir).map((file) => path.relative(dir, file))).toEqual(['a.js', 'b.js', 'sub/c.js']);
  });

  it('says what is wrong', () => {
    expect(() => findAppFiles(dir)).toThrow(/package\.json does not exist/);
    manifest({});
    expect(() => findAppFiles(dir)).toThrow(/has no "main"/);
    manifest({ main: 'dist/*.js' });
    expect(() => findAppFiles(dir)).toThrow(/"main": "dist\/\*\.js" in .* matches no file\. Is the app built/);
  });
});
