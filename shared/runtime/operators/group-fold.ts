import { createAggregate } from '../../builtins/aggregates/registry';
import { running, type Running } from '../../builtins/aggregates/running';
import type { AggregateAlgebra } from '../../builtins/aggregate';
import type { AggregateOperator, CodeByKind, Registers } from '../../program';
import { decodeValue, encodeValue } from '../../values/codec';
import { handleOf, keyOf } from '../../values/key';
import type { SqlValue, Ticks } from '../../values/value';
import type { RowBatch } from '../row-batch';
import type { Columns } from '../row-codec';
import { RowKey } from '../row-key';
import { refuse, type Guard, type Row } from '../row';
import { Groups } from './groups';

/** What the aggregates of a group come to, by place; throws QueryError when it cannot be told. */
export interface Results {
  result(i: number): SqlValue;
}

/** Where the rows of a window go, and which of the query's windows it is. */
export interface WindowResults {
  index: number;
  into: RowBatch;
}

/** The end of windows that give rows, with what their identities begin with. */
export interface Instant {
  end: Ticks;
  identity: string;
  to: WindowResults;
}

export function instantOf(end: Ticks, of: string, to: WindowResults): Instant {
  return { end, identity: `${end}|${to.index}|${of}`, to };
}

type Call = CodeByKind['aggregate']['aggregates'][number];

/** How rows are folded into groups and groups made into rows: the part of an aggregate that windows do not know about. */
export class GroupFold {
  readonly algebras: AggregateAlgebra[];
  readonly key: RowKey;
  /** Whether windows can be put together from parts: user-defined aggregates have no merge. */
  readonly isMergeable: boolean;
  /** Whether there are user-defined aggregates and a row can be taken away from all of them. */
  readonly takeAway: boolean;
  private readonly isScript: boolean[];
  /** The register that each aggregate's argument is as it is; -1: it is computed. */
  private readonly valueRegisters: number[];
  /** Which aggregates have an order. */
  readonly hasOrder: readonly boolean[];
  /** Of the row that was evaluated last: the argument of each aggregate and what it is ordered by. */
  readonly values: SqlValue[] = [];
  readonly orders: (readonly SqlValue[] | undefined)[] = [];
  private readonly registers: Registers = [];

  constructor(
    private readonly operator: AggregateOperator,
    private readonly code: CodeByKind['aggregate'],
    private readonly guard: Guard,
  ) {
    const { aggregates } = operator;
    this.key = new RowKey(operator.keys, code.key);
    this.algebras = aggregates.map((call, i) => code.aggregates[i]?.algebra ?? createAggregate(call.name, call.options));
    this.isScript = aggregates.map((call) => call.script !== undefined);
    this.isMergeable = !this.isScript.includes(true);
    this.takeAway = !this.isMergeable && this.algebras.every((algebra, i) => !this.isScript[i] || algebra.remove !== undefined);
    this.valueRegisters = aggregates.map(({ value }) => (value?.kind === 'register' ? value.index : -1));
    this.hasOrder = aggregates.map(({ orderBy }) => orderBy.length > 0);
  }

  /** Throws when a row cannot be folded: then it would fail again in every window. */
  check(row: Row): void {
    this.key.handle(row);
    if (!this.isMergeable) this.addTo(this.init(), row);
    else this.evaluate(row);
  }

  /** Whether no row can fail the {@link check}: known without looking at each where arguments are registers, and all values usual. */
  isSafe(rows: Columns): boolean {
    if (!this.isMergeable || !this.key.isRegister || this.hasOrder.includes(true)) return false;
    return this.valueRegisters.every((register, i) => (register >= 0 ? (rows.cols[register] as SqlValue[]).every(isUsual) : this.code.aggregates[i]?.value === undefined));
  }

  /** Adds a row, or sets it aside: a user-defined aggregate may fail for what it has gathered before. */
  tryAdd(groups: Groups, row: Row): void {
    try {
      this.add(groups, row);
    } catch (error) {
      refuse(row, error, this.guard);
    }
  }

  private add(groups: Groups, row: Row): void {
    const handle = this.key.handle(row);
    const known = groups.find(handle);
    const states = known?.states ?? this.init();
    this.addTo(states, row);
    // Only now: a row that cannot be folded does not open a group.
    if (!known) groups.add({ handle, keys: this.key.values(row), states });
  }

  /** Does work for a row, or sets the row aside. Gives whether it was done. */
  attempt(row: Row, work: () => void): boolean {
    let done = false;
    this.guard(row, () => {
      work();
      done = true;
    });
    return done;
  }

