/** Reading columns from bytes gives what decoding the whole event gives, on any bytes. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import fc from 'fast-check';
import { createDecoder, openColumnsOf } from '../../../shared/formats/decoder';
import { openJsonScan, type JsonScan } from '../../../shared/formats/json-scan';
import type { InputEvent } from '../../../shared/event';
import { EventColumns } from '../../../shared/event/columns';
import { toTicks } from '../../../shared/values/compare';
import { member } from '../../../shared/values/fields';
import { textNumbersOf } from '../../../shared/values/text-numbers';
import type { SqlRecord, SqlValue } from '../../../shared/values/value';

const NAMES = ['a', 'time', 'deviceid'];
const OPTIONS = { format: 'json' as const, booleansAsBit: true };
const decode = createDecoder(OPTIONS);

function whole(bytes: Buffer): SqlRecord | undefined {
  try {
    const records = decode(bytes);
    return records.length === 1 ? records[0] : undefined;
  } catch {
    return undefined;
  }
}

/** What the columns hold, as the whole event's decoder has it. The time is told apart only as a time. */
function expected(record: SqlRecord): { values: SqlValue[]; time: number | undefined } {
  const values = NAMES.map((name) => member(record, name));
  return { values, time: typeof values[1] === 'string' ? toTicks(values[1]) : undefined };
}

const open = (names: readonly string[], time: number): JsonScan => openJsonScan(names, time, OPTIONS) as JsonScan;
const event = (body: Uint8Array, from?: number, to?: number): InputEvent => ({ sequenceNumber: 0, enqueued: 0, body, from, to });

/** Reads an event that lies between others, in one piece with them or apart; gives whether the reader took it. */
function check(reader: JsonScan, bytes: Buffer, isApart = false): boolean {
  const before = Buffer.from('{"a":');
  const around = Buffer.concat([before, Buffer.from('\n'), bytes, Buffer.from('\n{"a":"next","time":1}')]);
  const from = before.length + 1;
  const to = from + bytes.length;
  const events = [event(around, 0, before.length), event(isApart ? new Uint8Array(bytes) : around, ...(isApart ? [] : [from, to])), event(around, to + 1, around.length)];
  expect(reader.open(EventColumns.of(events), 0)).toBe(3);
  const into: SqlValue[] = [];
  expect(reader.take(0, into)).toBe(false);
  expect(reader.take(2, into)).toBe(true);
  expect(into[0]).toBe('next');
  if (!reader.take(1, into)) return false;
  const record = whole(bytes);
  expect(record).toBeDefined();
  const { values, time } = expected(record as SqlRecord);
  if (Number.isNaN(reader.ticks)) expect(into).toEqual(values);
  else {
    expect(reader.ticks).toBe(time);
    expect([into[0], into[2]]).toEqual([values[0], values[2]]);
  }
  return true;
}

const name = fc.oneof({ weight: 6, arbitrary: fc.constantFrom('a', 'A', 'time', 'deviceId', 'DEVICEID', 'device\u0130d', 'b', 'note', 'é', '__proto__', 'c\\d', '', 'a name that is longer than any that is predicted') }, { weight: 1, arbitrary: fc.string() });
const time = fc.date({ min: new Date('1990-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }).map((d) => d.toISOString());
const leaf = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), time, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.bigInt().map((n) => ({ raw: String(n) })), fc.boolean(), fc.constant(null));
const value = fc.oneof({ weight: 5, arbitrary: leaf }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) }, { weight: 1, arbitrary: fc.dictionary(name, leaf, { maxKeys: 4 }) });

/** Objects as text of many looks: members may repeat, spaces may be anywhere between tokens. */
const text = fc.tuple(fc.array(fc.tuple(name, value), { maxLength: 8 }), fc.constantFrom('', ' ', '\t ', '\n')).map(([members, space]) => {
  const shown = (v: unknown): string => (typeof v === 'object' && v !== null && 'raw' in v ? String(v.raw) : JSON.stringify(v));
  return `${space}{${space}${members.map(([k, v]) => `${JSON.stringify(k)}${space}:${space}${shown(v)}`).join(`${space},${space}`)}${space}}${space}`;
});

