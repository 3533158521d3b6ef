import fc from 'fast-check';
import { Reader } from '../../../../local/eventhubs/amqp/decode';
import { encode } from '../../../../local/eventhubs/amqp/encode';
import { AmqpError } from '../../../../local/eventhubs/amqp/error';
import { readSections } from '../../../../local/eventhubs/amqp/sections';
import { Described, Typed, TypedArray, Uuid } from '../../../../local/eventhubs/amqp/types';

const decode = (hex: string): unknown => new Reader(Buffer.from(hex.replace(/ /g, ''), 'hex')).read();

describe('Reader', () => {
  // By hand from AMQP 1.0 part 1.6, so that no mistake of our own writer hides one of the reader.
  it.each<[string, string, unknown]>([
    ['null', '40', null],
    ['boolean', '56 01', true],
    ['true', '41', true],
    ['ubyte', '50 ff', 255],
    ['byte', '51 ff', -1],
    ['ushort', '60 ffff', 65535],
    ['short', '61 fffe', -2],
    ['uint', '70 ffffffff', 4294967295],
    ['smalluint', '52 80', 128],
    ['uint0', '43', 0],
    ['int', '71 80000000', -2147483648],
    ['smallint', '54 80', -128],
    ['ulong', '80 ffffffffffffffff', 18446744073709551615n],
    ['ulong, safe', '80 001fffffffffffff', Number.MAX_SAFE_INTEGER],
    ['long', '81 ffffffffffffffff', -1],
    ['long, large', '81 8000000000000000', -9223372036854775808n],
    ['smalllong', '55 ff', -1],
    ['float', '72 3fc00000', 1.5],
    ['double', '82 3ff8000000000000', 1.5],
    ['char', '73 0001f600', '😀'],
    ['timestamp', '83 ffffc77cedd32800', -62135596800000],
    ['uuid', '98 00112233445566778899aabbccddeeff', new Uuid(Buffer.from('00112233445566778899aabbccddeeff', 'hex'))],
    ['binary', 'a0 02 00ff', Buffer.from([0, 255])],
    ['binary32', 'b0 00000001 07', Buffer.from([7])],
    ['string', 'a1 03 e28883', '∃'],
    ['symbol', 'a3 02 6869', 'hi'],
    ['list0', '45', []],
    ['list8', 'c0 03 02 41 43', [true, 0]],
    ['list32', 'd0 00000005 00000001 42', [false]],
    ['map8', 'c1 05 02 a1 01 61 41', new Map([['a', true]])],
    ['array8 of symbols', 'e0 06 02 a3 01 61 01 62', ['a', 'b']],
    ['array of nothing but true', 'e0 02 03 41', [true, true, true]],
    ['described', '00 53 24 45', new Described(0x24, [])],
    ['described by a symbol', '00 a3 01 78 41', new Described('x', true)],
  ])('reads %s', (_name, hex, expected) => {
    expect(decode(hex)).toEqual(expected);
    const reader = new Reader(Buffer.from(hex.replace(/ /g, ''), 'hex'));
    reader.skip();
    expect(reader.remaining).toBe(0);
  });

  it('gives a uuid back as it came, and as text when asked', () => {
    const uuid = decode('98 00112233445566778899aabbccddeeff') as Uuid;
    expect(String(uuid)).toBe('00112233-4455-6677-8899-aabbccddeeff');
    expect(encode(uuid).toString('hex')).toBe('9800112233445566778899aabbccddeeff');
  });

  it.each([
    ['a length beyond the end', 'a1 05 61'],
    ['more list elements than bytes', 'd0 00000004 ffffffff'],
    ['an array of four billion nulls', 'f0 00000005 ffffffff 40'],
    ['a map with a lonely key', 'c1 02 01 41'],
    ['a list whose size lies', 'c0 03 01 41 41'],
    ['an unknown constructor', '3f'],
    ['descriptors without end', '00'.repeat(100)],
    ['nothing', ''],
  ])('refuses %s', (_what, hex) => {
    expect(() => decode(hex)).toThrow(AmqpError);
  });

  it('throws nothing but decode errors, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        for (const attempt of [() => new Reader(Buffer.from(bytes)).read(), () => new Reader(Buffer.from(bytes)).skip(), () => readSections(Buffer.from(bytes))]) {
          try {
            attempt();
          } catch (error) {
            expect(error).toMatchObject({ code: 'amqp:decode-error' });
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('Writer', () => {
  const typed: fc.Arbitrary<[unknown, unknown]> = fc.oneof(
    fc.integer({ min: 0, max: 255 }).map((n): [unknown, unknown] => [new Typed('ubyte', n), n]),
    fc.integer({ min: 0, max: 65535 }).map((n): [unknown, unknown] => [new Typed('ushort', n), n]),
    fc.integer({ min: 0, max: 0xffffffff }).map((n): [unknown, unknown] => [new Typed('uint', n), n]),
    fc.integer({ min: -32768, max: 32767 }).map((n): [unknown, unknown] => [new Typed('short', n), n]),
    fc.integer().map((n): [unknown, unknown] => [new Typed('int', n), n]),
    fc.maxSafeInteger().map((n): [unknown, unknown] => [new Typed('long', n), n]),
    fc.maxSafeNat().map((n): [unknown, unknown] => [new Typed('ulong', n), n]),
    fc.maxSafeInteger().map((n): [unknown, unknown] => [new Typed('timestamp', n), n]),
    fc.double({ noNaN: true }).map((n): [unknown, unknown] => [new Typed('double', n), n]),
    fc.string({ unit: 'binary', maxLength: 600 }).map((text): [unknown, unknown] => [text, text]),
    fc.string({ maxLength: 300 }).map((text): [unknown, unknown] => [new Typed('symbol', text), text]),
    fc.uint8Array({ maxLength: 600 }).map((bytes): [unknown, unknown] => [bytes, Buffer.from(bytes)]),
    fc.array(fc.string({ maxLength: 10 })).map((list): [unknown, unknown] => [new TypedArray('symbol', list), list]),
    fc.constantFrom<[unknown, unknown][]>([null, null], [true, true], [false, false]),
  );

  it('writes what the reader reads', () => {
    fc.assert(
      fc.property(fc.array(typed, { maxLength: 40 }), (pairs) => {
        const [written, expected] = [pairs.map(([value]) => value), pairs.map(([, value]) => value)];
        expect(new Reader(encode(written)).read()).toEqual(expected);
        const map = new Map(written.map((value, i) => [`k${i}`, value]));
        expect(new Reader(encode(new Described(9, map))).read()).toEqual(new Described(9, new Map(expected.map((value, i) => [`k${i}`, value]))));
      }),
    );
  });

  it('refuses a number that does not say its type', () => {
    expect(() => encode([1])).toThrow('wrap it in Typed');
  });
});
