import { alignedWindows } from '../../builtins/windows/aligned';
import type { AggregateOperator, CodeByKind, Evaluate, Registers } from '../../program';
import type { SqlValue, Ticks } from '../../values/value';
import type { Emit, Guard, Row, RuntimeOperator } from '../row';
import type { TimedColumns } from '../row-codec';
import { TimeOrderedBuffer } from '../time-ordered-buffer';
import { AlignedWindowsState } from './aligned-windows';
import { GroupFold } from './group-fold';
import { PaneFold } from './pane-fold';
import { SessionWindowsState } from './session-windows';
import { SlidingWindowsState } from './sliding-windows';
import { WholeWindowsState } from './whole-windows';

type Ordered = SlidingWindowsState | SessionWindowsState | WholeWindowsState;

/** GROUP BY with one window or several. */
export class AggregateRuntime implements RuntimeOperator {
  private readonly aligned: (AlignedWindowsState | undefined)[];
  private readonly ordered: (Ordered | undefined)[];
  private readonly buffer = new TimeOrderedBuffer();
  private readonly needsOrder: boolean;
  private readonly fold: GroupFold;

  constructor(
    private readonly operator: AggregateOperator,
    private readonly code: CodeByKind['aggregate'],
    private readonly emit: Emit,
    private readonly guard: Guard,
  ) {
    const fold = new GroupFold(operator, code, guard);
    this.fold = fold;
    // The rows of a final aggregate carry the end of their window as their time, whatever kind of window it was.
    const specs = operator.windows.map((window) => (operator.phase === 'final' ? { kind: 'snapshot' as const } : window));
    this.aligned = specs.map((spec, i) => {
      const windows = fold.isMergeable ? alignedWindows(spec) : undefined;
      return windows && new AlignedWindowsState(windows, new PaneFold(operator, code, guard), i);
    });
    this.ordered = specs.map((spec, i) => this.orderedState(spec, i, fold));
    this.needsOrder = this.ordered.some((state) => state !== undefined);
  }

  private orderedState(spec: AggregateOperator['windows'][number], index: number, fold: GroupFold): Ordered | undefined {
    if (spec.kind === 'sliding') return new SlidingWindowsState(spec.size, fold, (row) => this.code.key(row.r, row.t), index);
    if (spec.kind !== 'session') {
      const windows = fold.isMergeable ? undefined : alignedWindows(spec);
      return windows && new WholeWindowsState(windows, fold, index);
    }
    const partition = this.code.sessionKeys[index] as Evaluate<SqlValue[]>;
    return new SessionWindowsState(spec, fold, (row) => partition(row.r, row.t), index);
  }

  push(_input: number, row: Row): void {
    this.addAligned(row.r, row.t);
    if (!this.needsOrder) return;
    // What cannot be folded is refused now: later it would fail again at every change of its window.
    this.code.key(row.r, row.t);
    for (const partition of this.code.sessionKeys) partition?.(row.r, row.t);
    this.fold.addTo(this.fold.init(), row);
    this.buffer.push(row, 0);
  }

  /** As {@link push} for many rows. Registers are copied into one list that all rows share: nothing keeps it. */
  pushColumns(input: number, { rows, times, from, source }: TimedColumns): void {
    const r: Registers = [];
    const width = rows.cols.length;
    for (let i = from; i < rows.length; i++) {
      const t = times[i] as Ticks;
      if (Number.isNaN(t)) continue;
      try {
        if (this.needsOrder) this.push(input, { ...rows.row(i, source), t });
        else {
          for (let c = 0; c < width; c++) r[c] = (rows.cols[c] as SqlValue[])[i] as SqlValue;
          this.addAligned(r, t);
        }
      } catch (error) {
        this.guard(rows.row(i, source), () => {
          throw error;
        });
      }
    }
  }

  /** Rows of a final aggregate say which window they are of. */
  private addAligned(r: Registers, t: Ticks): void {
    if (this.operator.phase === 'final') this.aligned[r[r.length - 1] as number]?.add(r, t);
    else for (const state of this.aligned) state?.add(r, t);
  }

  advance(w: Ticks): Ticks {
    const rows = this.needsOrder ? [...this.buffer.release(w)].map((item) => item.row) : [];
    for (let i = 0; i < this.aligned.length; i++) {
      for (const row of this.aligned[i]?.close(w) ?? []) this.emit(row);
      for (const row of this.ordered[i]?.process(rows, w) ?? []) this.emit(row);
    }
    return w;
  }

  snapshot(): unknown {
    return [this.aligned.map((s) => s?.snapshot() ?? null), this.ordered.map((s) => s?.snapshot() ?? null), this.needsOrder ? this.buffer.snapshot() : null];
  }

  restore(data: unknown): void {
    const [aligned, ordered, buffer] = data as [unknown[], unknown[], unknown];
    this.aligned.forEach((state, i) => state?.restore(aligned[i]));
    this.ordered.forEach((state, i) => state?.restore(ordered[i]));
    if (this.needsOrder) this.buffer.restore(buffer);
  }
}
