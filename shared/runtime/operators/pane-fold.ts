import type { Accumulator } from '../../builtins/accumulator';
import { createAccumulator, createAggregate } from '../../builtins/aggregates/registry';
import type { AggregateOperator, CodeByKind, Registers } from '../../program';
import type { SqlValue, Ticks } from '../../values/value';
import { textNumbersOf, type TextNumbers } from '../../values/text-numbers';
import { orderOf } from '../../values/text-order';
import { refuse, type EmitColumns, type Guard } from '../row';
import { Columns } from '../row-codec';
import { GroupTable } from './group-table';

type Call = CodeByKind['aggregate']['aggregates'][number];

/** Rows of a closed window that are handed on together: so many stay near the processor. */
const ROWS = 1024;

/** How rows are folded into the groups of a pane, and groups made into rows. For aggregates that can be merged; see group-fold.ts for the others. */
export class PaneFold {
  /** The register that is the key as it is; -1: the key is computed. */
  private readonly keyRegister: number;
  /** Likewise for each aggregate's argument. */
  private readonly valueRegisters: number[];
  private readonly values: SqlValue[] = [];
  private readonly orders: (SqlValue[] | undefined)[] = [];
  /** Whether all that rows are folded by is in their registers. */
  private readonly isPlain: boolean;
  private slots = new Int32Array(ROWS);
  private numbers: TextNumbers | undefined;
  private number = -1;

  constructor(
    private readonly operator: AggregateOperator,
    private readonly code: CodeByKind['aggregate'],
    private readonly guard: Guard,
  ) {
    const [key] = operator.keys;
    this.keyRegister = operator.keys.length === 1 && key?.kind === 'register' ? key.index : -1;
    this.valueRegisters = operator.aggregates.map(({ value }) => (value?.kind === 'register' ? value.index : -1));
    this.isPlain = this.keyRegister >= 0 && operator.phase !== 'final' && operator.aggregates.every(({ value, orderBy }) => orderBy.length === 0 && (value === undefined || value.kind === 'register'));
  }

  newTable(): GroupTable {
    const accumulators = this.operator.aggregates.map(({ name, options }, i) => createAccumulator(name, options, this.code.aggregates[i]?.algebra ?? createAggregate(name, options)));
    return new GroupTable(accumulators, this.operator.keys.length === 1);
  }

  /** The rows that are added next, in order; where they tell the numbers of their keys, these serve to find groups. */
  startRows(rows: Columns | undefined): void {
    this.numbers = rows && this.keyRegister >= 0 ? textNumbersOf(rows.cols[this.keyRegister] as SqlValue[]) : undefined;
  }

  atRow(i: number): void {
    if (this.numbers !== undefined) this.number = this.numbers.numbers[i] as number;
  }

  /** Adds a row, or throws and changes nothing. Rows of a `final` aggregate hold states instead of values. */
  add(table: GroupTable, r: Registers, t: Ticks): void {
    const key = this.keyOf(r, t);
    const isFinal = this.operator.phase === 'final';
    if (!isFinal) this.evaluate(table.accumulators, r, t);
    const slot = this.numbers === undefined ? table.slotOf(key) : table.slotOfText(this.numbers.source, this.number, key as string);
    const { accumulators } = table;
    for (let i = 0; i < accumulators.length; i++) {
      const accumulator = accumulators[i] as Accumulator;
      if (isFinal) accumulator.absorb(slot, r[this.operator.keys.length + i]);
      else accumulator.add(slot, this.values[i] as SqlValue, t, this.orders[i]);
    }
  }

  private keyOf(r: Registers, t: Ticks): SqlValue | SqlValue[] {
    if (this.keyRegister >= 0) return r[this.keyRegister] as SqlValue;
    const keys = this.code.key(r, t);
    return this.operator.keys.length === 1 ? (keys[0] as SqlValue) : keys;
  }

