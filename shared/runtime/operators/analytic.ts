import type { AnalyticRow, AnalyticState } from '../../builtins/analytic/analytic';
import { createAnalytic } from '../../builtins/analytic/registry';
import type { AnalyticOperator, CodeByKind } from '../../program';
import { keyOf } from '../../values/key';
import type { Ticks } from '../../values/value';
import type { Emit, Guard, Row, RuntimeOperator } from '../row';
import { TimeOrderedBuffer } from '../time-ordered-buffer';

/** LAG, LAST, ISFIRST and aggregates per event: rows in order of time, one register more per call. */
export class AnalyticRuntime implements RuntimeOperator {
  private readonly buffer = new TimeOrderedBuffer();
  private readonly states: AnalyticState[];

  constructor(
    operator: AnalyticOperator,
    private readonly code: CodeByKind['analytic'],
    private readonly emit: Emit,
    private readonly guard: Guard,
  ) {
    this.states = operator.calls.map(({ name, offset, limit, options }) => createAnalytic({ name, offset: offset ?? 1, limit, options }));
  }

  push(_input: number, row: Row): void {
    this.buffer.push(row, 0);
  }

  advance(w: Ticks): Ticks {
    for (const { row } of this.buffer.release(w)) this.guard(row, () => this.process(row));
    for (const state of this.states) state.expire(w);
    return w;
  }

  private process(row: Row): void {
    const seen = this.code.calls.map(
      (call): AnalyticRow => ({
        t: row.t,
        key: keyOf(call.partition(row.r, row.t)),
        value: call.value ? call.value(row.r, row.t) : 1,
        fallback: call.fallback?.(row.r, row.t) ?? null,
        order: call.order(row.r, row.t),
        counts: call.when?.(row.r, row.t) ?? true,
      }),
    );
    // A row that one call refuses is set aside as a whole: the others must not remember it.
    this.states.forEach((state, i) => state.check?.(seen[i] as AnalyticRow));
    const results = this.states.map((state, i) => state.next(seen[i] as AnalyticRow));
    this.emit({ t: row.t, r: [...row.r, ...results], s: row.s, n: row.n });
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
