/** User-defined aggregates as an algebra without merge: the state is text that survives everything, and a step that fails changes nothing. */
import { userDefined } from '../../../shared/builtins/aggregates/user-defined';
import { createUdfs } from '../../../shared/udf/javascript';
import { fromUnixMs } from '../../../shared/values/ticks';
import { DateTime, type SqlValue } from '../../../shared/values/value';

const algebraOf = (source: string): ReturnType<typeof userDefined> => userDefined(createUdfs({ f: source }).aggregate('f'));
const copy = (text: string): string => JSON.parse(JSON.stringify(text)) as string;

const KEEPS = `function main() {
  this.init = function () { this.dates = []; this.odd = { u: undefined, nan: NaN, zero: -0, wide: 2 ** 60, big: 12345678901234567890n, $t: 5, list: [ , undefined] }; };
  this.accumulate = function (value, time) { this.dates.push(time); this.last = value; };
  this.computeResult = function () {
    const { odd } = this;
    return [this.dates, this.last, 'u' in odd && odd.u === undefined, odd.nan !== odd.nan, 1 / odd.zero === -Infinity, odd.wide === 2 ** 60, odd.big === 12345678901234567890n, odd.$t, odd.list.length];
  };
}`;

it('keeps what a state may hold, through every step', () => {
  const algebra = algebraOf(KEEPS);
  let state = algebra.init();
  for (const [i, value] of ([1, 'a', { r: [null] }] as SqlValue[]).entries()) state = algebra.decode(copy(algebra.encode(algebra.add(state, value, fromUnixMs(i * 1000) + 5)) as string));
  expect(algebra.result(state)).toEqual([[0, 1000, 2000].map((ms) => new DateTime(fromUnixMs(ms))), { r: [null] }, true, true, true, true, true, 5, 2]);
  expect(algebra.result(state)).toEqual(algebra.result(copy(state)));
});

it('a step that fails leaves the state as it was', () => {
  const algebra = algebraOf('function main() { this.init = function () { this.n = 0; }; this.accumulate = function (v) { this.n += 1; if (v === "bad") throw new Error("bad value"); }; this.computeResult = function () { return this.n; }; }');
  const one = algebra.add(algebra.init(), 1, 0);
  expect(() => algebra.add(one, 'bad', 0)).toThrow("Function 'f' resulted in an error: 'Error: bad value (udf/f:1:");
  expect(algebra.result(algebra.add(one, 2, 0))).toBe(2);
});

it('a step that never ends leaves the state as it was', () => {
  const algebra = algebraOf('function main() { this.accumulate = function (v) { this.n = (this.n || 0) + 1; while (v === "loop"); }; this.computeResult = function () { return this.n; }; }');
  const one = algebra.add(algebra.init(), 1, 0);
  expect(() => algebra.add(one, 'loop', 0)).toThrow('250 million steps');
  expect(algebra.result(algebra.add(one, 2, 0))).toBe(2);
});

it('may be written as a class', () => {
  const algebra = algebraOf('class main { init() { this.sum = 0; } accumulate(v) { this.sum += v; } computeResult() { return this.sum; } }');
  expect(algebra.result(algebra.add(algebra.add(algebra.init(), 1, 0), 2, 0))).toBe(3);
});

it('a state that would be lost is refused', () => {
  const hidden = algebraOf('function main() { var sum = 0; this.init = function () { sum = 0; }; this.accumulate = function (v) { sum += v; }; this.computeResult = function () { return sum; }; }');
  expect(() => hidden.add(hidden.init(), 1, 0)).toThrow('it keeps nothing in this');
  const map = algebraOf('function main() { this.init = function () { this.m = new Map(); }; this.accumulate = function (v) { this.m.set(v, 1); }; this.computeResult = function () { return this.m.size; }; }');
  expect(() => map.add(map.init(), 1, 0)).toThrow('a value of the kind Map cannot be kept in the state of an aggregate');
});

it('has no merge', () => {
  expect(() => algebraOf(KEEPS).merge('', '')).toThrow('cannot be merged');
});
