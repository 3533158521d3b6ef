import { decodeValue, encodeValue } from '../../values/codec';
import { keyOf } from '../../values/key';
import type { SqlValue } from '../../values/value';
import type { AggregateAlgebra } from '../aggregate';

/** Any aggregate over the distinct values only; they are folded in the order of their keys, so that the result does not depend on arrival. */
export function distinct(inner: AggregateAlgebra): AggregateAlgebra {
  type Seen = Map<string, SqlValue>;
  return {
    init: (): unknown => new Map(),
    add: (state, value) => {
      if (value !== null) {
        const key = keyOf([value]);
        if (!(state as Seen).has(key)) (state as Seen).set(key, value);
      }
      return state;
    },
    merge: (a, b) => {
      for (const [key, value] of b as Seen) if (!(a as Seen).has(key)) (a as Seen).set(key, value);
      return a;
    },
    result: (state) => {
      const keys = [...(state as Seen).keys()].sort();
      return inner.result(keys.reduce((folded, key) => inner.add(folded, (state as Seen).get(key) ?? null, 0), inner.init()));
    },
    encode: (state) => [...(state as Seen).values()].map(encodeValue),
    decode: (data) => new Map((data as unknown[]).map((item) => [keyOf([decodeValue(item)]), decodeValue(item)])),
  };
}
