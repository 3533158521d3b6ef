import { createAggregate } from '../../builtins/aggregates/registry';
import type { AggregateAlgebra } from '../../builtins/aggregate';
import type { AggregateOperator, CodeByKind } from '../../program';
import { decodeValue, encodeValue } from '../../values/codec';
import { keyOf } from '../../values/key';
import type { SqlValue, Ticks } from '../../values/value';
import type { Guard, Row } from '../row';

/** One group of a window: its key and a state per aggregate. */
export interface Group {
  keys: SqlValue[];
  states: unknown[];
}

export type Groups = Map<string, Group>;

/** How rows are folded into groups and groups made into rows: the part of an aggregate that windows do not know about. */
export class GroupFold {
  readonly algebras: AggregateAlgebra[];
  /** Whether windows can be put together from parts: user-defined aggregates have no merge. */
  readonly isMergeable: boolean;
  /** Whether there are user-defined aggregates and a row can be taken away from all of them. */
  readonly takeAway: boolean;

  constructor(
    private readonly operator: AggregateOperator,
    private readonly code: CodeByKind['aggregate'],
    private readonly guard: Guard,
  ) {
    this.algebras = operator.aggregates.map((call, i) => code.aggregates[i]?.algebra ?? createAggregate(call.name, call.options));
    this.isMergeable = operator.aggregates.every((call) => call.script === undefined);
    this.takeAway = !this.isMergeable && this.algebras.every((algebra, i) => !this.isScript(i) || algebra.remove !== undefined);
  }

  /** Adds a row; rows of a `final` aggregate hold states instead of values. */
  add(groups: Groups, row: Row): void {
    const keys = this.code.key(row.r, row.t);
    const key = keyOf(keys);
    const known = groups.get(key);
    if (this.operator.phase === 'final') {
      const group = this.group(groups, key, keys);
      this.algebras.forEach((algebra, i) => (group.states[i] = algebra.merge(group.states[i], algebra.decode(row.r[keys.length + i]))));
      return;
    }
    const states = known?.states ?? this.init();
    this.addTo(states, row);
    // Only now: a row that cannot be folded does not open a group.
    if (!known) groups.set(key, { keys, states });
  }

  /** Adds a row, or sets it aside: a user-defined aggregate may fail for what it has gathered before. Gives whether the row was added. */
  tryAdd(groups: Groups, row: Row): boolean {
    return this.attempt(row, () => this.add(groups, row));
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
    const values = this.code.aggregates.map((call) => (call.value ? call.value(row.r, row.t) : 1));
    const orders = this.code.aggregates.map((call) => call.order(row.r, row.t));
    // A value that an aggregate refuses must not leave the others with the row counted: unusual ones are tried on an empty state first.
    const usual = (value: SqlValue | undefined): boolean => value === undefined || value === null || typeof value === 'number';
    for (let i = 0; i < values.length; i++) {
      const algebra = this.algebras[i] as AggregateAlgebra;
      if (!this.isScript(i) && (!usual(values[i]) || !usual(orders[i]?.[0]))) algebra.add(algebra.init(), values[i] ?? null, row.t, orders[i]);
    }
    // User-defined ones may refuse anything, but make a new state: they come first, and nothing is kept until all have taken the row.
    const scripted = this.isMergeable ? [] : this.withRow(states, row);
    for (let i = 0; i < values.length; i++) states[i] = this.isScript(i) ? scripted[i] : (this.algebras[i] as AggregateAlgebra).add(states[i], values[i] ?? null, row.t, orders[i]);
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
    return this.algebras.map((algebra, i) => (this.isScript(i) ? step(algebra, i, this.code.aggregates[i]?.value?.(row.r, row.t) ?? null) : undefined));
  }

  /** Adds a row to all aggregates but the user-defined ones. */
  addToOthers(states: unknown[], row: Row): void {
    this.algebras.forEach((algebra, i) => {
      const code = this.code.aggregates[i];
      if (!this.isScript(i)) states[i] = algebra.add(states[i], code?.value ? code.value(row.r, row.t) : 1, row.t, code?.order(row.r, row.t));
    });
  }

  private isScript(i: number): boolean {
    return !this.isMergeable && this.operator.aggregates[i]?.script !== undefined;
  }

  init(): unknown[] {
    return this.algebras.map((algebra) => algebra.init());
  }

  private group(groups: Groups, key: string, keys: SqlValue[]): Group {
    let group = groups.get(key);
    if (!group) groups.set(key, (group = { keys, states: this.init() }));
    return group;
  }

  mergeInto(into: Groups, from: Groups): void {
    for (const [key, { keys, states }] of from) {
      const group = this.group(into, key, keys);
      this.algebras.forEach((algebra, i) => (group.states[i] = algebra.merge(group.states[i], states[i])));
    }
  }

  /** The rows of a closed window in the order of their keys, so that nothing depends on which row came first. `of` tells windows with the same end apart. */
  rows(groups: Groups, end: Ticks, window: number, of = ''): Row[] {
    return [...groups.keys()].sort().flatMap((key) => this.row(of + key, groups.get(key) as Group, end, window));
  }

  /** None when the result cannot be told (a sum that overflows): the group is set aside instead. */
  row(key: string, group: Group, end: Ticks, window: number): Row[] {
    const rows: Row[] = [];
    this.guard({ t: end, r: group.keys, s: '', n: 0 }, () => rows.push(this.resultRow(key, group, end, window)));
    return rows;
  }

  private resultRow(key: string, { keys, states }: Group, end: Ticks, window: number): Row {
    const partial = this.operator.phase === 'partial';
    const results = this.algebras.map((algebra, i) => (partial ? (algebra.encode(states[i]) as SqlValue) : algebra.result(states[i])));
    const last = partial ? window : (this.operator.windows[window]?.id ?? null);
    return { t: end, r: [...keys, ...results, last], k: `${end}|${window}|${key}`, s: '', n: 0 };
  }

  /** States of which some may be left out. */
  encodeStates(states: readonly unknown[]): unknown[] {
    return states.map((state, i) => (state === undefined ? null : this.algebras[i]?.encode(state)));
  }

  decodeStates(data: readonly unknown[]): unknown[] {
    return data.map((state, i) => (state === null ? undefined : this.algebras[i]?.decode(state)));
  }

  encode(groups: Groups): unknown {
    return [...groups.values()].map(({ keys, states }) => [keys.map(encodeValue), states.map((state, i) => this.algebras[i]?.encode(state))]);
  }

  decode(data: unknown): Groups {
    const groups: Groups = new Map();
    for (const [keys, states] of data as [unknown[], unknown[]][]) {
      const decoded = keys.map(decodeValue);
      groups.set(keyOf(decoded), { keys: decoded, states: states.map((state, i) => this.algebras[i]?.decode(state)) });
    }
    return groups;
  }
}
