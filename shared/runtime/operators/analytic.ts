import type { AnalyticRow, AnalyticState } from '../../builtins/analytic/analytic';
import { createAnalytic } from '../../builtins/analytic/registry';
import type { AnalyticOperator, CodeByKind } from '../../program';
import type { SqlValue, Ticks } from '../../values/value';
import { RowBatch } from '../row-batch';
import type { Columns } from '../row-codec';
import { RowKey } from '../row-key';
import { refuse, type EmitColumns, type Guard, type Row, type RuntimeOperator } from '../row';
import { TimeOrderedBuffer } from '../time-ordered-buffer';

/** LAG, LAST, ISFIRST and aggregates per event: rows in order of time, one register more per call. */
export class AnalyticRuntime implements RuntimeOperator {
  private readonly buffer = new TimeOrderedBuffer();
  private readonly states: AnalyticState[];
  private readonly keys: RowKey[];
  private readonly made: RowBatch;
  /** What each call sees of the row at hand. */
  private readonly seen: AnalyticRow[];

  constructor(
    private readonly operator: AnalyticOperator,
    private readonly code: CodeByKind['analytic'],
    emit: EmitColumns,
    private readonly guard: Guard,
  ) {
    this.states = operator.calls.map(({ name, offset, limit, options }) => createAnalytic({ name, offset: offset ?? 1, limit, options }));
    this.keys = operator.calls.map(({ partitionBy }, i) => new RowKey(partitionBy, (code.calls[i] as (typeof code.calls)[number]).partition));
    this.made = new RowBatch(emit);
    this.seen = operator.calls.map(() => ({ t: 0, key: '', value: null, fallback: null, order: [], counts: true }));
  }

  push(_input: number, row: Row): void {
    this.buffer.push(row, 0);
  }

  pushColumns(_input: number, rows: Columns, source: string): void {
    this.buffer.pushColumns(rows, 0, source);
  }

  advance(w: Ticks): Ticks {
    this.buffer.release(w, (row) => {
      try {
        this.process(row);
      } catch (error) {
        refuse(row, error, this.guard);
      }
    });
    for (const state of this.states) state.expire(w);
    this.made.flush();
    return w;
  }

  private process(row: Row): void {
    const { states, seen } = this;
    const { r, t, s, n } = row;
    for (let i = 0; i < seen.length; i++) this.look(i, row);
    // A row that one call refuses is set aside as a whole: the others must not remember it.
    for (let i = 0; i < seen.length; i++) states[i]?.check?.(seen[i] as AnalyticRow);
    const width = r.length;
    for (let i = 0; i < seen.length; i++) r[width + i] = (states[i] as AnalyticState).next(seen[i] as AnalyticRow);
    this.made.add(r, t, s, n);
    r.length = width;
  }

  private look(i: number, row: Row): void {
    const { r, t } = row;
    const call = this.code.calls[i] as CodeByKind['analytic']['calls'][number];
    const seen = this.seen[i] as AnalyticRow;
    seen.t = t;
    seen.key = (this.keys[i] as RowKey).handle(row);
    seen.value = call.value ? call.value(r, t) : 1;
    seen.fallback = call.fallback ? call.fallback(r, t) : null;
    seen.order = this.operator.calls[i]?.orderBy.length === 0 ? NO_ORDER : call.order(r, t);
    seen.counts = call.when ? call.when(r, t) : true;
  }

  snapshot(): unknown {
    return [this.buffer.snapshot(), this.states.map((state) => state.snapshot())];
  }

  restore(data: unknown): void {
    const [buffer, states] = data as [unknown, unknown[]];
    this.buffer.restore(buffer);
    this.states.forEach((state, i) => state.restore(states[i]));
  }
}

const NO_ORDER: readonly SqlValue[] = [];
