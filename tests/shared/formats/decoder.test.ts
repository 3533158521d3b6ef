import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { QueryError } from '../../../shared/errors';
import { createDecoder, type FormatOptions } from '../../../shared/formats/decoder';
import { decodeCsv, encodeCsv } from '../../../shared/formats/csv';

const JSON_FORMAT: FormatOptions = { format: 'json', booleansAsBit: true };
const decode = (text: string, options: FormatOptions = JSON_FORMAT): unknown => createDecoder(options)(Buffer.from(text));

describe('JSON events', () => {
  it.each<[string, unknown]>([
    ['{"a":1}', [{ a: 1 }]],
    ['\ufeff{"a":1}', [{ a: 1 }]],
    ['[{"a":1},{"a":2}]', [{ a: 1 }, { a: 2 }]],
    ['{"a":1}\n{"a":2}\r\n\n{"a":3}\n', [{ a: 1 }, { a: 2 }, { a: 3 }]],
    ['{"a":1,\n"b":true}', [{ a: 1, b: true }]],
    ['{"a":1,"a":2}', [{ a: 2 }]],
  ])('%j', (text, records) => expect(decode(text)).toEqual(records));

  it.each([['', 'empty-event'], ['  \n', 'empty-event'], ['{"a":', 'invalid-json'], ['{"a":1}\n{"a":', 'invalid-json'], ['12', 'not-an-object'], ['[1]', 'not-an-object'], ['null', 'not-an-object'], ['[99999999999999999999]', 'number-out-of-range']])('%j is refused: %s', (text, code) => {
    expect(() => decode(text)).toThrow(expect.objectContaining({ code }) as Error);
  });

  it('read booleans as numbers below compatibility level 1.2', () => expect(decode('{"a":true}', { format: 'json', booleansAsBit: false })).toEqual([{ a: 1 }]));
});

describe('compressed events', () => {
  const options: FormatOptions = { ...JSON_FORMAT, compression: 'gzip' };
  it('are decompressed', () => expect(createDecoder(options)(gzipSync('{"a":1}'))).toEqual([{ a: 1 }]));
  it('are refused when they are not compressed', () => expect(() => decode('{"a":1}', options)).toThrow(expect.objectContaining({ code: 'invalid-compression' }) as Error));
});

describe('CSV', () => {
  it('reads quotes, empty cells and short rows', () => expect(decodeCsv('a,b,c\r\n1,"x ""y"", z",\r\n2\n', {})).toEqual([{ a: '1', b: 'x "y", z', c: null }, { a: '2', b: null, c: null }]));
  it('refuses a header with one name twice', () => expect(() => decodeCsv('a,A\n1,2', {})).toThrow(/same name/));
  it('reads other delimiters', () => expect(decodeCsv('a;b\n1,5;"x;y"\n', { delimiter: ';' })).toEqual([{ a: '1,5', b: 'x;y' }]));
  it.each([
    ['a row that is longer than the header', 'a,b\n1,2\n3,4,5\n', /row 2 has 3 cells and the header 2; is the delimiter right\?/],
    ['a quote that is never closed', 'a,b\n1,"x\n2,y\n', /a quote is opened and never closed/],
  ])('refuses %s', (_name, text, message) => expect(() => decodeCsv(text, {})).toThrow(message));
  it('writes numbers in the form of the locale', () => expect(encodeCsv([{ a: 1.5, b: 'x;y' }], ',', 'it-IT')).toBe('a,b\r\n"1,5",x;y\r\n'));
});

describe('any bytes', () => {
  it.each(['json', 'csv'] as const)('as %s give records or a reason', (format) => {
    const decoder = createDecoder({ format, booleansAsBit: true });
    const text = fc.oneof(fc.uint8Array({ maxLength: 60 }), fc.json().map((s) => Buffer.from(s)), fc.string({ unit: fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '1', 'a', '\n', ' ', '\\', '9999999999999999'), maxLength: 30 }).map((s) => Buffer.from(s)));
    fc.assert(
      fc.property(text, (body) => {
        try {
          expect(Array.isArray(decoder(body))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(QueryError);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
