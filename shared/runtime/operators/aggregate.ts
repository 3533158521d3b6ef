import { alignedWindows } from '../../builtins/windows/aligned';
import type { AggregateOperator, CodeByKind, Evaluate, Registers } from '../../program';
import type { Blocks, NewBlocks } from '../../values/blocks';
import type { SqlValue, Ticks } from '../../values/value';
import { GroupColumns } from '../group-columns';
import { RowBatch } from '../row-batch';
import type { Columns } from '../row-codec';
import { RowKey } from '../row-key';
import { emptyRow, refuse, type EmitColumns, type Guard, type Row, type RuntimeOperator } from '../row';
import { TimeOrderedBuffer } from '../time-ordered-buffer';
import { AlignedWindowsState } from './aligned-windows';
import { GroupFold } from './group-fold';
import type { GroupTable } from './group-table';
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
  /** Whether rows are looked at only when their time has come, and their session keys cannot fail. */
  private readonly isOnlyOrdered: boolean;
  private readonly fold: GroupFold;
  private readonly panes: PaneFold;
  /** The rows of each window that depends on its rows. */
  private readonly made: RowBatch[];
  private readonly sessionKeys: RowKey[] = [];

  constructor(
    private readonly operator: AggregateOperator,
    private readonly code: CodeByKind['aggregate'],
    private readonly emit: EmitColumns,
    private readonly guard: Guard,
  ) {
    this.made = operator.windows.map(() => new RowBatch(emit));
    const fold = new GroupFold(operator, code, guard);
    this.fold = fold;
    this.panes = new PaneFold(operator, code, guard);
    // The rows of a final aggregate carry the end of their window as their time, whatever kind of window it was.
    const specs = operator.windows.map((window) => (operator.phase === 'final' ? { kind: 'snapshot' as const } : window));
    this.aligned = specs.map((spec) => {
      const windows = fold.isMergeable ? alignedWindows(spec) : undefined;
      return windows && new AlignedWindowsState(windows, this.panes);
    });
    this.ordered = specs.map((spec, i) => this.orderedState(spec, i, fold));
    this.needsOrder = this.ordered.some((state) => state !== undefined);
    this.isOnlyOrdered = this.ordered.every((state) => state !== undefined) && this.sessionKeys.every((key) => key.isRegister);
  }

  private orderedState(spec: AggregateOperator['windows'][number], index: number, fold: GroupFold): Ordered | undefined {
    const into = this.made[index] as RowBatch;
    if (spec.kind === 'sliding') return new SlidingWindowsState(spec.size, fold, { index, into });
    if (spec.kind !== 'session') {
      const windows = fold.isMergeable ? undefined : alignedWindows(spec);
      return windows && new WholeWindowsState(windows, fold, { index, into });
    }
    const key = new RowKey(spec.partitionBy, this.code.sessionKeys[index] as Evaluate<SqlValue[]>);
    this.sessionKeys.push(key);
    return new SessionWindowsState(spec, fold, key, { index, into });
  }

  push(_input: number, row: Row): void {
    this.take(row);
    if (this.needsOrder) this.buffer.push(row, 0);
  }

  /** As {@link push} for many rows. */
  pushColumns(_input: number, rows: Columns, source: string): void {
    if (rows instanceof GroupColumns) {
      for (const piece of rows.pieces) this.aligned[piece.window]?.merge(piece);
      return;
    }
    if (this.isOnlyOrdered && this.fold.isSafe(rows)) return this.buffer.pushColumns(rows, 0, source);
    this.panes.startRows(rows);
    if (!this.needsOrder && this.panes.takesColumns(rows)) for (const state of this.aligned) state?.addColumns(rows);
    else this.takeEach(rows, source);
    this.panes.startRows(undefined);
  }

  private takeEach(rows: Columns, source: string): void {
    const row = emptyRow();
    let times: Ticks[] | undefined;
    for (let i = 0; i < rows.length; i++) {
      this.panes.atRow(i);
      rows.lend(i, source, row);
      try {
        this.take(row);
      } catch (error) {
        (times ??= rows.t.slice())[i] = NaN;
        refuse(row, error, this.guard);
      }
    }
    if (this.needsOrder) this.buffer.pushColumns(times ? rows.at(times) : rows, 0, source);
  }

  /** What cannot be folded is refused now: later it would fail again at every change of its window. */
  private take(row: Row): void {
    this.addAligned(row.r, row.t);
    if (!this.needsOrder) return;
    for (const key of this.sessionKeys) key.handle(row);
    this.fold.check(row);
  }

  /** Rows of a final aggregate say which window they are of. */
  private addAligned(r: Registers, t: Ticks): void {
    if (this.operator.phase === 'final') this.aligned[r[r.length - 1] as number]?.add(r, t);
    else for (const state of this.aligned) state?.add(r, t);
  }

  advance(w: Ticks): Ticks {
    if (this.needsOrder) this.buffer.release(w, (row) => {
      for (const state of this.ordered) state?.add(row);
    });
    for (let i = 0; i < this.aligned.length; i++) {
      const made = this.made[i] as RowBatch;
      this.aligned[i]?.close(w, (table, end) => this.closed(table, end, i));
      this.ordered[i]?.advance(w);
      made.flush();
    }
    return w;
  }

  /** Whoever finishes partial aggregates puts their groups in order, and gives them their identity. */
  private closed(table: GroupTable, end: Ticks, window: number): void {
    if (this.operator.phase !== 'partial') return this.panes.leave(table, { end, window }, this.emit);
    const columns = new GroupColumns();
    columns.add({ table, t: end, window });
    this.emit(columns, '');
  }

  snapshot(blocks?: NewBlocks): unknown {
    return [this.aligned.map((s) => s?.snapshot(blocks) ?? null), this.ordered.map((s) => s?.snapshot() ?? null), this.needsOrder ? this.buffer.snapshot() : null];
  }

  restore(data: unknown, blocks?: Blocks): void {
    const [aligned, ordered, buffer] = data as [unknown[], unknown[], unknown];
    this.aligned.forEach((state, i) => state?.restore(aligned[i], blocks));
    this.ordered.forEach((state, i) => state?.restore(ordered[i]));
    if (this.needsOrder) this.buffer.restore(buffer);
  }
}
