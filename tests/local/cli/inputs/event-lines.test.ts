/** Lines read from their bytes, a piece of the file at a time, give what the file gives when it is read as a whole. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { linesInput, NotLines } from '../../../../local/cli/inputs/event-lines';
import { recordsInput, type QueryInput } from '../../../../local/cli/inputs/query-input';
import { readRecords } from '../../../../local/cli/read-file';
import { eventsOf } from '../../../../local/cli/inputs/read-inputs';
import { runFiles } from '../../../../local/cli/run-files';
import { runQuery, staticReferences } from '../../../../local/cli/run-query';
import { compile } from '../../../../shared/compiler/compile';
import { toJsonText } from '../../../../shared/values/json';

const QUERIES = ['SELECT a, b, c.d AS d, System.Timestamp() AS t INTO o FROM i', 'SELECT * INTO o FROM i', 'SELECT a, COUNT(*) AS n, SUM(b) AS s INTO o FROM i GROUP BY a, TumblingWindow(second, 5)'];
const programs = QUERIES.map((query) => compile(query, { inputs: [{ name: 'i', kind: 'stream' }] }));
const ENVIRONMENT = { references: staticReferences({}), policy: { early: 'unlimited', late: 'unlimited', outOfOrder: 0, action: 'adjust' }, onError: 'dead-letter' } as const;

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'weir-lines-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function fileOf(content: string | Buffer, name = 'events.ndjson'): string {
  const file = join(folder, name);
  writeFileSync(file, content);
  return file;
}

/** The rows of every query, as text. */
function rowsOf(open: () => QueryInput): string[][] {
  return programs.map((program) => (runQuery({ program, inputs: [open()], ...ENVIRONMENT }).outputs.get('o') ?? []).map(toJsonText));
}

/** As {@link rowsOf}; undefined where the file cannot be read. */
function rowsIfAny(open: () => QueryInput): string[][] | undefined {
  try {
    return rowsOf(open);
  } catch {
    return undefined;
  }
}

const lines = (file: string, pieceBytes?: number): QueryInput => linesInput('i', [file], { arrival: 0, booleansAsBit: true, ...(pieceBytes === undefined ? {} : { pieceBytes }) });
const whole = (file: string): QueryInput => recordsInput('i', eventsOf(readRecords(file, { format: 'json' }), 0));

const value = fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.string({ unit: 'grapheme' }), fc.boolean(), fc.constant(null), fc.record({ d: fc.integer() }));
const event = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'A', 'é'), value).map((record) => JSON.stringify(record));
const between = fc.constantFrom('\n', '\r\n', '\n\n', ' \n\t');

