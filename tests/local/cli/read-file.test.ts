import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { readRecords } from '../../../local/cli/read-file';

const folder = mkdtempSync(join(tmpdir(), 'weir-files-'));
afterAll(() => rmSync(folder, { recursive: true }));
const write = (name: string, content: string | Buffer): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

describe('a file of events', () => {
  it.each([
    ['a.ndjson', '{"a":1}\n{"a":2}\n', {}],
    ['a.json', '\ufeff[{"a":1},{"a":2}]', {}],
    ['a.CSV', 'a\n1\n2\n', {}],
    ['a.txt', 'a;b\n1;\n2;\n', { format: 'csv', delimiter: ';' }],
    ['a.csv.gz', gzipSync('a\n1\n2\n'), {}],
  ] as const)('is read: %s', (name, content, format) => {
    expect(readRecords(write(name, content), format).map(({ a }) => Number(a))).toEqual([1, 2]);
  });

  it('may have no events', () => expect(readRecords(write('empty.json', ' \n'))).toEqual([]));

  it.each([
    ['b.json', '{"a":', /b\.json: the text is not JSON/],
    ['b.json.gz', 'plain', /b\.json\.gz: incorrect header check/],
    ['b.avro', 'plain', /b\.avro: the event is not Avro/],
  ])('that cannot be read is named: %s', (name, content, message) => expect(() => readRecords(write(name, content))).toThrow(message));
});
