import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { QueryError } from '../../../../shared/errors';
import { createDecoder } from '../../../../shared/formats/decoder';
import { DateTime, type SqlRecord } from '../../../../shared/values/value';
import { parseDateTime } from '../../../../shared/values/ticks';

/** Written by Python's fastavro: three records in three blocks, and the same in one compressed block. */
const plain = readFileSync(join(__dirname, 'readings.avro'));
const deflated = readFileSync(join(__dirname, 'readings-deflate.avro'));
const decode = createDecoder({ format: 'avro', booleansAsBit: true });
const time = (text: string): DateTime => new DateTime(parseDateTime(text) as number);

const reading = (i: number): SqlRecord => ({
  id: [1, -2, 9007199254740993n][i] as number,
  small: -70000,
  f: 1.5,
  d: -0.1,
  ok: i % 2 === 0,
  name: [null, 'é', 'x'.repeat(70)][i] as string,
  raw: 'AP8=',
  at: time('2026-01-02T03:04:05.678Z'),
  micros: time('2026-01-02T03:04:05.678901Z'),
  day: time('2026-01-02T00:00:00Z'),
  kind: 'WET',
  fixed: 'YWI=',
  price: -12.34,
  list: [1, 'two', 3],
  map: { a: 1, b: 2.5 },
  inner: { other: 'DRY', next: { other: null, next: null } },
});

/** A container with one block, encoded here by hand: `body` is what the records take. */
function container(schema: unknown, count: number, body: number[], codec = 'null'): Buffer {
  const bytes = (value: string | number[]): Buffer => Buffer.concat([long(Buffer.from(value as string).length), Buffer.from(value as string)]);
  const sync = Buffer.alloc(16, 7);
  return Buffer.concat([Buffer.from('Obj\u0001'), long(2), bytes('avro.schema'), bytes(JSON.stringify(schema)), bytes('avro.codec'), bytes(codec), long(0), sync, long(count), bytes(body), sync]);
}

function long(value: number): Buffer {
  const bytes: number[] = [];
  for (let zigzag = value < 0 ? -2 * value - 1 : 2 * value; ; zigzag = Math.floor(zigzag / 128)) {
    if (zigzag < 128) return Buffer.from([...bytes, zigzag]);
    bytes.push((zigzag % 128) + 128);
  }
}

const record = (type: unknown): unknown => ({ type: 'record', name: 'R', fields: [{ name: 'v', type }] });

describe('an Avro container', () => {
  it.each([['plain', plain], ['deflate', deflated]])('gives its records as another implementation wrote them: %s', (_name, bytes) => {
    expect(decode(bytes)).toEqual([0, 1, 2].map(reading));
  });

  it('reads booleans as 1 and 0 below level 1.2', () => {
    expect(createDecoder({ format: 'avro', booleansAsBit: false })(plain).map((row) => row.ok)).toEqual([1, 0, 1]);
  });

  it.each([
    ['text that is no container', Buffer.from('{"a":1}'), /does not begin as an object container/],
    ['a schema that is no record', container('long', 1, [2]), /its schema is not a record/],
    ['an unknown type', container(record('uuid4'), 1, [2]), /its schema has no type 'uuid4'/],
    ['a union branch that is not there', container(record(['null', 'long']), 1, [6]), /no such branch/],
    ['a codec that is not possible', container(record('long'), 1, [2], 'snappy'), /codec snappy is not possible; possible are null and deflate/],
    ['more bytes than records', container(record('long'), 1, [2, 4]), /more bytes than records/],
    ['fewer bytes than records', container(record('long'), 2, [2]), /1 bytes are announced and 0 are left/],
    ['a number of eleven bytes', container(record('long'), 1, [255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]), /more than ten bytes/],
    ['a list of nothing, without end', container(record({ type: 'array', items: 'null' }), 1, [...long(2_000_000_000), 0]), /announces 2000000000 items/],
    ['records without end in each other', container({ type: 'record', name: 'R', fields: [{ name: 'v', type: ['null', 'R'] }] }, 1, [...Array<number>(200).fill(2), 0]), /more than 100 values in each other/],
    ['a type that is made of itself', container(record({ type: 'record', name: 'X', fields: [{ name: 'x', type: 'X' }] }), 1, [2]), /more than 100 values in each other/],
    ['a schema that is not JSON', Buffer.concat([Buffer.from('Obj\u0001'), long(0), Buffer.alloc(16)]), /schema is not JSON/],
  ])('is refused: %s', (_name, bytes, message) => {
    expect(() => decode(bytes)).toThrow(QueryError);
    expect(() => decode(bytes)).toThrow(message);
  });

  it('has names that objects have as their own members', () => {
    const [row] = decode(container({ type: 'record', name: 'R', fields: [{ name: '__proto__', type: 'long' }] }, 1, [2]));
    expect(Object.entries(row as SqlRecord)).toEqual([['__proto__', 1]]);
  });

  it('either gives rows or is refused, whatever bytes are changed or missing', () => {
    fc.assert(
      fc.property(fc.constantFrom(plain, deflated), fc.nat(), fc.nat(255), fc.boolean(), (bytes, at, value, cut) => {
        const changed = Buffer.from(cut ? bytes.subarray(0, at % bytes.length) : bytes);
        if (!cut) changed[at % bytes.length] = value;
        try {
          expect(Array.isArray(decode(changed))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(QueryError);
        }
      }),
      { numRuns: 400 },
    );
  });
});
