import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test as command } from '../../../local/cli/test/command';
import { rowDifference } from '../../../local/cli/test/row-difference';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-test-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Record<string, unknown>): string {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}

async function run(...positionals: string[]): Promise<{ code: number; lines: string[] }> {
  return runWith({}, positionals);
}

async function runWith(values: Record<string, string | boolean>, positionals: string[]): Promise<{ code: number; lines: string[] }> {
  const lines: string[] = [];
  const print = (line: string): void => void lines.push(line);
  return { code: await command.run({ positionals, values, print, note: print, isTerminal: false }), lines };
}

const JOB = {
  'job.json': { name: 'doors', inputs: { entry: { type: 'file' } }, referenceData: { badges: { type: 'file', path: 'badges.json' } }, outputs: { perDoor: { type: 'file' }, known: { type: 'file' } } },
  'query.saql': `
    SELECT door, COUNT(*) AS n, System.Timestamp() AS windowEnd INTO perDoor FROM entry TIMESTAMP BY at GROUP BY door, TumblingWindow(minute, 1)
    SELECT e.door, b.holder INTO known FROM entry e JOIN badges b ON e.badge = b.badge`,
  'badges.json': [{ badge: 'x', holder: 'own' }],
};
const EVENTS = '{"door":"a","badge":"x","at":"2026-01-01T00:00:01Z"}\n{"door":"a","badge":"y","at":"2026-01-01T00:00:02Z"}\n';
const PER_DOOR = { door: 'a', n: 2, windowEnd: '2026-01-01T00:01:00Z' };