const mutation = fc.tuple(fc.nat(), fc.constantFrom(...'{}[]",:\\-.eE0x9 \n\u0001'.split(''), 'é'));

describe('columns from bytes', () => {
  it('are those of the whole event, for any object', () => {
    const reader = open(NAMES, 1);
    let taken = 0;
    fc.assert(fc.property(text, (t) => void (taken += Number(check(reader, Buffer.from(t), t.length % 2 === 0)))), { numRuns: 3_000 });
    expect(taken).toBeGreaterThan(300);
  });

  // So few shapes that what one event makes the reader expect is often there in the next, if only in part: objects in objects, with the columns' own names in them.
  const fewShapes = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'deviceId'), fc.constantFrom('1', '"x"', '{}', '{"a":1}', '{"b":2,"a":3}', '{"b":{"a":1},"a":"y"}', '{"a":[{"b":1}]}', '{"a":1,"a":2}')), { maxLength: 5 }).map((members) => `{${members.map(([k, v]) => `"${k}":${v}`).join(',')}}`);

  it('are those of the whole event, whatever the event before was like', () => {
    const reader = open(NAMES, 1);
    let taken = 0;
    fc.assert(fc.property(fewShapes, (t) => void (taken += Number(check(reader, Buffer.from(t))))), { numRuns: 5_000 });
    expect(taken).toBeGreaterThan(1_000);
  });

  it('are those of the whole event, for any bytes', () => {
    const reader = open(NAMES, 1);
    const broken = fc.tuple(fc.oneof(text, fewShapes), fc.array(mutation, { minLength: 1, maxLength: 3 })).map(([t, changes]) => {
      let bytes = Buffer.from(t);
      for (const [at, put] of changes) bytes = Buffer.concat([bytes.subarray(0, at % (bytes.length + 1)), Buffer.from(put), bytes.subarray((at % (bytes.length + 1)) + (at % 2))]);
      return bytes;
    });
    fc.assert(fc.property(broken, (bytes) => void check(reader, bytes, bytes.length % 2 === 0)), { numRuns: 8_000 });
  });

  const EVENT = '{"deviceId":"d1","time":"2026-01-01T00:00:00.123Z","a":1.5,"note":"x"}';
  it.each<[string, string, boolean]>([
    ['the usual event', EVENT, true],
    ['another order', '{"a":2,"deviceId":"d1","time":"2026-01-01T00:00:00Z"}', true],
    ['a time of another form', '{"time":"2026-01-01 00:00:00+01:00"}', true],
    ['a time that is none', '{"time":"soon"}', true],
    ['a day that is none', '{"time":"2026-02-30T00:00:00Z"}', true],
    ['17 digits', '{"a":17.041235844294231}', true],
    ['zero below zero', '{"a":-0}', true],
    ['a record', '{"a":{"b":[1,{"c":"}"}]}}', true],
    ['deep nesting', `{"b":${'['.repeat(100)}${']'.repeat(100)}}`, false],
    ['an escape that is asked for', '{"a":"\\n"}', false],
    ['an escape that is not', '{"b":"\\u00e9\\n","a":1}', true],
    ['the same column twice', '{"a":1,"A":2}', false],
    ['an array', '[{"a":1}]', false],
    ['two lines', '{"a":1}\n{"a":2}', false],
    ['a long whole number', '{"b":12345678901234567890}', false],
    ['a control character', '{"b":"\u0001"}', false],
    ['a leading zero', '{"b":01}', false],
    ['nothing', '', false],
    ['only an end', '}', false],
    ['an end too many', '{"b":{"c":1}}}', false],
    ['an end too few', '{"b":{"c":1}', false],
    ['the end of an array in place of an object\'s', '{"b":{"c":1],"a":1}', false],
    ['half an event', '{"a":1,"deviceId":"d', false],
  ])('%s', (_name, t, taken) => {
    const reader = open(NAMES, 1);
    expect(check(reader, Buffer.from(EVENT))).toBe(true);
    expect(check(reader, Buffer.from(t))).toBe(taken);
    expect(check(reader, Buffer.from(EVENT))).toBe(true);
  });

  it('keep a text once, however many there are', () => {
    const reader = open(['a', 'b'], -1);
    const into: SqlValue[] = [];
    let wrong = 0;
    const nameOf = (i: number): string => `device-${i % 390_000}`;
    for (let start = 0; start < 800_000; start += 1000) {
      const events = Array.from({ length: 1000 }, (_, k) => event(Buffer.from(`{"a":"${nameOf(start + k)}","b":"ok-${k % 3}"}`)));
      expect(reader.open(EventColumns.of(events), 0)).toBe(1000);
      for (let k = 0; k < 1000; k++) if (!reader.take(k, into) || into[0] !== nameOf(start + k) || into[1] !== `ok-${k % 3}`) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it('are read in several goes where there are many events, or long ones', () => {
    const reader = open(['a'], -1);
    const into: SqlValue[] = [];
    const long = (size: number): InputEvent => event(Buffer.from(`{"note":"${'x'.repeat(size)}","a":${size}}`));
    const few = [long(900_000), long(200_000), long(1 << 20), long(10)];
    expect([0, 1, 2, 3].map((start) => reader.open(EventColumns.of(few), start))).toEqual([1, 1, 2, 1]);
    expect(reader.open(EventColumns.of(few), 2)).toBe(2);
    expect([reader.take(0, into), reader.take(1, into), into[0]]).toEqual([false, true, 10]);
    const many = Array.from({ length: 3000 }, (_, i) => event(Buffer.from(`{"a":${i}}`)));
    const goes: number[] = [];
    for (let start = 0; start < many.length; start += goes[goes.length - 1] as number) {
      goes.push(reader.open(EventColumns.of(many), start));
      for (let k = 0; k < (goes[goes.length - 1] as number); k++) expect(reader.take(k, into) && into[0]).toBe(start + k);
    }
    expect(goes).toEqual([1024, 1024, 952]);
  });

  it('of texts have the same number when they are the same, unless one is not UTF-8', () => {
    const reader = open(['a'], -1);
    const read = (texts: readonly Buffer[]): { column: SqlValue[]; numbers: number[] | undefined } => {
      expect(reader.open(EventColumns.of(texts.map((text) => event(Buffer.concat([Buffer.from('{"a":"'), text, Buffer.from('"}')])))), 0)).toBe(texts.length);
      const column = reader.column(0, 0, texts.length);
      return { column, numbers: textNumbersOf(column) && [...(textNumbersOf(column)?.numbers ?? [])] };
    };
    const [a, b, broken, also] = ['a', 'bé', [0xff], [0xfe]].map((text) => Buffer.from(text as string)) as [Buffer, Buffer, Buffer, Buffer];
    expect(read([a, b, a])).toEqual({ column: ['a', 'bé', 'a'], numbers: [0, 1, 0] });
    expect(read([a, broken, also])).toEqual({ column: ['a', '\ufffd', '\ufffd'], numbers: undefined });
    expect(read([a, b])).toEqual({ column: ['a', 'bé'], numbers: undefined });
    expect(read([Buffer.from('x'.repeat(100)), a]).numbers).toBeUndefined();
  });

  it('of the Kelvin sign, which is a k in lower case', () => {
    const reader = open(['k'], -1);
    expect(reader.open(EventColumns.of([event(Buffer.from('{"K":1}')), event(Buffer.from('{"\u212a":1}'))]), 0)).toBe(2);
    expect([reader.take(0, []), reader.take(1, [])]).toEqual([true, false]);
  });

  it('are read only where names are plain and events are JSON as they are', () => {
    expect(openColumnsOf({ ...OPTIONS, compression: 'gzip' })).toBeUndefined();
    expect(openColumnsOf({ ...OPTIONS, format: 'csv' })).toBeUndefined();
    expect(openColumnsOf(OPTIONS)?.(['é'], -1)).toBeUndefined();
  });
});

it('the module in the repository is what its sources give', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(__dirname, '../../../shared/formats/scan/assembly/compile.mjs'), '--check'], { encoding: 'utf8' });
  expect([status, stderr]).toEqual([0, '']);
});
