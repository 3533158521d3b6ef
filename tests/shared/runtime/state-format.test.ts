/** States that an older version wrote are read as what they were written with, or refused. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile } from '../../../shared/compiler/compile';
import { blobsToRead, EntityCache, runEntity, type EntityAddress, type EntityResult, type Operation } from '../../../shared/runtime/entity';
import { FORMAT, logHeadOf } from '../../../shared/runtime/state-text';
import { readBody } from '../../../shared/runtime/state-base';

const format3 = JSON.parse(readFileSync(join(__dirname, 'states', 'format-3.json'), 'utf8')) as { text: string; blobs: Record<string, string> };

const ADDRESS: EntityAddress = { entity: 'partition', input: 'input', partition: '0' };
const END: Operation = { name: 'tick', input: { watermark: 'end', lastSequenceNumber: -1, partitions: 1 } };
const environment = { policy: { early: 'unlimited' as const, late: 'unlimited' as const, outOfOrder: 0, action: 'adjust' as const }, references: { at: () => ({ rows: [] }) }, onError: 'dead-letter' as const, gapTimeoutMs: Infinity };
const program = compile('SELECT k, COUNT(*) AS n, AVG(v) AS mean INTO o FROM input PARTITION BY k TIMESTAMP BY t GROUP BY k, TumblingWindow(day, 1)', { inputs: [{ name: 'input', kind: 'stream', partitionKey: 'k' }] });

/** As it was written for seven batches, each of three keys from its number on and the values n, n + ¼, n + ½, and a tick: a base, a segment, and the tick at the log's end. */
function stored(text = format3.text): { text: string; blobs: Map<string, Uint8Array> } {
  return { text, blobs: new Map(Object.entries(format3.blobs).map(([name, content]) => [name, Buffer.from(content)])) };
}

let names = 0;
function run(text: string, operations: Operation[], blobs: Map<string, Uint8Array>): EntityResult {
  const result = runEntity(ADDRESS, text, operations, { program, environment, nowMs: 0, random: () => `new${names++}`, cache: new EntityCache(), limits: { inline: 0, segments: 0, times: 0, block: 1 }, blobs });
  for (const { name, bytes } of result.blobs.write) blobs.set(name, bytes);
  return result;
}

function rowsAtEnd(text: string, blobs: Map<string, Uint8Array>): unknown[] {
  const ended = run(text, [END], blobs);
  return run(ended.stateText, [], blobs).effects.outputs.flatMap(({ rows }) => rows.map(({ values: { k, n, mean } }) => [k, n, mean]));
}

const ROWS = [['key 0', 1, 0], ['key 1', 2, 0.625], ['key 2', 3, 1.25], ['key 3', 3, 2.25], ['key 4', 3, 3.25], ['key 5', 3, 4.25], ['key 6', 3, 5.25], ['key 7', 2, 5.875], ['key 8', 1, 6.5]];

describe('a state of format 3', () => {
  it('is read', () => {
    const { text, blobs } = stored();
    expect(blobsToRead(ADDRESS, text, new EntityCache())).toHaveLength(2);
    expect(rowsAtEnd(text, blobs)).toEqual(ROWS);
  });

  it('is written in the present one, with blocks, and read from it', () => {
    const { text, blobs } = stored();
    const next = run(text, [{ ...END, input: { watermark: 0, lastSequenceNumber: -1, partitions: 1 } }], blobs);
    expect((JSON.parse(next.stateText) as { f: number }).f).toBe(FORMAT);
    const { g, b } = logHeadOf(next.stateText) as { g: string; b: string };
    const { blocks } = readBody(blobs.get(`${g}/${b}`) as Uint8Array);
    expect(Buffer.from(blocks.get(0)).toString('latin1')).toBe('key 0key 1key 2key 3key 4key 5key 6key 7key 8');
    expect(rowsAtEnd(next.stateText, blobs)).toEqual(ROWS);
  });

  it.each([2, FORMAT + 1])('is not taken for one of format %d', (format) => {
    const { text, blobs } = stored(format3.text.replace('"f":3', `"f":${format}`));
    expect(() => run(text, [], blobs)).toThrow(`has format ${format}, and this version of Weir reads 3 and 4`);
  });
});
