import type { Accumulator } from './accumulator';
import type { SqlValue, StaticType, Ticks } from '../values/value';

/** What a call of an aggregate says besides its argument. */
export interface AggregateOptions {
  distinct: boolean;
  /** Constant arguments: n of CollectTop, p of PERCENTILE_CONT. */
  constants: readonly SqlValue[];
  /** One entry per ORDER BY expression. */
  descending: readonly boolean[];
  /** The static type of the argument. */
  type: StaticType;
}

/**
 * An aggregate as an algebra over a state `S`, so that state can be split over partitions, shipped and merged:
 * `merge(fold(a), fold(b)) = fold(a ++ b)`, and merge is associative. Tested as laws for every aggregate at once.
 * States may be mutable: `add` and `merge` return the state to keep and may reuse their first argument.
 */
export interface AggregateAlgebra<S = unknown> {
  init(): S;
  /** `order` holds the values of the ORDER BY expressions (TopOne, CollectTop, PERCENTILE). NULL values are the algebra's to ignore. */
  add(state: S, value: SqlValue, t: Ticks, order?: readonly SqlValue[]): S;
  merge(into: S, from: S): S;
  /**
   * Takes a value away that was added: of user-defined aggregates that say how, and of those whose state then is what it would be without the value. Only for states that `init`, `add` and
   * `remove` made. Undefined: not this time, and the values that stay have to be folded anew.
   */
  remove?(state: S, value: SqlValue, t: Ticks): S | undefined;
  /** Whether a state is as small after many values as after one. */
  isSmall?: boolean;
  result(state: S): SqlValue;
  /** A compact JSON-safe form; the codec of values/codec.ts is used for SQL values inside. */
  encode(state: S): unknown;
  decode(data: unknown): S;
}

/** One aggregate of the language: one file, one line in the registry. */
export interface AggregateFunction {
  /** Lower case. */
  name: string;
  /** Number of non-constant arguments: 0 or 1 (0 = COUNT(*), Collect()). */
  arguments: { min: number; max: number };
  /** How many leading constant arguments it takes (CollectTop 1, PERCENTILE_CONT 1). */
  constants: number;
  /** What the constant must be, checked when the query is compiled. */
  constantRule?: { allowed: string; holds: (value: SqlValue) => boolean };
  orderBy: 'none' | 'required';
  result: StaticType | ((argument: StaticType) => StaticType);
  /** Without an argument it collects the whole record of the row (Collect(), TopOne()). */
  wholeRecord?: boolean;
  create(options: AggregateOptions): AggregateAlgebra;
  /** The same for many groups at once, where there is a faster way than a state per group. */
  accumulator?(): Accumulator;
}