  /** The arguments of all aggregates. A value that one refuses must not leave the others with the row counted, so unusual ones are checked first. */
  private evaluate(accumulators: readonly Accumulator[], r: Registers, t: Ticks): void {
    for (let i = 0; i < accumulators.length; i++) {
      const call = this.code.aggregates[i] as Call;
      const register = this.valueRegisters[i] as number;
      const value = register >= 0 ? (r[register] as SqlValue) : call.value ? call.value(r, t) : 1;
      const order = (this.operator.aggregates[i]?.orderBy.length ?? 0) > 0 ? call.order(r, t) : undefined;
      if (!isUsual(value) || (order !== undefined && !isUsual(order[0] ?? null))) (accumulators[i] as Accumulator).check(value, t, order);
      this.values[i] = value;
      this.orders[i] = order;
    }
  }

  /** Whether rows can be folded column by column: no value is one that an aggregate may refuse. */
  takesColumns({ cols }: Columns): boolean {
    return this.isPlain && this.valueRegisters.every((register) => register < 0 || (cols[register] as SqlValue[]).every(isUsual));
  }

  /** Adds the rows of these places, which {@link takesColumns}; their keys have been told to {@link startRows}. */
  addRows(table: GroupTable, { cols, t }: Columns, from: number, to: number): void {
    const keys = cols[this.keyRegister] as SqlValue[];
    if (this.slots.length < to) this.slots = new Int32Array(to);
    const { slots, numbers } = this;
    if (numbers === undefined) for (let i = from; i < to; i++) slots[i] = table.slotOf(keys[i] as SqlValue);
    else for (let i = from; i < to; i++) slots[i] = table.slotOfText(numbers.source, numbers.numbers[i] as number, keys[i] as string);
    table.accumulators.forEach((accumulator, k) => {
      const register = this.valueRegisters[k] as number;
      const values = register < 0 ? undefined : (cols[register] as SqlValue[]);
      if (accumulator.addRows) accumulator.addRows(slots, values, from, to);
      else for (let i = from; i < to; i++) accumulator.add(slots[i] as number, values === undefined ? 1 : (values[i] as SqlValue), t[i] as Ticks);
    });
  }

  /** Hands on the rows of a closed window, in the order of their keys. A group whose result cannot be told (a sum that overflows) is set aside instead. */
  leave(table: GroupTable, { end, window }: { end: Ticks; window: number }, emit: EmitColumns): void {
    const { prefix, texts } = table.keyTexts();
    const identity = `${end}|${window}|${prefix}`;
    const last = this.operator.windows[window]?.id ?? null;
    const order = orderOf(texts);
    for (let from = 0; from < order.length; from += ROWS) {
      const { slots, results } = this.resultsOf(table, order.slice(from, from + ROWS), end);
      if (slots.length === 0) continue;
      const keys = this.operator.keys.map((_, c) => slots.map((slot) => table.values(slot)[c] as SqlValue));
      const constant = <T>(value: T): T[] => new Array<T>(slots.length).fill(value);
      emit(new Columns(constant(end), constant(0), [...keys, ...results, constant(last)], slots.map((slot) => identity + (texts[slot] as string))), '');
    }
  }

  /** The results of these groups by aggregate, and of which groups they can be told. */
  private resultsOf(table: GroupTable, slots: number[], end: Ticks): { slots: number[]; results: SqlValue[][] } {
    const results = (told: number[]): SqlValue[][] => table.accumulators.map((accumulator) => told.map((slot) => accumulator.result(slot)));
    try {
      return { slots, results: results(slots) };
    } catch {
      const told = slots.filter((slot) => this.isTold(table, slot, end));
      return { slots: told, results: results(told) };
    }
  }

  private isTold(table: GroupTable, slot: number, end: Ticks): boolean {
    try {
      for (const accumulator of table.accumulators) accumulator.result(slot);
      return true;
    } catch (error) {
      refuse({ t: end, r: table.values(slot), s: '', n: 0 }, error, this.guard);
      return false;
    }
  }
}

function isUsual(value: SqlValue): boolean {
  return value === null || typeof value === 'number';
}
