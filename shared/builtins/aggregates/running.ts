import { Fifo } from '../../values/fifo';
import type { SqlValue, Ticks } from '../../values/value';
import type { AggregateAlgebra } from '../aggregate';

/** An aggregate over values that leave in the order in which they came. What it gives is what folding the values that are there anew would give. */
export interface Running {
  add(value: SqlValue, t: Ticks, order: readonly SqlValue[] | undefined): void;
  /** Takes away the value that has been there longest. False when it cannot be taken away: then the aggregate has to {@link startAnew}. */
  removeFirst(first: SqlValue): boolean;
  /** Forgets all values. */
  startAnew(): void;
  /** Throws QueryError when it cannot be told. */
  result(): SqlValue;
}

/** The cheapest way that an aggregate allows. */
export function running(algebra: AggregateAlgebra): Running {
  return algebra.remove ? new Subtracting(algebra) : algebra.isSmall ? new Halved(algebra) : new Folded(algebra);
}

/** Values are subtracted from the state. An aggregate that allows that does not ask for times. */
class Subtracting implements Running {
  private state: unknown;

  constructor(private readonly algebra: AggregateAlgebra) {
    this.state = algebra.init();
  }

  add(value: SqlValue): void {
    this.state = this.algebra.add(this.state, value, 0);
  }

  removeFirst(first: SqlValue): boolean {
    const left = this.algebra.remove?.(this.state, first, 0);
    if (left === undefined) return false;
    this.state = left;
    return true;
  }

  startAnew(): void {
    this.state = this.algebra.init();
  }

  result(): SqlValue {
    return this.algebra.result(this.state);
  }
}

/** A value with what it was added with. */
interface Entry {
  value: SqlValue;
  t: Ticks;
  order: readonly SqlValue[] | undefined;
}

/**
 * Values lie in two halves: the newer ones are folded as they come; of the older ones there is, for each, the fold of it and all older ones after it. When the older half is used up the newer one
 * becomes it. So a value is added once and merged once or twice, however many there are.
 */
class Halved implements Running {
  /** Of the older half, the first value last: the fold from it on. */
  private older: unknown[] = [];
  private newer: Entry[] = [];
  private state: unknown;

  constructor(private readonly algebra: AggregateAlgebra) {
    this.state = algebra.init();
  }

  add(value: SqlValue, t: Ticks, order: readonly SqlValue[] | undefined): void {
    this.newer.push({ value, t, order });
    this.state = this.algebra.add(this.state, value, t, order);
  }

  removeFirst(): boolean {
    if (this.older.length === 0) this.turn();
    this.older.pop();
    return true;
  }

  private turn(): void {
    const { algebra, older, newer } = this;
    for (let i = newer.length - 1; i >= 0; i--) {
      const { value, t, order } = newer[i] as Entry;
      const own = algebra.add(algebra.init(), value, t, order);
      older.push(older.length > 0 ? algebra.merge(own, older[older.length - 1]) : own);
    }
    this.newer = [];
    this.state = algebra.init();
  }

  startAnew(): void {
    this.older = [];
    this.newer = [];
    this.state = this.algebra.init();
  }

  result(): SqlValue {
    const { algebra, older } = this;
    if (older.length === 0) return algebra.result(this.state);
    const first = older[older.length - 1];
    // Merging may change what is merged into.
    return algebra.result(this.newer.length === 0 ? first : algebra.merge(algebra.decode(algebra.encode(first)), this.state));
  }
}

/** Everything is folded for each result: the state holds all values anyway. */
class Folded implements Running {
  private entries = new Fifo<Entry>();

  constructor(private readonly algebra: AggregateAlgebra) {}

  add(value: SqlValue, t: Ticks, order: readonly SqlValue[] | undefined): void {
    this.entries.push({ value, t, order });
  }

  removeFirst(): boolean {
    this.entries.shift();
    return true;
  }

  startAnew(): void {
    this.entries = new Fifo();
  }

  result(): SqlValue {
    const { algebra } = this;
    return algebra.result(this.entries.toArray().reduce((state, { value, t, order }) => algebra.add(state, value, t, order), algebra.init()));
  }
}
