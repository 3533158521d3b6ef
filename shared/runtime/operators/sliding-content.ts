import type { Running } from '../../builtins/aggregates/running';
import type { SqlValue, Ticks } from '../../values/value';
import { kept, type Row } from '../row';
import { decodeRows, encodeRows, type EncodedRows } from '../row-codec';
import type { GroupFold, Results } from './group-fold';

/** What the aggregates of a row that leaves were given, and a way to give one of them anew what all that stay were given. */
export interface Leaving {
  readonly values: readonly SqlValue[];
  refill(i: number, aggregate: Running): void;
}

/** The rows of one group that are in the window, as far as its aggregates need them. */
export interface Content extends Results {
  readonly size: number;
  enter(row: Row): void;
  /** The row of this time that has been there longest leaves. Gives whether it was there. */
  leave(t: Ticks, leaving: Leaving): boolean;
  /** To be called before results are asked for; rows that cannot be folded leave. */
  prepare(): void;
  /** What cannot be made anew from the arguments of the rows that are there. */
  snapshot(): unknown;
  restore(data: unknown): void;
}

/** Aggregates that follow what comes and goes. */
export class RunningContent implements Content {
  size = 0;
  private readonly aggregates: Running[];

  constructor(private readonly fold: GroupFold) {
    this.aggregates = fold.newRunning();
  }

  enter(row: Row): void {
    this.fold.evaluate(row);
    this.add(this.fold.values, row.t, this.fold.orders);
  }

  /** Adds a row by the arguments of its aggregates. */
  add(values: readonly SqlValue[], t: Ticks, orders: readonly (readonly SqlValue[] | undefined)[]): void {
    for (let i = 0; i < this.aggregates.length; i++) (this.aggregates[i] as Running).add(values[i] as SqlValue, t, orders[i]);
    this.size++;
  }

  leave(_t: Ticks, leaving: Leaving): boolean {
    for (let i = 0; i < this.aggregates.length; i++) {
      const aggregate = this.aggregates[i] as Running;
      if (!aggregate.removeFirst(leaving.values[i] as SqlValue)) leaving.refill(i, aggregate);
    }
    this.size--;
    return true;
  }

  prepare(): void {}

  result(i: number): SqlValue {
    return (this.aggregates[i] as Running).result();
  }

  snapshot(): unknown {
    return null;
  }

  restore(): void {}
}

/**
 * The rows of a group in a sliding window with user-defined aggregates: rows are taken away from their states where they say how; else they are computed anew. A row that cannot be added to
 * those before it is set aside and leaves the window.
 */
export class ScriptedContent implements Content {
  private rows: Row[] = [];
  /** States of the user-defined aggregates, where rows can be taken away from them. */
  private running: unknown[] | undefined;
  private states: unknown[] = [];

  constructor(private readonly fold: GroupFold) {}

  get size(): number {
    return this.rows.length;
  }

  enter(row: Row): void {
    const { fold } = this;
    const taken = !fold.takeAway || fold.attempt(row, () => (this.running = fold.withRow(this.running ?? fold.init(), row)));
    if (taken) this.rows.push(kept(row));
  }

  /** When a row cannot be taken away, that is reported, and the states are computed anew from the rows that stay. */
  leave(t: Ticks): boolean {
    const { fold } = this;
    const [row] = this.rows;
    if (row?.t !== t) return false;
    const staying = this.rows;
    staying.shift();
    if (!fold.takeAway) return true;
    const running = this.running as unknown[];
    this.running = undefined;
    if (staying.length === 0 || fold.attempt(row, () => (this.running = fold.withoutRow(running, row)))) return true;
    this.rows = [];
    for (const other of staying) this.enter(other);
    return true;
  }

  prepare(): void {
    const { fold } = this;
    const states = fold.init();
    if (fold.takeAway) {
      for (const row of this.rows) fold.addToOthers(states, row);
      this.states = states.map((state, i) => this.running?.[i] ?? state);
    } else {
      this.rows = this.rows.filter((row) => fold.attempt(row, () => fold.addTo(states, row)));
      this.states = states;
    }
  }

  result(i: number): SqlValue {
    return this.fold.algebras[i]?.result(this.states[i]) ?? null;
  }

  snapshot(): unknown {
    return [encodeRows(this.rows, true), this.running ? this.fold.encodeStates(this.running) : null];
  }

  restore(data: unknown): void {
    const [rows, running] = data as [EncodedRows, unknown[] | null];
    this.rows = decodeRows(rows, '');
    this.running = running ? this.fold.decodeStates(running) : undefined;
  }
}
