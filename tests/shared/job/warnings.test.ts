/** What a job is warned of, and that the commands tell people and keep it from scripts. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Call } from '../../../local/cli/command';
import { explain } from '../../../local/cli/explain/command';
import { run } from '../../../local/cli/run';
import { compile } from '../../../shared/compiler/compile';
import type { CosmosOutput, OutputDefinition } from '../../../shared/job/definition';
import { warningsOf } from '../../../shared/job/warnings';

const COSMOS: CosmosOutput = { type: 'cosmos', connection: 'COSMOS', database: 'weir', container: 'o', partitionKey: '/id', bulk: false };

function warnings(query: string, output: OutputDefinition = COSMOS): string[] {
  const program = compile(query, { inputs: [{ name: 'input', kind: 'stream' }, { name: 'rooms', kind: 'reference' }], shards: 2 });
  return warningsOf({ definition: { outputs: { o: output } }, program }).map(({ message }) => message);
}

describe("a Cosmos DB output without a documentId, whose rows have an 'id'", () => {
  it.each([
    ['of the event', 'SELECT id, v INTO o FROM input', "the column 'id' becomes"],
    ['in another case', 'SELECT device AS ID INTO o FROM input', "the column 'ID' becomes"],
    ['that windows are grouped by', 'SELECT id, COUNT(*) AS n INTO o FROM input GROUP BY id, TumblingWindow(second, 5)', "the column 'id' becomes"],
    ['of a step', 'WITH s AS (SELECT device AS id FROM input) SELECT * INTO o FROM s', "the column 'id' becomes"],
    ['of one side of a union', 'SELECT id INTO o FROM input UNION SELECT device FROM input', "the column 'id' becomes"],
    ['of reference data', 'SELECT i.v, r.id INTO o FROM input i JOIN rooms r ON i.room = r.id', "the column 'id' becomes"],
    ['that the events may have', 'SELECT * INTO o FROM input', "SELECT * takes over a member 'id'"],
    ['that one input of a join may have', 'SELECT i.* INTO o FROM input i JOIN rooms r ON i.room = r.name', "SELECT * takes over a member 'id'"],
  ])('is warned of: %s', (_, query, text) => {
    const [message, ...others] = warnings(query);
    expect(message).toContain(`outputs.o: ${text}`);
    expect(message).toMatch(/of rows with the same id .*only the one written last stays.*"documentId": "(id|ID)" in job\.json; to keep every row, call the column otherwise/);
    expect(others).toEqual([]);
  });

  it.each<[string, string, OutputDefinition]>([
    ['the job says that it means it', 'SELECT id INTO o FROM input', { ...COSMOS, documentId: 'id' }],
    ['no column has that name', 'SELECT device, COUNT(*) AS n INTO o FROM input GROUP BY device, TumblingWindow(second, 5)', COSMOS],
    ['it is in a record', 'SELECT device.id AS device INTO o FROM input', COSMOS],
    ['the output is none of Cosmos DB', 'SELECT id INTO o FROM input', { type: 'blob', connection: 'S', container: 'c', path: 'p' }],
  ])('is not, when %s', (_, query, output) => expect(warnings(query, output)).toEqual([]));
});

describe('the commands', () => {
  const folder = mkdtempSync(join(tmpdir(), 'weir-warnings-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const notes: string[] = [];
  const lines: string[] = [];
  const call = (values: Call['values']): Call => ({ positionals: [], values: { job: folder, ...values }, print: (line) => lines.push(line), note: (line) => notes.push(line), isTerminal: false });

  beforeEach(() => {
    notes.length = lines.length = 0;
    const { type, connection, database, container } = COSMOS;
    writeFileSync(join(folder, 'job.json'), JSON.stringify({ name: 'j', inputs: { input: { type: 'eventHub', connection: 'EVENTHUB', eventHub: 'h' } }, outputs: { o: { type, connection, database, container } } }));
    writeFileSync(join(folder, 'query.saql'), 'SELECT id, v INTO o FROM input');
    writeFileSync(join(folder, 'events.json'), '{"id":"a","v":1}\n');
  });

  it('tell it on stderr, and run', async () => {
    expect(await explain.run(call({}))).toBe(0);
    expect(notes).toEqual([expect.stringMatching(/^warning: own-document-id: outputs\.o: /)]);
    expect(await run.run(call({ input: [`input=${join(folder, 'events.json')}`], out: folder }))).toBe(0);
    expect(notes.slice(1)).toEqual([notes[0], 'o: 1 rows']);
  });

  it('tell scripts as JSON', async () => {
    await explain.run(call({ json: true }));
    expect(JSON.parse(lines.join('\n'))).toMatchObject({ warnings: [{ code: 'own-document-id' }] });
    expect(notes).toEqual([]);
  });
});