describe('events on lines of their own', () => {
  it('are what they are in the whole file, wherever its pieces end', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(event, between), { maxLength: 12 }), fc.integer({ min: 1, max: 200 }), (parts, pieceBytes) => {
        const file = fileOf(parts.map(([text, end]) => text + end).join(''));
        expect(rowsIfAny(() => lines(file, pieceBytes))).toEqual(rowsIfAny(() => whole(file)));
      }),
      { numRuns: 200 },
    );
  });

  it.each<[string, string]>([
    ['an array', '[{"a":1},{"a":2}]'],
    ['an object over several lines', '{\n"a":1\n}'],
    ['two objects in a line', '{"a":1}\n{"a":2}{"a":3}'],
    ['a mark in front', '\ufeff{"a":1}\n'],
    ['a line that is no JSON', '{"a":1}\n{"a":\n'],
    ['a line that is no object', '{"a":1}\n7\n'],
    ['times of arrival', '{"a":1}\n{"a":2,"EventEnqueuedUtcTime":"2026-01-01T00:00:00Z"}'],
    ['times of arrival in another case', '{"eventenqueuedutctime":"2026-01-01T00:00:00Z"}'],
    ['times of arrival with an escape in the name', '{"\\u0045ventEnqueuedUtcTime":"2026-01-01T00:00:00Z"}'],
  ])('are not %s', (_, text) => {
    const file = fileOf(text);
    expect(() => rowsOf(() => lines(file))).toThrow(NotLines);
  });

  const source = { program: compile(QUERIES[0] as string, { inputs: [{ name: 'i', kind: 'stream' }] }), ...ENVIRONMENT, samples: {}, formats: {}, eventFormats: {}, warnings: [], readReferences: () => staticReferences({}) };
  const run = (file: string): unknown => (runFiles({ i: file }, source, { arrival: 0 }).outputs.get('o') ?? []).map(({ a }) => a);

  it('may be compressed', () => expect(run(fileOf(gzipSync('{"a":1}\n{"a":2}'), 'events.ndjson.gz'))).toEqual([1, 2]));
  it('are read as a whole when there is something else', () => {
    expect(run(fileOf('{"a":1,"EventEnqueuedUtcTime":"2026-01-01T00:00:02Z"}\n{"a":2,"EventEnqueuedUtcTime":"2026-01-01T00:00:01Z"}'))).toEqual([2, 1]);
    expect(run(fileOf('[{"a":1},{"a":2}]'))).toEqual([1, 2]);
  });
  it('are set aside one by one when they are no JSON', () => {
    const { outputs, deadLetters } = runFiles({ i: fileOf('{"a":1}\n{"a":\nno\n[{"a":2},{"a":3}]\n7\n{"a":4}\n') }, source, { arrival: 0 });
    expect(outputs.get('o')?.map(({ a }) => a)).toEqual([1, 2, 3, 4]);
    expect(deadLetters.map(({ reason, sequenceNumber, body }) => [reason, sequenceNumber, Buffer.from(body, 'base64').toString()])).toEqual([['invalid-json', 1, '{"a":'], ['invalid-json', 2, 'no'], ['not-an-object', 4, '7']]);
  });
  it('fail with the name of the file when none of them is JSON', () => expect(() => run(fileOf('{\n"a": 1,\n}'))).toThrow(/events\.ndjson: .*JSON/));
  it('fail with the name of the file when their order of arrival is not known for that', () =>
    expect(() => run(fileOf('{"a":1,"EventEnqueuedUtcTime":"2026-01-01T00:00:02Z"}\n{"a":'))).toThrow(/events\.ndjson: .*JSON/));
  it('may be none', () => expect(run(fileOf('\n'))).toEqual([]));
  it('of a file that is not there', () => expect(() => run(join(folder, 'none.json'))).toThrow(/ENOENT.*none\.json/));
  it('may come from a pipe, whatever they are', async () => {
    const pipe = join(folder, 'pipe.json');
    execFileSync('mkfifo', [pipe]);
    const writer = spawn('sh', ['-c', `printf '[{"a":1},\\n{"a":2}]' > '${pipe}'`]);
    const ended = once(writer, 'exit');
    expect(run(pipe)).toEqual([1, 2]);
    await ended;
  });
  it('may be long, and are cut where no event can be as long', () => {
    const long = `{"a":5,"b":"${'x'.repeat(5 << 20)}"}`;
    expect(run(fileOf(`${long}\n{"a":6}\n`))).toEqual([5, 6]);
    const longer = Buffer.concat([Buffer.from('{"a":1}\n{"b":"'), Buffer.alloc(70 << 20, 'x')]);
    const { outputs, deadLetters } = runFiles({ i: fileOf(longer) }, source, { arrival: 0 });
    expect(outputs.get('o')?.map(({ a }) => a)).toEqual([1]);
    expect(deadLetters.length).toBeGreaterThan(0);
  });
  it('have what a service noted on them', () => {
    const asks = { ...source, program: compile("SELECT GetMetadataPropertyValue(i, '[User].[x]') AS a INTO o FROM i", { inputs: [{ name: 'i', kind: 'stream' }] }) };
    expect(runFiles({ i: fileOf('{"User":{"x":"y"}}\n') }, asks, { arrival: 0 }).outputs.get('o')).toEqual([{ a: 'y' }]);
  });
});
