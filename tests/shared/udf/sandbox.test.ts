/** The boundary: what a user-defined function cannot reach, break or hold up. */
import { createUdfs } from '../../../shared/udf/javascript';
import { LIMITS } from '../../../shared/udf/sandbox';
import { QueryError } from '../../../shared/errors';
import type { SqlValue } from '../../../shared/values/value';

const QUICK = { ...LIMITS, steps: 10_000_000, memory: 24 << 20 };
const call = (source: string, ...args: SqlValue[]): SqlValue => createUdfs({ f: source }, QUICK).call('f', args);

function failureOf(source: string, ...args: SqlValue[]): string {
  try {
    return `no failure: ${JSON.stringify(call(source, ...args))}`;
  } catch (error) {
    expect(error).toBeInstanceOf(QueryError);
    expect((error as QueryError).code).toBe('udf-failed');
    return (error as Error).message;
  }
}

describe('cannot reach', () => {
  it.each([
    ['process by a constructor of its own', "function main() { return this.constructor.constructor('return process')(); }"],
    ['process by a constructor of an argument', "function main(a) { return a.constructor.constructor('return process')(); }"],
    ['process by the constructor of a Date', "function main(a, d) { return d.constructor.constructor('return process.pid')(); }"],
    ['process by the callee', 'function main() { return (function () { return arguments.callee.caller; })().constructor("return process")(); }'],
    ['require', "function main() { return require('fs').readFileSync('/etc/passwd', 'utf8'); }"],
    ['modules', "function main() { return eval(\"import('fs')\"); }"],
    ['timers', 'function main() { setTimeout(function () {}, 1); }'],
    ['the network', "function main() { return fetch('http://localhost'); }"],
    ['WebAssembly', 'function main() { return new WebAssembly.Memory({ initial: 1 }); }'],
    ['a stack of the host', 'function main() { Error.prepareStackTrace = function (e, frames) { return frames[0].getThis(); }; return new Error().stack.constructor.constructor("return process")(); }'],
  ])('%s', (_what, source) => {
    expect(failureOf(source, { a: 1 }, 'x')).toMatch(/is not defined|cannot be returned|cannot read property|not a function|could not load/);
  });

  it('anything of the host: the globals are those of the language', () => {
    const names = call('function main() { return Object.getOwnPropertyNames(globalThis).sort(); }') as string[];
    expect(names.filter((name) => /process|require|global$|module|console|performance|Atomics|WebAssembly|fetch|setTimeout|os|std/.test(name))).toEqual([]);
  });

  it('the host by polluting prototypes', () => {
    const pollute = `function main(o) {
      Object.prototype.polluted = 1; Array.prototype.join = function () { return 'x'; }; JSON.parse = JSON.stringify = function () { return '"broken"'; };
      Object.prototype.toJSON = function () { return 'broken'; }; Object.keys = function () { return []; }; Reflect.apply = null; Date.prototype.getTime = null;
      Object.defineProperty(Object.prototype, '__proto__', { value: 5 });
      return { o: o, list: [1, 2], d: new Date(0) };
    }`;
    const functions = createUdfs({ pollute, innocent: 'function main(x) { return [x, {}.polluted, [1, 2].join("-")]; }' });
    for (let i = 0; i < 2; i++) expect(JSON.stringify(functions.call('pollute', [{ a: [1] }]))).toBe('{"o":{"a":[1]},"list":[1,2],"d":{"ticks":-15778368000000000}}');
    expect(functions.call('innocent', [{ a: 1 }])).toEqual([{ a: 1 }, null, '1-2']);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('prototypes of the host by the names of members', () => {
    const value = call('function main() { return JSON.parse(\'{"__proto__": {"polluted": 1}, "constructor": 2, "$t": 5}\'); }') as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor', '$t']);
    expect(value.polluted).toBeUndefined();
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(call('function main() { return [{ $t: 5 }, { $r: 1, $i: "2" }]; }')).toEqual([{ $t: 5 }, { $r: 1, $i: '2' }]);
  });
});

describe('is bounded', () => {
  const steps = 'million steps';
  const room = /out of memory|out of stack|stack overflow|memory or stack/;
  it.each<[string, string, string | RegExp]>([
    ['a loop', 'function main() { while (true); }', steps],
    ['a loop that catches', 'function main() { for (;;) { try { while (true); } catch (e) {} } }', steps],
    ['a search in a text by the interpreter', "function main() { return 'a'.repeat(5e6).indexOf('a'.repeat(2.5e6) + 'b'); }", steps],
    ['an array method on a false length', 'function main() { return [].indexOf.call({ length: 2 ** 53 - 1 }, 1); }', steps],
    ['filling memory', 'function main() { const a = new Uint8Array(8 << 20); for (;;) a.fill(1); }', steps],
    ['copying memory', 'function main() { const a = new Uint8Array(8 << 20); for (;;) a.copyWithin(0, 1); }', steps],
    ['multiplying', 'function main() { let n = 3n; for (;;) n *= n; }', /million steps|too large|out of memory/],
    ['sorting', 'function main() { const a = new Float64Array(1e6); for (;;) a.sort(); }', steps],
    ['a regular expression', "function main() { return /(a+)+$/.test('a'.repeat(40) + 'b'); }", steps],
    ['a getter of the result', 'function main() { return { get x() { for (;;); } }; }', steps],
    ['an endless array', 'function main() { const a = []; a.length = 4294967295; return a; }', /million steps|out of memory/],
    ['recursion', 'function main() { return main(); }', room],
    ['depth', "function main() { return JSON.parse('['.repeat(1e6)); }", room],
    ['memory: one text', "function main() { return 'x'.repeat(2 ** 29); }", /out of memory|invalid string length/],
    ['memory: many objects', 'function main() { const a = []; for (;;) a.push(new Uint8Array(1 << 20)); }', room],
    ['memory: a buffer', 'function main() { return new Uint8Array(2 ** 30).length; }', room],
  ])('%s', (_what, source, why) => {
    expect(failureOf(source)).toMatch(why);
  });

  it('and the function works again afterwards, with nothing left over', () => {
    const functions = createUdfs({ f: `let calls = 0; const kept = [];
      function main(how) { calls++; if (how === 'loop') for (;;); if (how === 'fill') for (;;) kept.push(new Uint8Array(1 << 20)); if (how === 'deep') return main(how); return calls; }` }, QUICK);
    expect(functions.call('f', [''])).toBe(1);
    for (const how of ['loop', 'fill', 'deep']) {
      expect(() => functions.call('f', [how])).toThrow(QueryError);
      expect(functions.call('f', [''])).toBe(1);
    }
  });

  it('one function does not use up the memory of another', () => {
    const functions = createUdfs({ hog: 'const kept = []; function main() { while (kept.length < 16) kept.push(new Uint8Array(1 << 20)); return kept.length; }', other: 'function main() { return new Uint8Array(16 << 20).length; }' }, QUICK);
    expect(functions.call('hog', [])).toBe(16);
    expect(functions.call('other', [])).toBe(16 << 20);
  });
});

describe('refuses results that are no values', () => {
  it.each([
    ['a function', 'function main() { return main; }', 'a function cannot be returned'],
    ['a function inside', 'function main() { return { a: [function () {}] }; }', 'a function cannot be returned'],
    ['a symbol', 'function main() { return Symbol("s"); }', 'a symbol cannot be returned'],
    ['a bigint', 'function main() { return 1n; }', 'a bigint cannot be returned'],
    ['a cycle', 'function main() { const a = {}; a.a = a; return a; }', 'contains itself'],
    ['an error', 'function main() { return new Error("x"); }', 'the kind Error cannot be returned'],
    ['a promise', 'async function main() { return 1; }', 'the kind Promise cannot be returned'],
    ['a map', 'function main() { return new Map(); }', 'the kind Map cannot be returned'],
    ['an invalid date', 'function main() { return new Date(NaN); }', 'an invalid Date cannot be returned'],
    ['a throwing getter', 'function main() { return { get a() { throw new Error("no"); } }; }', 'Error: no'],
    ['a throwing proxy', 'function main() { return new Proxy({}, { ownKeys() { throw "caught"; } }); }', "error: 'caught'"],
    ['a revoked proxy', 'function main() { const p = Proxy.revocable({}, {}); p.revoke(); return p.proxy; }', 'TypeError'],
    ['an error that cannot be described', 'function main() { throw { get name() { throw 1; }, toString() { throw 2; } }; }', 'cannot be described'],
  ])('%s', (_what, source, why) => {
    expect(failureOf(source)).toContain(why);
  });

  it('a text longer than can be written anywhere', () => {
    const long = createUdfs({ f: "function main() { return ['x'.repeat(4e6), 'y'.repeat(4e6)]; }" });
    expect(() => long.call('f', [])).toThrow('more than 8000000 characters');
  });

  it('but reads a proxy as what it shows', () => {
    expect(call('function main() { return new Proxy([1, 2], { get(t, k) { return k === "0" ? "first" : t[k]; } }); }')).toEqual(['first', 2]);
  });
});
