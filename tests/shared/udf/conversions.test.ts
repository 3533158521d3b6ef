/** Values on their way in and out, and what an error says. */
import fc from 'fast-check';
import { createUdfs } from '../../../shared/udf/javascript';
import { fromUnixMs } from '../../../shared/values/ticks';
import { DateTime, type SqlRecord, type SqlValue } from '../../../shared/values/value';

const functions = createUdfs({
  same: 'function main(x) { return x; }',
  kind: "function main(x) { return x === null ? 'null' : x instanceof Date ? 'Date' : Array.isArray(x) ? 'Array' : typeof x; }",
  text: 'function main(x) { return String(x); }',
  make: 'function main(code) { return eval(code); }',
  utc: 'function main(d) { return [d.getTimezoneOffset(), d.getHours(), new Date(2024, 6, 1).getTime()]; }',
});
const same = (value: SqlValue): SqlValue => functions.call('same', [value]);

it.each<[string, SqlValue, string]>([
  ['bigint', 5, 'number'], ['wide bigint', 2n ** 60n, 'number'], ['float', 0.5, 'number'], ['nvarchar(max)', 'a', 'string'], ['datetime', new DateTime(0), 'Date'],
  ['bit', true, 'boolean'], ['record', { a: 1 }, 'object'], ['array', [1], 'Array'], ['NULL', null, 'null'],
])('%s goes in as what the language says', (_type, value, kind) => {
  expect(functions.call('kind', [value])).toBe(kind);
});

it.each<[string, SqlValue]>([
  ['2', 2], ['2.5', 2.5], ['1e300', 1e300], ['NaN', NaN], ['-Infinity', -Infinity], ['-0', 0], ['2 ** 60', 2n ** 60n], ['-(2 ** 63)', -(2n ** 63n)], ['2 ** 63', 2 ** 63],
  ["'ä\\u0000\\ud83d\\ude00'", 'ä\u0000😀'], ["'\\ud800'", '\ud800'], ['null', null], ['undefined', null], ['({ a: undefined, b: [ , 1] })', { a: null, b: [null, 1] }],
  ['new Date(1577836800000)', new DateTime(0)], ['true', true], ['Object.create(null)', {}], ['new (class A { constructor() { this.x = 1; } })()', { x: 1 }],
])('%s comes out', (code, value) => {
  expect(functions.call('make', [code])).toEqual(value);
});

it('a datetime goes in with whole milliseconds', () => {
  expect(same(new DateTime(fromUnixMs(1_700_000_000_123) + 9_999))).toEqual(new DateTime(fromUnixMs(1_700_000_000_123)));
  expect(same(new DateTime(-5))).toEqual(new DateTime(-10_000));
});

it('a wide bigint goes in as the nearest Number', () => {
  expect(functions.call('text', [9_007_199_254_740_993n])).toBe('9007199254740992');
});

it('dates are UTC wherever the process runs', () => {
  expect(functions.call('utc', [new DateTime(3 * 36_000_000_000)])).toEqual([0, 3, new DateTime(fromUnixMs(Date.UTC(2024, 6, 1)))].map((v) => (v instanceof DateTime ? Date.UTC(2024, 6, 1) : v)));
});

const leaf = fc.oneof(fc.integer(), fc.double().map((n) => (Object.is(n, -0) || (Number.isInteger(n) && !Number.isSafeInteger(n)) ? 0 : n)), fc.string({ unit: 'binary' }), fc.boolean(), fc.constant(null), fc.integer({ min: -1e12, max: 1e12 }).map((ms) => new DateTime(ms * 10_000)));
const { tree } = fc.letrec<{ tree: SqlValue }>((tie) => ({
  tree: fc.oneof({ depthSize: 'small' }, leaf, fc.array(tie('tree'), { maxLength: 4 }), fc.dictionary(fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('$t', '$r', '__proto__', 'constructor', 'toJSON')), tie('tree'), { maxKeys: 4 }) as fc.Arbitrary<SqlRecord>),
}));

it('what goes in and is given back is the same', () => {
  fc.assert(fc.property(tree, (value) => expect(same(value)).toEqual(value)), { numRuns: 300 });
});

it('an error names the function, what happened and where', () => {
  const broken = createUdfs({ Len: 'function main(s) {\n  return s.length;\n}', bad: 'function main( {', other: 'function helper() {}', lower: 'function LOWER(s) { return s.toLowerCase(); }' });
  expect(() => broken.call('len', [null])).toThrow("Function 'Len' resulted in an error: 'TypeError: cannot read property 'length' of null (udf/Len:2:");
  expect(broken.problemOf('bad', 'udf')).toContain('SyntaxError');
  expect(broken.problemOf('other', 'udf')).toContain('udf/other has no function main');
  expect(broken.problemOf('len', 'udf')).toBeUndefined();
  expect(broken.call('Lower', ['A'])).toBe('a');
});
