import type { SqlValue, Ticks } from '../../values/value';
import type { AggregateAlgebra } from '../aggregate';

/** A user-defined aggregate as functions over a state that is text: a step that fails leaves the state as it was. */
export interface UserAggregate {
  /** `state` is the empty text before the first value. Throws QueryError. */
  accumulate(state: string, value: SqlValue, t: Ticks): string;
  /** The state without a value that was accumulated before; absent when the aggregate does not say how. Throws QueryError. */
  deaccumulate?(state: string, value: SqlValue, t: Ticks): string;
  /** Throws QueryError. */
  computeResult(state: string): SqlValue;
}

/**
 * `uda.x(value)`. The language has no way to merge two states of it, so its windows are computed whole: each from its own rows, in the order of their times. Only from a sliding
 * window rows are taken away.
 */
export function userDefined(aggregate: UserAggregate): AggregateAlgebra<string> {
  const { deaccumulate } = aggregate;
  return {
    ...(deaccumulate ? { remove: deaccumulate } : {}),
    init: () => '',
    add: (state, value, t) => aggregate.accumulate(state, value, t),
    merge: () => {
      throw new Error('states of a user-defined aggregate cannot be merged: the plan must compute its windows whole');
    },
    result: (state) => aggregate.computeResult(state),
    encode: (state) => state,
    decode: (data) => data as string,
  };
}
