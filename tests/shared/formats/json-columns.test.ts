/** Reading columns from bytes gives what decoding the whole event gives, on any bytes. */
import fc from 'fast-check';
import { createDecoder, openColumnsOf } from '../../../shared/formats/decoder';
import { JsonColumns } from '../../../shared/formats/json-columns';
import { toTicks } from '../../../shared/values/compare';
import { member } from '../../../shared/values/fields';
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

/** Reads an event that lies between others; gives whether the reader took it. */
function check(reader: JsonColumns, bytes: Buffer): boolean {
  const around = Buffer.concat([Buffer.from('{"a":'), bytes, Buffer.from('\n{"a":"next","time":1}')]);
  const into: SqlValue[] = [];
  if (!reader.read(around, 5, 5 + bytes.length, into)) return false;
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

const name = fc.oneof({ weight: 6, arbitrary: fc.constantFrom('a', 'A', 'time', 'deviceId', 'DEVICEID', 'b', 'note', 'é', '__proto__', 'c\\d', '') }, { weight: 1, arbitrary: fc.string() });
const time = fc.date({ min: new Date('1990-01-01'), max: new Date('2040-01-01'), noInvalidDate: true }).map((d) => d.toISOString());
const leaf = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), time, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.bigInt().map((n) => ({ raw: String(n) })), fc.boolean(), fc.constant(null));
const value = fc.oneof({ weight: 5, arbitrary: leaf }, { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) });

/** Objects as text of many looks: members may repeat, spaces may be anywhere between tokens. */
const text = fc.tuple(fc.array(fc.tuple(name, value), { maxLength: 8 }), fc.constantFrom('', ' ', '\t ', '\n')).map(([members, space]) => {
  const shown = (v: unknown): string => (typeof v === 'object' && v !== null && 'raw' in v ? String(v.raw) : JSON.stringify(v));
  return `${space}{${space}${members.map(([k, v]) => `${JSON.stringify(k)}${space}:${space}${shown(v)}`).join(`${space},${space}`)}${space}}${space}`;
});

const mutation = fc.tuple(fc.nat(), fc.constantFrom(...'{}[]",:\\-.eE0x9 \n\u0001'.split(''), 'é'));

describe('columns from bytes', () => {
  it('are those of the whole event, for any object', () => {
    const reader = new JsonColumns(NAMES, 1, OPTIONS);
    let taken = 0;
    fc.assert(fc.property(text, (t) => void (taken += Number(check(reader, Buffer.from(t))))), { numRuns: 3_000 });
    expect(taken).toBeGreaterThan(300);
  });

  it('are those of the whole event, for any bytes', () => {
    const reader = new JsonColumns(NAMES, 1, OPTIONS);
    const broken = fc.tuple(text, fc.array(mutation, { minLength: 1, maxLength: 3 })).map(([t, changes]) => {
      let bytes = Buffer.from(t);
      for (const [at, put] of changes) bytes = Buffer.concat([bytes.subarray(0, at % (bytes.length + 1)), Buffer.from(put), bytes.subarray((at % (bytes.length + 1)) + (at % 2))]);
      return bytes;
    });
    fc.assert(fc.property(broken, (bytes) => void check(reader, bytes)), { numRuns: 5_000 });
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
    ['half an event', '{"a":1,"deviceId":"d', false],
  ])('%s', (_name, t, taken) => {
    const reader = new JsonColumns(NAMES, 1, OPTIONS);
    expect(check(reader, Buffer.from(EVENT))).toBe(true);
    expect(check(reader, Buffer.from(t))).toBe(taken);
    expect(check(reader, Buffer.from(EVENT))).toBe(true);
  });

  it('keep a text once, however many there are', () => {
    const reader = new JsonColumns(['a'], -1, OPTIONS);
    const into: SqlValue[] = [];
    let wrong = 0;
    for (let i = 0; i < 400_000; i++) {
      const bytes = Buffer.from(`{"a":"device-${i % 390_000}"}`);
      if (!reader.read(bytes, 0, bytes.length, into) || into[0] !== `device-${i % 390_000}`) wrong++;
    }
    expect(wrong).toBe(0);
  });

  it('are read only where names are plain and events are JSON as they are', () => {
    expect(openColumnsOf({ ...OPTIONS, compression: 'gzip' })).toBeUndefined();
    expect(openColumnsOf({ ...OPTIONS, format: 'csv' })).toBeUndefined();
    expect(openColumnsOf(OPTIONS)?.(['é'], -1)).toBeUndefined();
  });
});
