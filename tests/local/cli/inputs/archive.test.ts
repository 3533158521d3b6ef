/**
 * Files as an Event Hub captures them, written by Python's fastavro: partition 0 has events 7 to 9 (8 is no JSON), a file without events and a compressed one with event
 * 12; partition 1 events 3 and 4.
 */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readInputs } from '../../../../local/cli/inputs/read-inputs';
import { runFiles } from '../../../../local/cli/run-files';
import { staticReferences } from '../../../../local/cli/run-query';
import { compile } from '../../../../shared/compiler/compile';
import type { FormatOptions } from '../../../../shared/formats/decoder';
import { formatDateTime, parseDateTime } from '../../../../shared/values/ticks';
import type { DateTime, Ticks } from '../../../../shared/values/value';

const CAPTURED = join(__dirname, 'captured');
const JSON_EVENTS: FormatOptions = { format: 'json', booleansAsBit: true };

function sourceOf(query: string, eventFormats: Record<string, FormatOptions> = { i: JSON_EVENTS }): Parameters<typeof runFiles>[1] {
  const policy = { early: 'unlimited', late: 'unlimited', outOfOrder: 0, action: 'adjust' } as const;
  return { program: compile(query, { inputs: [{ name: 'i', kind: 'stream' }] }), policy, onError: 'dead-letter', samples: {}, formats: {}, eventFormats, warnings: [], readReferences: () => staticReferences({}) };
}

describe('captured events', () => {
  const run = (query: string, path = CAPTURED): ReturnType<typeof runFiles> => runFiles({ i: path }, sourceOf(query), { arrival: 0 });
  const time = (value: unknown): string => formatDateTime((value as DateTime).ticks);

  it('arrive when they arrived', () => {
    const rows = run('SELECT v, System.Timestamp() AS t INTO o FROM i').outputs.get('o');
    expect(rows?.map(({ v, t }) => [v, time(t)])).toEqual([
      [1, '2026-01-31T18:54:42.0000000Z'],
      [10, '2026-01-31T18:54:44.0000000Z'],
      [2, '2026-01-31T18:54:50.0000000Z'],
      [3, '2026-01-31T19:04:45.0000000Z'],
      [20, '2026-01-31T19:04:46.0000000Z'],
    ]);
  });

  it('come from their partitions', () => {
    const rows = run('SELECT PartitionId AS p, SUM(v) AS s INTO o FROM i GROUP BY PartitionId, TumblingWindow(hour, 24)').outputs.get('o');
    expect(rows).toEqual(expect.arrayContaining([{ p: 0, s: 6 }, { p: 1, s: 30 }]));
    expect(rows).toHaveLength(2);
  });

  it('are counted together in windows of all partitions', () =>
    expect(run('SELECT device, SUM(v) AS s INTO o FROM i GROUP BY device, TumblingWindow(minute, 5)').outputs.get('o')?.map(({ device, s }) => `${String(device)} ${String(s)}`).sort()).toEqual(['a 11', 'a 3', 'b 2', 'b 20']));

  it('have the facts and properties that were noted on them', () => {
    const query = "SELECT v, GetMetadataPropertyValue(i, 'EventHub.SequenceNumber') AS n, GetMetadataPropertyValue(i, '[User].[alarm]') AS a, GetMetadataPropertyValue(i, 'IoTHub.ConnectionDeviceId') AS d, GetMetadataPropertyValue(i, 'EventHub.PartitionKey') AS k INTO o FROM i WHERE v = 2";
    expect(run(query).outputs.get('o')).toEqual([{ v: 2, n: 9, a: 'yes', d: 'd7', k: 'k' }]);
  });

  it('are set aside when they are not what the input declares, with their bytes', () =>
    expect(run('SELECT v INTO o FROM i').deadLetters).toMatchObject([{ reason: 'invalid-json', partition: '0', body: Buffer.from('{"device":').toString('base64') }]));

  it('may be one file', () => expect(run('SELECT v INTO o FROM i', join(CAPTURED, 'ns/hub/1/2026/01/31/18/54/42.avro')).outputs.get('o')).toEqual([{ v: 10 }, { v: 20 }]));

  it('are records of their own to an input that reads the files as they are', () => {
    const rows = runFiles({ i: CAPTURED }, sourceOf('SELECT SequenceNumber AS n INTO o FROM i', {}), { arrival: 0 }).outputs.get('o');
    expect(rows?.map(({ n }) => n)).toEqual([7, 8, 9, 12, 3, 4]);
  });

  describe('in a folder', () => {
    let folder: string;
    beforeEach(() => cpSync(CAPTURED, (folder = mkdtempSync(join(tmpdir(), 'weir-archive-'))), { recursive: true }));
    afterEach(() => rmSync(folder, { recursive: true }));
    const read = (): unknown => readInputs({ i: folder }, sourceOf('SELECT v INTO o FROM i'), { arrival: parseDateTime('2026-01-01') as Ticks, whole: new Set() });

    it('may have marks beside them', () => {
      writeFileSync(join(folder, '_SUCCESS'), '');
      writeFileSync(join(folder, '.crc'), 'x');
      expect(run('SELECT v INTO o FROM i', folder).outputs.get('o')).toHaveLength(5);
    });
    it('are named when one is broken', () => {
      writeFileSync(join(folder, 'broken.avro'), 'Obj');
      expect(read).toThrow(/broken\.avro: .*object container/);
    });
    it('are asked for when it is empty', () => {
      rmSync(join(folder, 'ns'), { recursive: true });
      expect(read).toThrow(/there is no file in /);
    });
  });

  it('may be lines in many files', () => {
    const folder = mkdtempSync(join(tmpdir(), 'weir-archive-'));
    try {
      for (const [name, text] of [['2.json', '{"v":3}'], ['1.json', '{"v":1}\n{"v":2}\n']] as const) writeFileSync(join(folder, name), text);
      expect(run('SELECT v INTO o FROM i', folder).outputs.get('o')).toEqual([{ v: 1 }, { v: 2 }, { v: 3 }]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
