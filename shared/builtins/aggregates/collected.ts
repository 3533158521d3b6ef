import { decodeValue, encodeValue } from '../../values/codec';
import { orderCompare } from '../../values/compare';
import { keyOf } from '../../values/key';
import type { SqlValue, Ticks } from '../../values/value';
import type { AggregateAlgebra } from '../aggregate';

export interface Entry {
  t: Ticks;
  order: readonly SqlValue[];
  value: SqlValue;
}

/** By the ORDER BY expressions, then by time, then by value: a total order, so that splits and merges give the same list. */
export function entryOrder(descending: readonly boolean[]): (a: Entry, b: Entry) => number {
  return (a, b) => {
    for (let i = 0; i < a.order.length; i++) {
      const order = orderCompare(a.order[i] as SqlValue, b.order[i] as SqlValue);
      if (order !== 0) return descending[i] ? -order : order;
    }
    if (a.t !== b.t) return a.t - b.t;
    const [x, y] = [keyOf([a.value]), keyOf([b.value])];
    return x < y ? -1 : x > y ? 1 : 0;
  };
}

/** Collects entries; with a `limit`, only the first ones by `compare` are kept. */
export function collecting(compare: (a: Entry, b: Entry) => number, limit: number, result: (entries: Entry[]) => SqlValue): AggregateAlgebra {
  const trim = (entries: Entry[], force: boolean): Entry[] => {
    if (entries.length <= limit || (!force && entries.length < limit * 2 + 16)) return entries;
    return entries.sort(compare).slice(0, limit);
  };
  return {
    isSmall: limit === 1,
    init: (): unknown => [],
    add: (state, value, t, order = []) => {
      (state as Entry[]).push({ t, order, value });
      return trim(state as Entry[], false);
    },
    merge: (a, b) => trim([...(a as Entry[]), ...(b as Entry[])], false),
    result: (state) => result(trim([...(state as Entry[])].sort(compare), true)),
    encode: (state) => trim(state as Entry[], true).map((e) => [e.t, e.order.map(encodeValue), encodeValue(e.value)]),
    decode: (data) => (data as [number, unknown[], unknown][]).map(([t, order, value]) => ({ t, order: order.map(decodeValue), value: decodeValue(value) })),
  };
}
