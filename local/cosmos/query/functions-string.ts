import type { BuiltIn } from './functions';
import type { Value } from './values';

/** Only if all are strings. */
const onStrings = (count: number, compute: (strings: string[], rest: Value[]) => Value): BuiltIn => (...args) => {
  const strings = args.slice(0, count);
  return strings.length === count && strings.every((s) => typeof s === 'string') ? compute(strings as string[], args.slice(count)) : undefined;
};

const folded = (strings: string[], rest: Value[]): string[] => (rest[0] === true ? strings.map((s) => s.toLowerCase()) : strings);
const compare = (test: (a: string, b: string) => boolean): BuiltIn => onStrings(2, (strings, rest) => test(...(folded(strings, rest) as [string, string])));

function parsed(text: string, type: string): Value {
  try {
    const value = JSON.parse(text) as unknown;
    return (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value) === type ? value : undefined;
  } catch {
    return undefined;
  }
}

export const stringFunctions: Record<string, BuiltIn> = {
  concat: (...args) => (args.every((a) => typeof a === 'string') ? args.join('') : undefined),
  contains: compare((a, b) => a.includes(b)),
  startswith: compare((a, b) => a.startsWith(b)),
  endswith: compare((a, b) => a.endsWith(b)),
  stringequals: compare((a, b) => a === b),
  index_of: onStrings(2, ([a = '', b = ''], [from]) => a.indexOf(b, typeof from === 'number' ? from : 0)),
  left: onStrings(1, ([s = ''], [n]) => s.slice(0, Number(n))),
  right: onStrings(1, ([s = ''], [n]) => s.slice(Math.max(0, s.length - Number(n)))),
  length: onStrings(1, ([s = '']) => s.length),
  lower: onStrings(1, ([s = '']) => s.toLowerCase()),
  upper: onStrings(1, ([s = '']) => s.toUpperCase()),
  ltrim: onStrings(1, ([s = '']) => s.trimStart()),
  rtrim: onStrings(1, ([s = '']) => s.trimEnd()),
  trim: onStrings(1, ([s = '']) => s.trim()),
  replace: onStrings(3, ([s = '', a = '', b = '']) => (a === '' ? s : s.split(a).join(b))),
  replicate: onStrings(1, ([s = ''], [n]) => (Number(n) >= 0 && s.length * Number(n) <= 10_000 ? s.repeat(Number(n)) : undefined)),
  reverse: onStrings(1, ([s = '']) => [...s].reverse().join('')),
  substring: onStrings(1, ([s = ''], [start, length]) => s.substr(Number(start), Number(length))),
  regexmatch: onStrings(2, ([s = '', pattern = ''], [flags]) => new RegExp(pattern, typeof flags === 'string' ? flags.replace('x', '') : '').test(s)),
  tostring: (v) => (v === undefined ? undefined : typeof v === 'string' ? v : JSON.stringify(v)),
  stringtonumber: onStrings(1, ([s = '']) => parsed(s.trim(), 'number')),
  stringtoboolean: onStrings(1, ([s = '']) => parsed(s.trim(), 'boolean')),
  stringtonull: onStrings(1, ([s = '']) => parsed(s.trim(), 'null')),
  stringtoarray: onStrings(1, ([s = '']) => parsed(s, 'array')),
  stringtoobject: onStrings(1, ([s = '']) => parsed(s, 'object')),
};
