import { decodeValue, encodeValue } from '../../values/codec';
import { Fifo } from '../../values/fifo';
import type { SqlValue, Ticks } from '../../values/value';
import type { AggregateAlgebra } from '../aggregate';

/** A value of an aggregate with what it was added with. */
interface Entry {
  value: SqlValue;
  t: Ticks;
  order: readonly SqlValue[] | undefined;
}

/** An aggregate over values that leave in the order in which they came. What it gives is what folding the values that are there anew would give. */
export abstract class Running {
  constructor(protected readonly algebra: AggregateAlgebra) {}

  abstract add(value: SqlValue, t: Ticks, order?: readonly SqlValue[]): void;
  /** Takes away the value that has been there longest. */
  abstract removeFirst(): void;
  /** Throws QueryError when it cannot be told. */
  abstract result(): SqlValue;
  protected abstract entries(): Entry[];

  protected fold(entries: readonly Entry[]): unknown {
    let state = this.algebra.init();
    for (const { value, t, order } of entries) state = this.algebra.add(state, value, t, order);
    return state;
  }

  snapshot(): unknown {
    return this.entries().map(({ value, t, order }) => [encodeValue(value), t, ...(order ? [order.map(encodeValue)] : [])]);
  }

  restore(data: unknown): void {
    for (const [value, t, order] of data as [unknown, number, unknown[]?][]) this.add(decodeValue(value), t, order?.map(decodeValue));
  }
}

/** The cheapest way that an aggregate allows. */
export function running(algebra: AggregateAlgebra): Running {
  return algebra.remove ? new Subtracting(algebra) : algebra.isSmall ? new Halved(algebra) : new Anew(algebra);
}

/** Values are subtracted from the state. An aggregate that allows that does not ask for times. */
class Subtracting extends Running {
  private readonly values = new Fifo<SqlValue>();
  private state = this.algebra.init();

  add(value: SqlValue): void {
    this.values.push(value);
    this.state = this.algebra.add(this.state, value, 0);
  }

  removeFirst(): void {
    const left = this.algebra.remove?.(this.state, this.values.shift(), 0);
    this.state = left === undefined ? this.fold(this.entries()) : left;
  }

  result(): SqlValue {
    return this.algebra.result(this.state);
  }

  protected entries(): Entry[] {
    return this.values.toArray().map((value) => ({ value, t: 0, order: undefined }));
  }
}

/**
 * Values lie in two halves: the newer ones are folded as they come; of the older ones there is, for each, the fold of it and all older ones after it. When the older half is used up the newer one
 * becomes it. So a value is added once and merged once or twice, however many there are.
 */
class Halved extends Running {
  /** Of the older half, the first value last: itself, and the fold from it on. */
  private older: { entry: Entry; state: unknown }[] = [];
  private newer: Entry[] = [];
  private state = this.algebra.init();

  add(value: SqlValue, t: Ticks, order?: readonly SqlValue[]): void {
    this.newer.push({ value, t, order });
    this.state = this.algebra.add(this.state, value, t, order);
  }

  removeFirst(): void {
    if (this.older.length === 0) this.turn();
    this.older.pop();
  }

  private turn(): void {
    for (let i = this.newer.length - 1; i >= 0; i--) {
      const entry = this.newer[i] as Entry;
      const own = this.fold([entry]);
      const after = this.older[this.older.length - 1];
      this.older.push({ entry, state: after ? this.algebra.merge(own, after.state) : own });
    }
    this.newer = [];
    this.state = this.algebra.init();
  }

  result(): SqlValue {
    const { algebra, older } = this;
    const first = older[older.length - 1];
    if (!first) return algebra.result(this.state);
    // Merging may change what is merged into.
    return algebra.result(this.newer.length === 0 ? first.state : algebra.merge(algebra.decode(algebra.encode(first.state)), this.state));
  }

  protected entries(): Entry[] {
    return [...this.older.map(({ entry }) => entry).reverse(), ...this.newer];
  }
}

/** Everything is folded anew: the state holds all values anyway. */
class Anew extends Running {
  private readonly values = new Fifo<Entry>();

  add(value: SqlValue, t: Ticks, order?: readonly SqlValue[]): void {
    this.values.push({ value, t, order });
  }

  removeFirst(): void {
    this.values.shift();
  }

  result(): SqlValue {
    return this.algebra.result(this.fold(this.values.toArray()));
  }

  protected entries(): Entry[] {
    return this.values.toArray();
  }
}
