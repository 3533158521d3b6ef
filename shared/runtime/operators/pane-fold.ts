import type { Accumulator } from '../../builtins/accumulator';
import { createAccumulator, createAggregate } from '../../builtins/aggregates/registry';
import type { AggregateOperator, CodeByKind, Registers } from '../../program';
import type { SqlValue, Ticks } from '../../values/value';
import { textNumbersOf, type TextNumbers } from '../../values/text-numbers';
import { orderOf } from '../../values/text-order';
import type { Guard } from '../row';
import type { RowBatch } from '../row-batch';
import type { Columns } from '../row-codec';
import { GroupTable } from './group-table';

type Call = CodeByKind['aggregate']['aggregates'][number];

/** How rows are folded into the groups of a pane, and groups made into rows. For aggregates that can be merged; see group-fold.ts for the others. */
export class PaneFold {
  /** The register that is the key as it is; -1: the key is computed. */
  private readonly keyRegister: number;
  /** Likewise for each aggregate's argument. */
  private readonly valueRegisters: number[];
  private readonly values: SqlValue[] = [];
  private readonly orders: (SqlValue[] | undefined)[] = [];
  private readonly results: Registers = [];
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

  /** The rows of a closed window, in the order of their keys. A group whose result cannot be told (a sum that overflows) is set aside instead. */
  rows(table: GroupTable, { end, window }: { end: Ticks; window: number }, into: RowBatch): void {
    const last = this.operator.windows[window]?.id ?? null;
    const { prefix, texts } = table.keyTexts();
    const identity = `${end}|${window}|${prefix}`;
    for (const slot of orderOf(texts)) {
      if (!this.makeResults(table, slot, { end, last })) continue;
      into.add(this.results, end, '', 0);
      into.identify(identity + (texts[slot] as string));
    }
  }

  /** Keys, results, and the window's id; false when the results cannot be told. */
  private makeResults(table: GroupTable, slot: number, { end, last }: { end: Ticks; last: SqlValue }): boolean {
    const { results: r } = this;
    const { accumulators } = table;
    r.length = 0;
    table.keyInto(slot, r);
    try {
      for (let i = 0; i < accumulators.length; i++) r.push((accumulators[i] as Accumulator).result(slot));
    } catch (error) {
      this.guard({ t: end, r: table.values(slot), s: '', n: 0 }, () => {
        throw error;
      });
      return false;
    }
    r.push(last);
    return true;
  }
}

function isUsual(value: SqlValue): boolean {
  return value === null || typeof value === 'number';
}
