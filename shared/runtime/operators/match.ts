import type { CodeByKind, Evaluate, MatchExpr, MatchOperator, Pattern, Registers } from '../../program';
import { orderCompare } from '../../values/compare';
import { Deadlines } from '../../values/deadlines';
import { keyOf } from '../../values/key';
import type { SqlValue, Ticks } from '../../values/value';
import { completeOrder, kept, type Emit, type Guard, type Row, type RuntimeOperator } from '../row';
import { decodeRows, encodeRows, type Columns, type EncodedRows } from '../row-codec';
import { TimeOrderedBuffer } from '../time-ordered-buffer';

/** A row that a variable of the pattern took. */
interface Matched {
  variable: string;
  row: Row;
}

/**
 * MATCH_RECOGNIZE: an attempt starts at every row (AFTER MATCH SKIP TO NEXT ROW) and is decided once all rows within the limit are
 * known. Quantifiers take as much as they can and give back when the rest does not match, alternatives are tried from the left.
 */
export class MatchRuntime implements RuntimeOperator {
  private readonly buffer = new TimeOrderedBuffer();
  private partitions = new Map<string, Row[]>();
  /** When the attempt that starts at the first row of a partition can be decided. */
  private deadlines = new Deadlines<string>();

  constructor(
    private readonly operator: MatchOperator,
    private readonly code: CodeByKind['match'],
    private readonly emit: Emit,
    private readonly guard: Guard,
  ) {}

  push(_input: number, row: Row): void {
    this.buffer.push(row, 0);
  }

  pushColumns(_input: number, rows: Columns, source: string): void {
    this.buffer.pushColumns(rows, 0, source);
  }

  advance(w: Ticks): Ticks {
    this.buffer.release(w, (row) => this.guard(row, () => this.remember(kept(row))));
    const found: Row[] = [];
    while (this.deadlines.next < w) this.decide(this.deadlines.take(), w, found);
    found.sort(completeOrder).forEach(this.emit);
    return w - this.operator.limit;
  }

  /** Attempts to match from every row of a partition of which all that may follow is known. */
  private decide(key: string, w: Ticks, found: Row[]): void {
    const rows = this.partitions.get(key) as Row[];
    while (rows[0] && rows[0].t + this.operator.limit < w) {
      const start = rows[0];
      this.guard(start, () => this.attempt(rows, found));
      rows.shift();
    }
    if (rows[0]) this.deadlines.add(rows[0].t + this.operator.limit, key);
    else this.partitions.delete(key);
  }

  private remember(row: Row): void {
    const key = keyOf(this.code.partition(row.r, row.t));
    const rows = this.partitions.get(key);
    if (rows) rows.push(row);
    else this.open(key, [row]);
  }

  private open(key: string, rows: Row[]): void {
    this.partitions.set(key, rows);
    this.deadlines.add((rows[0] as Row).t + this.operator.limit, key);
  }

  private attempt(rows: readonly Row[], found: Row[]): void {
    const first = rows[0] as Row;
    const within = rows.filter((row) => row.t - first.t <= this.operator.limit);
    const matched = this.match(this.operator.pattern, within, [], (result) => result);
    const last = matched?.[matched.length - 1]?.row;
    if (!matched || !last) return;
    const r = this.operator.measures.map((measure, i) => (this.code.measures[i] as Evaluate)(withValues(last.r, measure.values, matched), last.t));
    // Several matches may end at one row, but each starts at its own.
    found.push({ t: last.t, r, s: first.s, n: first.n });
  }

  /** Matches a pattern from where `taken` ends, then what follows it (`next`); undefined when there is no way. */
  private match(pattern: Pattern, rows: readonly Row[], taken: Matched[], next: (taken: Matched[]) => Matched[] | undefined): Matched[] | undefined {
    switch (pattern.kind) {
      case 'any':
      case 'variable': {
        const row = rows[taken.length];
        const variable = pattern.kind === 'any' ? '' : pattern.name;
        return row && this.accepts(variable, row, taken) ? next([...taken, { variable, row }]) : undefined;
      }
      case 'sequence':
        return this.sequence(pattern.parts, rows, taken, next);
      case 'choice':
        return firstOf(pattern.parts, (part) => this.match(part, rows, taken, next));
      case 'repeat': {
        const { part, min, max } = pattern;
        const again = (t: Matched[]): Matched[] | undefined => (t.length === taken.length ? undefined : this.match({ kind: 'repeat', part, min: Math.max(0, min - 1), max: max === null ? null : max - 1 }, rows, t, next));
        return (max !== 0 ? this.match(part, rows, taken, again) : undefined) ?? (min === 0 ? next(taken) : undefined);
      }
    }
  }

  private sequence(parts: readonly Pattern[], rows: readonly Row[], taken: Matched[], next: (taken: Matched[]) => Matched[] | undefined): Matched[] | undefined {
    const [first, ...rest] = parts;
    return first ? this.match(first, rows, taken, (t) => this.sequence(rest, rows, t, next)) : next(taken);
  }

  /** A variable without DEFINE takes every row. */
  private accepts(variable: string, row: Row, taken: readonly Matched[]): boolean {
    const index = this.operator.defines.findIndex((define) => define.variable.toLowerCase() === variable.toLowerCase());
    const define = this.operator.defines[index];
    if (!define) return true;
    return (this.code.defines[index] as Evaluate<boolean>)(withValues(row.r, define.values, [...taken, { variable, row }]), row.t);
  }

  snapshot(): unknown {
    return [this.buffer.snapshot(), [...this.partitions].map(([key, rows]) => [key, encodeRows(rows, true)])];
  }

  restore(data: unknown): void {
    const [buffer, partitions] = data as [unknown, [string, EncodedRows][]];
    this.buffer.restore(buffer);
    this.partitions = new Map();
    this.deadlines = new Deadlines();
    for (const [key, rows] of partitions) this.open(key, decodeRows(rows, ''));
  }
}

function firstOf<T, R>(items: readonly T[], attempt: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const result = attempt(item);
    if (result !== undefined) return result;
  }
  return undefined;
}

/** The row's registers, followed by one per value of the match. */
function withValues(r: Registers, values: readonly MatchExpr[], matched: readonly Matched[]): Registers {
  return [...r, ...values.map((value) => valueOf(value, matched))];
}

function valueOf(value: MatchExpr, matched: readonly Matched[]): SqlValue {
  if (value.kind === 'classifier') return matched.map((m) => m.variable);
  const rows = matched.filter((m) => value.variable === null || m.variable.toLowerCase() === value.variable.toLowerCase());
  const values = rows.map((m) => m.row.r[value.index] ?? null);
  switch (value.function) {
    case 'first':
      return values[0] ?? null;
    case 'last':
      return values[values.length - 1] ?? null;
    default: {
      const sorted = values.filter((v) => v !== null).sort(orderCompare);
      return (value.function === 'min' ? sorted[0] : sorted[sorted.length - 1]) ?? null;
    }
  }
}