  addTo(states: unknown[], row: Row): void {
    this.evaluate(row);
    // User-defined ones may refuse anything, but make a new state: they come first, and nothing is kept until all have taken the row.
    const scripted = this.isMergeable ? undefined : this.withRow(states, row);
    const { values, orders, algebras } = this;
    for (let i = 0; i < algebras.length; i++) states[i] = scripted && this.isScript[i] ? scripted[i] : (algebras[i] as AggregateAlgebra).add(states[i], values[i] as SqlValue, row.t, orders[i]);
  }

  /** The arguments of all aggregates. A value that one refuses must not leave the others with the row counted: unusual ones are tried on an empty state first. */
  evaluate({ r, t }: Row): void {
    const { values, orders } = this;
    for (let i = 0; i < this.algebras.length; i++) {
      const register = this.valueRegisters[i] as number;
      const call = this.code.aggregates[i] as Call;
      const value = register >= 0 ? (r[register] as SqlValue) : call.value ? call.value(r, t) : 1;
      const order = this.hasOrder[i] ? call.order(r, t) : undefined;
      const algebra = this.algebras[i] as AggregateAlgebra;
      if (!this.isScript[i] && !(isUsual(value) && (order === undefined || isUsual(order[0] ?? null)))) algebra.add(algebra.init(), value, t, order);
      values[i] = value;
      orders[i] = order;
    }
  }

  /** New states of the user-defined aggregates with a row added; the others are left out. */
  withRow(states: readonly unknown[], row: Row): unknown[] {
    return this.scripts(row, (algebra, i, value) => algebra.add(states[i], value, row.t));
  }

  /** The same with a row taken away; only where all {@link takeAway}. */
  withoutRow(states: readonly unknown[], row: Row): unknown[] {
    return this.scripts(row, (algebra, i, value) => algebra.remove?.(states[i], value, row.t));
  }

  private scripts(row: Row, step: (algebra: AggregateAlgebra, i: number, value: SqlValue) => unknown): unknown[] {
    return this.algebras.map((algebra, i) => (this.isScript[i] ? step(algebra, i, this.code.aggregates[i]?.value?.(row.r, row.t) ?? null) : undefined));
  }

  /** Adds a row to all aggregates but the user-defined ones. */
  addToOthers(states: unknown[], row: Row): void {
    this.evaluate(row);
    this.algebras.forEach((algebra, i) => {
      if (!this.isScript[i]) states[i] = algebra.add(states[i], this.values[i] as SqlValue, row.t, this.orders[i]);
    });
  }

  init(): unknown[] {
    return this.algebras.map((algebra) => algebra.init());
  }

  /** Aggregates over rows that come and go. */
  newRunning(): Running[] {
    return this.algebras.map(running);
  }

  /** Makes the rows of a closed window in the order of their keys, so that nothing depends on which row came first. `of` tells windows with the same end apart. */
  rows(groups: Groups, end: Ticks, of: string, to: WindowResults): void {
    const at = instantOf(end, of, to);
    for (const { keys, states } of groups.sorted()) this.row(keys, keyOf(keys), { result: (i) => (this.algebras[i] as AggregateAlgebra).result(states[i]) }, at);
  }

  /** Makes a row of a group; none when a result cannot be told (a sum that overflows): the group is set aside instead. */
  row(keys: readonly SqlValue[], text: string, results: Results, { end, identity, to }: Instant): void {
    const r = this.registers;
    const width = keys.length;
    const count = this.algebras.length;
    try {
      for (let c = 0; c < width; c++) r[c] = keys[c] as SqlValue;
      for (let i = 0; i < count; i++) r[width + i] = results.result(i);
      r[width + count] = this.operator.windows[to.index]?.id ?? null;
      to.into.add(r, end, '', 0);
      to.into.identify(identity + text);
    } catch (error) {
      refuse({ t: end, r: [...keys], s: '', n: 0 }, error, this.guard);
    }
  }

  /** States of which some may be left out. */
  encodeStates(states: readonly unknown[]): unknown[] {
    return states.map((state, i) => (state === undefined ? null : this.algebras[i]?.encode(state)));
  }

  decodeStates(data: readonly unknown[]): unknown[] {
    return data.map((state, i) => (state === null ? undefined : this.algebras[i]?.decode(state)));
  }

  encode(groups: Groups): unknown {
    return groups.all.map(({ keys, states }) => [keys.map(encodeValue), states.map((state, i) => this.algebras[i]?.encode(state))]);
  }

  decode(data: unknown): Groups {
    const groups = new Groups();
    for (const [keys, states] of data as [unknown[], unknown[]][]) {
      const decoded = keys.map(decodeValue);
      groups.add({ handle: handleOf(decoded), keys: decoded, states: states.map((state, i) => this.algebras[i]?.decode(state)) });
    }
    return groups;
  }
}

function isUsual(value: SqlValue): boolean {
  return value === null || typeof value === 'number';
}
