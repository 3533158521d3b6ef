import fc from 'fast-check';
import { decodeValue, encodeValue } from '../../../shared/values/codec';
import { castTo, tryCast } from '../../../shared/values/convert';
import { field } from '../../../shared/values/fields';
import { parseJson, toJsonText } from '../../../shared/values/json';
import { keyOf } from '../../../shared/values/key';
import { formatDateTime, fromUnixMs, parseDateTime, toUnixMs } from '../../../shared/values/ticks';
import { DateTime, type SqlType, type SqlValue } from '../../../shared/values/value';
import { sameValue } from '../../../shared/values/compare';
import { alignUp } from '../../../shared/builtins/windows/alignment';

const time = fc.integer({ min: -9e15, max: 9e15 }).map((ticks) => new DateTime(ticks));
const scalar = fc.oneof(fc.constant(null), fc.boolean(), fc.double(), fc.integer(), fc.bigInt({ min: 2n ** 53n, max: 2n ** 63n - 1n }), fc.string(), time);
const value: fc.Arbitrary<SqlValue> = fc.letrec<{ value: SqlValue }>((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, scalar, fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('$t', '__proto__', 'constructor')), tie('value'), { maxKeys: 4, noNullPrototype: true }) as fc.Arbitrary<SqlValue>),
})).value;

describe('codec', () => {
  it('gives back every value through JSON', () => {
    fc.assert(fc.property(value, (v) => expect(decodeValue(JSON.parse(JSON.stringify(encodeValue(v))))).toEqual(v)));
  });
});

describe('keys', () => {
  it('are the same exactly when the values are', () => {
    const list = fc.array(scalar, { maxLength: 3 });
    fc.assert(fc.property(list, list, (a, b) => expect(keyOf(a) === keyOf(b) && a.length === b.length).toBe(a.length === b.length && a.every((v, i) => sameValue(v, b[i] ?? null) || Object.is(v, b[i]) || (Number.isNaN(v) && Number.isNaN(b[i]))))));
  });

  it('keep separators apart', () => expect(keyOf(['a\u001fsb', 'c'])).not.toBe(keyOf(['a', 'b\u001fsc'])));
});

describe('datetimes', () => {
  it.each([
    ['2019-10-07T00:03:55Z', '2019-10-07T00:03:55.0000000Z'],
    ['2019-10-07T00:03:55.1234567Z', '2019-10-07T00:03:55.1234567Z'],
    ['2019-10-07', '2019-10-07T00:00:00.0000000Z'],
    ['2019-10-07 10:00', '2019-10-07T10:00:00.0000000Z'],
    ['2019-10-07T01:00:00+02:30', '2019-10-06T22:30:00.0000000Z'],
    ['2/29/2024 1:02:03 PM', '2024-02-29T13:02:03.0000000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.0000000Z'],
  ])('%s', (text, expected) => expect(formatDateTime(parseDateTime(text) as number)).toBe(expected));

  it.each(['2023-02-29', '2019-13-01', 'yesterday', '', '2019-10-07T24:00:00Z', '2019-10-07T00:00:0xZ'])('%s is none', (text) => expect(parseDateTime(text)).toBeUndefined());

  const dates = (from: string, to: string): fc.Arbitrary<Date> => fc.date({ min: new Date(from), max: new Date(to), noInvalidDate: true });

  it('agree with Date: whole milliseconds are exact for four centuries around 2020', () => {
    fc.assert(fc.property(dates('1600-01-01', '2400-01-01'), (date) => {
      expect(toUnixMs(parseDateTime(date.toISOString()) as number)).toBe(date.getTime());
      expect(formatDateTime(fromUnixMs(date.getTime())).slice(0, 23)).toBe(date.toISOString().slice(0, 23));
    }));
  });

  it('are within a tenth of a millisecond from year 100 to 9999', () => {
    fc.assert(fc.property(dates('0100-01-01', '9999-01-01'), (date) => expect(Math.abs(toUnixMs(parseDateTime(date.toISOString()) as number) - date.getTime())).toBeLessThan(0.1)));
  });
});

describe('window alignment', () => {
  it('counts from midnight of 0001-01-01', () => {
    const week = 7 * 86_400e7;
    expect(formatDateTime(alignUp(parseDateTime('2024-01-03T00:00:00Z') as number, week))).toBe('2024-01-08T00:00:00.0000000Z');
    expect(formatDateTime(alignUp(parseDateTime('2024-01-03T00:00:01Z') as number, 10e7))).toBe('2024-01-03T00:00:10.0000000Z');
    expect(formatDateTime(alignUp(parseDateTime('2024-01-03T00:00:10Z') as number, 10e7))).toBe('2024-01-03T00:00:10.0000000Z');
  });
});

describe('CAST', () => {
  const cases: [SqlValue, SqlType, SqlValue][] = [
    ['12', 'bigint', 12], [' 12 ', 'bigint', 12], ['12.9', 'bigint', 12], [12.9, 'bigint', 12], [-12.9, 'bigint', -12], [true, 'bigint', 1], ['x', 'bigint', null],
    ['9223372036854775807', 'bigint', 9223372036854775807n], ['9223372036854775808', 'bigint', null],
    ['1e3', 'float', 1000], ['', 'float', null], ['NaN', 'float', null], [3, 'float', 3],
    [3, 'nvarchar(max)', '3'], [true, 'nvarchar(max)', '1'], [{ a: 1 }, 'nvarchar(max)', '{"a":1}'],
    [75, 'bit', true], [0, 'bit', false], ['false', 'bit', false],
    [[], 'record', null], [{}, 'array', null], [null, 'bigint', null],
  ];
  it.each(cases)('%p as %s', (from, type, to) => {
    expect(tryCast(from, type)).toEqual(to);
    if (to === null && from !== null) expect(() => castTo(from, type)).toThrow(/Cannot cast value of type/);
  });
});

describe('JSON', () => {
  it('keeps all digits of whole numbers', () => expect(toJsonText(parseJson('{"a":9007199254740993,"b":"9007199254740993","c":1.5}', { booleansAsBit: true }))).toBe('{"a":9007199254740993,"b":"9007199254740993","c":1.5}'));
  it('refuses numbers beyond 64 bits', () => expect(() => parseJson('[99999999999999999999]', { booleansAsBit: true })).toThrow(/does not fit 64 bits/));
});

describe('fields', () => {
  it('are found without regard to case, exact name first, own members only', () => {
    expect(field({ Abc: 1, abc: 2 }, 'abc')).toBe(2);
    expect(field({ Abc: 1 }, 'ABC')).toBe(1);
    expect(field({}, 'constructor')).toBeNull();
    expect(field({}, '__proto__')).toBeNull();
  });
});
