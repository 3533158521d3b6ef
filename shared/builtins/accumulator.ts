import type { Blocks, NewBlocks } from '../values/blocks';
import type { SqlValue, Ticks } from '../values/value';

/**
 * One aggregate of many groups. Where an algebra (aggregate.ts) has a state per group, this has them all, by slot, so that the states of the common aggregates
 * can lie in typed arrays: no object per group, and a snapshot is a copy. Both give the same results: tests/shared/builtins/accumulators.test.ts.
 */
export interface Accumulator {
  /** Throws QueryError for a value that the aggregate refuses. What it accepts, `add` takes without fail. */
  check(value: SqlValue, t: Ticks, order?: readonly SqlValue[]): void;
  /** Makes the state of a new slot, which is the one after the last. */
  open(): void;
  add(slot: number, value: SqlValue, t: Ticks, order?: readonly SqlValue[]): void;
  /** As `add` for the rows of these places, where there is a faster way: the slot of each by place, and its value, a number or NULL; without values each has one. */
  addRows?(slots: Int32Array, values: readonly SqlValue[] | undefined, from: number, to: number): void;
  /** Merges the state of a slot of another accumulator of the same kind. */
  merge(slot: number, from: Accumulator, fromSlot: number): void;
  /** Takes all slots of another accumulator of the same kind; has none itself. */
  copyFrom(from: Accumulator): void;
  /** Merges a state in the form that `encode` of aggregate.ts gives. */
  absorb(slot: number, encoded: unknown): void;
  result(slot: number): SqlValue;
  /** As `encode` of aggregate.ts gives of the same state, or another form that its `decode` takes for an equal one. */
  encode(slot: number): unknown;
  /** All slots, JSON-safe but for what goes to the blocks, when there are any. */
  snapshot(blocks?: NewBlocks): unknown;
  restore(data: unknown, blocks?: Blocks): void;
}
