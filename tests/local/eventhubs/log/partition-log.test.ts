import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import fc from 'fast-check';
import { crc32, tableCrc32 } from '../../../../local/eventhubs/log/crc32';
import type { Place } from '../../../../local/eventhubs/log/cursor';
import { PartitionLog } from '../../../../local/eventhubs/log/partition-log';
import type { NewRecords, PartitionLogOptions } from '../../../../local/eventhubs/log/partition-log';
import { RECORD_HEAD, writeRecordHead } from '../../../../local/eventhubs/log/record';

let directory: string;
let log: PartitionLog;
const small: PartitionLogOptions = { segmentBytes: 500, retentionMs: 1000 };

beforeEach(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'weir-log-'));
  log = PartitionLog.open(directory, small);
});

afterEach(async () => {
  await log.close();
  fs.rmSync(directory, { recursive: true, force: true });
});

/** Records whose messages are these texts; `note` is told where each goes. */
const records = (texts: string[], note: (place: Place) => void = () => undefined): NewRecords => ({
  count: texts.length,
  bytes: texts.reduce((sum, text) => sum + RECORD_HEAD + Buffer.byteLength(text), 0),
  write: (i, place, buffer, at) => {
    const messageLength = buffer.write(texts[i] as string, at + RECORD_HEAD);
    writeRecordHead(buffer, at, { sequence: place.sequence, enqueuedTime: place.enqueuedTime, headerLength: 0, messageLength });
    note(place);
    return RECORD_HEAD + messageLength;
  },
});

/** A record that was written and never acknowledged. */
function torn(): Buffer {
  const { bytes, write } = records(['never acknowledged']);
  const record = Buffer.alloc(bytes);
  write(0, { sequence: 2, offset: 0, enqueuedTime: 5 }, record, 0);
  return record;
}

function read(isBefore: (place: Place) => boolean = () => false): string[] {
  const cursor = log.openCursor(isBefore);
  const texts: string[] = [];
  for (let record = cursor.next(); record; record = cursor.next()) texts.push(`${record.sequence}:${record.message.toString()}`);
  cursor.close();
  return texts;
}

async function reopen(): Promise<void> {
  await log.close();
  log = PartitionLog.open(directory, small);
}

const segments = (): string[] => fs.readdirSync(directory).sort();

