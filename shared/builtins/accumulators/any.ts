import type { SqlValue, Ticks } from '../../values/value';
import type { Accumulator } from '../accumulator';
import type { AggregateAlgebra } from '../aggregate';

/** Any aggregate: a state per group. */
export class AnyAccumulator implements Accumulator {
  private states: unknown[] = [];

  constructor(private readonly algebra: AggregateAlgebra) {}

  check(value: SqlValue, t: Ticks, order?: readonly SqlValue[]): void {
    this.algebra.add(this.algebra.init(), value, t, order);
  }

  open(): void {
    this.states.push(this.algebra.init());
  }

  add(slot: number, value: SqlValue, t: Ticks, order?: readonly SqlValue[]): void {
    this.states[slot] = this.algebra.add(this.states[slot], value, t, order);
  }

  merge(slot: number, from: Accumulator, fromSlot: number): void {
    this.states[slot] = this.algebra.merge(this.states[slot], (from as AnyAccumulator).states[fromSlot]);
  }

  copyFrom(from: Accumulator): void {
    this.states = (from as AnyAccumulator).states.map((state) => this.algebra.merge(this.algebra.init(), state));
  }

  absorb(slot: number, encoded: unknown): void {
    this.states[slot] = this.algebra.merge(this.states[slot], this.algebra.decode(encoded));
  }

  result(slot: number): SqlValue {
    return this.algebra.result(this.states[slot]);
  }

  encode(slot: number): unknown {
    return this.algebra.encode(this.states[slot]);
  }

  snapshot(): unknown {
    return this.states.map((state) => this.algebra.encode(state));
  }

  restore(data: unknown): void {
    this.states = (data as unknown[]).map((state) => this.algebra.decode(state));
  }
}