describe('weir test', () => {
  it('runs the folders of tests/', async () => {
    write({
      ...JOB,
      'tests/counts/inputs/Entry.ndjson': EVENTS,
      'tests/counts/expected/perDoor.json': [PER_DOOR],
      'tests/counts/expected/known.json': [{ door: 'a', holder: 'own' }],
      'tests/other-badges/inputs/entry.csv': 'door,badge,at\nb,z,2026-01-01T00:00:01Z\n',
      'tests/other-badges/inputs/badges.csv': 'badge,holder\nz,given\n',
      'tests/other-badges/expected/known.csv': 'door,holder\nb,given\n',
      'tests/nothing/inputs/entry.ndjson': '',
      'tests/nothing/expected/perDoor.json': '',
    });
    expect(await run(folder)).toEqual({ code: 0, lines: ['✓ counts', '✓ nothing', '✓ other-badges', '3 passed, 0 failed'] });
  });

  it('shows the rows that differ, and fails', async () => {
    write({ ...JOB, 'tests/counts/inputs/entry.ndjson': EVENTS, 'tests/counts/expected/perDoor.json': [{ ...PER_DOOR, n: 3 }], 'tests/fine/expected/known.json': '' });
    const { code, lines } = await run(folder);
    expect(code).toBe(1);
    expect(lines).toEqual([
      [
        '✗ counts',
        'perDoor: 1 rows, expected 1',
        '- {"door":"a","n":3,"windowEnd":"2026-01-01T00:01:00Z"}',
        '+ {"door":"a","n":2,"windowEnd":"2026-01-01T00:01:00.0000000Z"}',
        '  differs in n',
      ].join('\n    '),
      '✓ fine',
      '1 passed, 1 failed',
    ]);
    const json = await runWith({ json: true }, [folder]);
    expect(JSON.parse(json.lines.join('\n'))).toEqual([{ id: 'counts', passed: false, reason: expect.stringContaining('differs in n') as string }, { id: 'fine', passed: true }]);
    expect((await runWith({ only: 'fine' }, [folder])).lines).toEqual(['✓ fine', '1 passed, 0 failed']);
  });

  it('runs the testConfig.json of a Stream Analytics project, with paths of Windows', async () => {
    const inputs = [
      { InputAlias: 'entry', Type: 'Data Stream', Format: 'Csv', FilePath: '..\\Data\\Entry.csv', ScriptType: 'InputMock' },
      { InputAlias: 'badges', Type: 'Reference data', Format: 'Json', FilePath: 'badges.json', ScriptType: 'InputMock' },
    ];
    write({
      'asaproj.json': { name: 'doors', startFile: 'doors.asaql', configurations: [] },
      'doors.asaql': JOB['query.saql'],
      'Inputs/Local_entry.json': { InputAlias: 'entry', Type: 'Data Stream', FilePath: '..\\Data\\Entry.csv', ScriptType: 'InputMock' },
      'Inputs/Local_badges.json': { InputAlias: 'badges', Type: 'Reference data', FilePath: '../test/badges.json', ScriptType: 'InputMock' },
      'data/entry.csv': 'door,badge,at\na,x,2026-01-01T00:00:01Z\n',
      'test/badges.json': [{ badge: 'x', holder: 'mock' }],
      'test/out/known.json': [{ door: 'a', holder: 'mock' }],
      'test/testConfig.json': {
        Script: '',
        TestCases: [
          { Name: 'Case 1', Inputs: inputs, ExpectedOutputs: [{ OutputAlias: 'Known', FilePath: 'out\\known.json', Required: true }, { OutputAlias: 'perDoor', FilePath: 'Required', Required: 'false' }] },
        ],
      },
    });
    expect(await run(folder)).toEqual({ code: 0, lines: ['✓ Case 1', '1 passed, 0 failed'] });
  });

  it('needs no other declaration of the inputs of a Stream Analytics project', async () => {
    write({
      'doors.asaql': JOB['query.saql'],
      'entry.json': EVENTS,
      'badges.csv': 'badge,holder\nx,test\n',
      'known.json': '{"door":"a","holder":"test"}',
      'testConfig.json': {
        TestCases: [
          {
            Name: 'known',
            Inputs: [{ InputAlias: 'entry', Type: 'Data Stream', FilePath: 'entry.json' }, { InputAlias: 'badges', Type: 'Reference Data', Format: 'Csv', FilePath: 'badges.csv' }],
            ExpectedOutputs: [{ OutputAlias: 'known', FilePath: 'known.json' }],
          },
        ],
      },
    });
    expect(await run(folder)).toEqual({ code: 0, lines: ['✓ known', '1 passed, 0 failed'] });
  });

  it('reports every mistake of the tests at once', async () => {
    write({ ...JOB, 'tests/a/inputs/entri.json': '[]', 'tests/b/inputs/entry.json': '[]', 'tests/b/inputs/entry.csv': '' });
    await expect(run(folder)).rejects.toThrow(/entri.json: the job has no 'entri' \(did you mean 'entry'\?\).*\n.*tests\/a: expects nothing.*\n.*entry.json: there is another file for entry\n.*tests\/b: expects nothing/);
    write({ 'testConfig.json': { TestCases: [{ Inputs: [{ InputAlias: 'x', FilePath: 'no.json', Format: 'Xml' }], ExpectedOutputs: [{ OutputAlias: 'known' }] }] } });
    const message = await run(folder).then(() => '', (error: Error) => error.message);
    expect(message.split('\n').slice(1).sort()).toEqual([
      '  testConfig.json, TestCases[0].ExpectedOutputs[0].FilePath: is missing; for example "data.json"',
      `  testConfig.json, TestCases[0].Inputs[0].FilePath: no.json does not exist in ${folder}`,
      '  testConfig.json, TestCases[0].Inputs[0].Format: must be one of Json, Csv, Avro, found "Xml"',
      "  testConfig.json, TestCases[0].Inputs[0].InputAlias: the job has no 'x'; it has entry, badges",
    ]);
  });

  it('fails a test whose query fails, and says so when there are no tests', async () => {
    write({ ...JOB, 'tests/bad/inputs/entry.ndjson': '{"door":', 'tests/bad/expected/known.json': '' });
    expect((await run(folder)).lines[0]).toMatch(/^✗ bad\n {4}.*entry.ndjson: /);
    rmSync(join(folder, 'tests'), { recursive: true });
    await expect(run(folder)).rejects.toThrow(/has no tests: put one into tests\/NAME\//);
  });

  it.each(readdirSync(join(__dirname, '../../../jobs')))('passes for jobs/%s', async (job) => {
    expect((await run(join(__dirname, '../../../jobs', job))).lines.pop()).toMatch(/^[1-9]\d* passed, 0 failed$/);
  });
});

describe('a difference of rows', () => {
  it('pairs each row with the nearest', () => {
    expect(rowDifference([{ k: 'a', n: 1 }, { k: 'b', n: 2 }, { k: 'c', n: 3 }], [{ k: 'b', n: 9 }, { k: 'a', n: 1.0 }])).toBe(
      ['3 rows, expected 2', '- {"k":"b","n":9}', '+ {"k":"b","n":2}', '  differs in n', '+ {"k":"c","n":3}'].join('\n'),
    );
  });

  it('is none for the same rows in another order and form', () => {
    expect(rowDifference([{ t: '2026-01-01T00:00:00.0000000Z', n: 1 }, { n: 2 }], [{ n: 2 }, { n: 1, t: '2026-01-01T00:00:00Z' }])).toBeUndefined();
    expect(rowDifference([{ n: 1 }, { n: 1 }], [{ n: 1 }])).toBe('2 rows, expected 1\n+ {"n":1}');
  });
});