describe('PartitionLog', () => {
  it('starts empty', () => {
    expect(log.end).toEqual({ sequence: -1, offset: -1, enqueuedTime: 0 });
    expect(log.isEmpty).toBe(true);
    expect(read()).toEqual([]);
  });

  it('numbers events without gaps, in pieces and across segments and restarts', async () => {
    await Promise.all([log.append(records(['a', 'b']), 10), log.append(records(['c']), 10)]);
    await log.append(records(['d'.repeat(600)]), 11);
    await log.append(records(['e']), 12);
    await reopen();
    await log.append(records(['f']), 13);
    expect(read()).toEqual(['0:a', '1:b', '2:c', `3:${'d'.repeat(600)}`, '4:e', '5:f']);
    expect(segments()).toHaveLength(2);
    expect(log.end).toMatchObject({ sequence: 5, enqueuedTime: 13 });
  });

  it('shows an event only once it is on disk', async () => {
    const appended = log.append(records(['a']), 1);
    expect(log.end.sequence).toBe(-1);
    expect(read()).toEqual([]);
    await appended;
    expect(read()).toEqual(['0:a']);
  });

  it('never lets the enqueued time go back', async () => {
    await log.append(records(['a']), 100);
    await log.append(records(['b']), 50);
    expect(log.end.enqueuedTime).toBe(100);
    await reopen();
    await log.append(records(['c']), 60);
    expect(log.end.enqueuedTime).toBe(100);
  });

  it('lets a reader that is at the end go on', async () => {
    const cursor = log.openCursor(() => false);
    let woken = 0;
    const stop = log.onCommit(() => woken++);
    expect(cursor.next()).toBeNull();
    for (const text of ['a', 'b'.repeat(600), 'c'.repeat(300_000), 'd']) {
      await log.append(records([text]), 1);
      expect(cursor.next()?.message.toString()).toBe(text);
      expect(cursor.next()).toBeNull();
    }
    cursor.close();
    stop();
    expect(woken).toBe(4);
  });

  it('finds any place', async () => {
    const places: Place[] = [];
    for (let i = 0; i < 40; i++) await log.append(records([`e${i}`, 'x'.repeat(i * 2)], (place) => places.push(place)), 1000 + i * 10);
    expect(segments().length).toBeGreaterThan(3);
    for (const opened of ['as written', 'reopened']) {
      if (opened === 'reopened') await reopen();
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 79 }), fc.integer({ min: -5, max: 5 }), (n, delta) => {
          const { sequence, offset, enqueuedTime } = places[n] as Place;
          const from = (keep: (place: Place) => boolean): number => places.findIndex(keep);
          const first = (isBefore: (place: Place) => boolean): number => {
            const cursor = log.openCursor(isBefore);
            const record = cursor.next();
            cursor.close();
            return record ? record.sequence : -1;
          };
          expect(first((p) => p.sequence <= sequence)).toBe(from((p) => p.sequence > sequence));
          expect(first((p) => p.offset < offset + delta)).toBe(from((p) => p.offset >= offset + delta));
          expect(first((p) => p.enqueuedTime <= enqueuedTime + delta)).toBe(from((p) => p.enqueuedTime > enqueuedTime + delta));
        }),
      );
    }
  });

  it.each([
    ['half a head', (file: string) => fs.appendFileSync(file, Buffer.alloc(10, 1))],
    ['zeros', (file: string) => fs.appendFileSync(file, Buffer.alloc(1000))],
    ['half a record', (file: string) => fs.appendFileSync(file, torn().subarray(0, 30))],
    [
      'a record with a flipped bit',
      (file: string) => {
        const record = torn();
        record[RECORD_HEAD + 3] = 0;
        fs.appendFileSync(file, record);
      },
    ],
  ])('cuts off a torn tail: %s', async (_what, tear) => {
    await log.append(records(['a', 'b']), 1);
    await log.close();
    tear(path.join(directory, segments()[0] as string));
    log = PartitionLog.open(directory, small);
    expect(log.end.sequence).toBe(1);
    await log.append(records(['c']), 2);
    expect(read()).toEqual(['0:a', '1:b', '2:c']);
    await reopen();
    expect(read()).toEqual(['0:a', '1:b', '2:c']);
  });

  it('says that a closed log is closed', async () => {
    await log.close();
    await expect(log.append(records(['a']), 1)).rejects.toThrow('is closed');
  });
});

describe('retention', () => {
  it('deletes what is old and never gives a number out again', async () => {
    await log.append(records(['a'.repeat(600)]), 1000);
    await log.append(records(['b']), 1500);
    await log.expire(2100);
    expect(read()).toEqual(['1:b']);
    expect(log.beginning).toBe(1);
    await log.expire(9999);
    expect(read()).toEqual([]);
    expect(log).toMatchObject({ isEmpty: true, beginning: 2, end: { sequence: 1, enqueuedTime: 1500 } });
    const { end } = log;
    await reopen();
    expect(log).toMatchObject({ isEmpty: true, beginning: 2, end });
    await log.append(records(['c']), 10_000);
    expect(read()).toEqual(['2:c']);
    expect(log.end.offset).toBeGreaterThan(end.offset);
  });

  it('keeps what is young', async () => {
    await log.append(records(['a'.repeat(600)]), 1000);
    await log.append(records(['b']), 1001);
    await log.expire(1999);
    expect(read()).toHaveLength(2);
  });

  it('steps a slow reader over what was deleted under it', async () => {
    await log.append(records(['a'.repeat(600)]), 1000);
    const waiting = log.openCursor(() => false);
    await log.append(records(['b']), 5000);
    await log.expire(5500);
    expect(waiting.next()?.message.toString()).toBe('b');
    waiting.close();
  });
});

describe('crc32', () => {
  it('is the IEEE one, and the same with and without the runtime', () => {
    expect(tableCrc32(Buffer.from('123456789'))).toBe(0xcbf43926);
    fc.assert(fc.property(fc.uint8Array(), (bytes) => expect(crc32(bytes)).toBe(tableCrc32(bytes))));
  });
});
