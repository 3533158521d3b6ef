import type { BuiltIn } from './functions';
import { canonical, isObject, same } from './values';

const onArrays = (compute: (a: unknown[], b: unknown[]) => unknown): BuiltIn => (a, b) => (Array.isArray(a) && Array.isArray(b) ? compute(a, b) : undefined);

/** Whether `part` is in `whole`: members of objects may be left out when partial. */
function matches(whole: unknown, part: unknown, partial: boolean): boolean {
  if (!partial || !isObject(whole) || !isObject(part)) return same(whole, part);
  return Object.entries(part).every(([name, value]) => Object.hasOwn(whole, name) && matches(whole[name], value, true));
}

const unique = (items: unknown[]): unknown[] => [...new Map(items.map((item) => [canonical(item), item])).values()];

export const arrayFunctions: Record<string, BuiltIn> = {
  array_concat: (...args) => (args.every(Array.isArray) ? (args as unknown[][]).flat() : undefined),
  array_contains: (array, item, partial) => (Array.isArray(array) ? array.some((entry) => matches(entry, item, partial === true)) : undefined),
  array_contains_any: (array, ...items) => (Array.isArray(array) ? items.some((item) => array.some((entry) => same(entry, item))) : undefined),
  array_contains_all: (array, ...items) => (Array.isArray(array) ? items.every((item) => array.some((entry) => same(entry, item))) : undefined),
  array_length: (array) => (Array.isArray(array) ? array.length : undefined),
  array_slice: (array, start, length) => (Array.isArray(array) ? array.slice(Number(start), typeof length === 'number' ? (Number(start) < 0 ? array.length + Number(start) : Number(start)) + length : undefined) : undefined),
  setintersect: onArrays((a, b) => unique(a).filter((item) => b.some((other) => same(item, other)))),
  setunion: onArrays((a, b) => unique([...a, ...b])),
  setdifference: onArrays((a, b) => unique(a).filter((item) => !b.some((other) => same(item, other)))),
  objecttoarray: (object) => (isObject(object) ? Object.entries(object).map(([k, v]) => ({ k, v })) : undefined),
  choose: (n, ...items) => (typeof n === 'number' ? items[n - 1] : undefined),
};
