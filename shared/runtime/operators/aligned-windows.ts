import type { AlignedWindows } from '../../builtins/windows/aligned';
import type { Registers } from '../../program';
import type { Blocks, NewBlocks } from '../../values/blocks';
import type { Ticks } from '../../values/value';
import type { GroupPiece } from '../group-columns';
import type { Columns } from '../row-codec';
import type { GroupTable } from './group-table';
import { PaneSums } from './pane-sums';
import type { PaneFold } from './pane-fold';

/** Tumbling, hopping and snapshot windows: rows are folded at once into panes, a window is closed when the watermark has passed its end. */
export class AlignedWindowsState {
  private panes = new Map<Ticks, GroupTable>();
  /** The pane that was used last, and its end. */
  private table: GroupTable | undefined;
  private end: Ticks = -Infinity;
  /** The last window end that was closed; -Infinity before the first. */
  private closed: Ticks = -Infinity;
  private readonly sums: PaneSums;

  constructor(
    private readonly windows: AlignedWindows,
    private readonly fold: PaneFold,
  ) {
    this.sums = new PaneSums(() => fold.newTable());
  }

  add(r: Registers, t: Ticks): void {
    this.fold.add(this.tableAt(t), r, t);
  }

  /** As {@link add} for rows that {@link PaneFold.takesColumns}. */
  addColumns(rows: Columns): void {
    const { t, length } = rows;
    const { pane } = this.windows;
    for (let from = 0, to = 0; from < length; from = to) {
      const table = this.tableAt(t[from] as Ticks);
      const { end } = this;
      do to++;
      while (to < length && (t[to] === end || ((t[to] as Ticks) < end && (t[to] as Ticks) > end - pane)));
      this.fold.addRows(table, rows, from, to);
    }
  }

  /** Adds groups of a window that a partial aggregate has closed. */
  merge({ table, slots, t }: GroupPiece): void {
    this.tableAt(t).merge(table, slots);
  }

  private tableAt(t: Ticks): GroupTable {
    if (this.table !== undefined && (t === this.end || (t < this.end && t > this.end - this.windows.pane))) return this.table;
    this.end = this.windows.paneOf(t);
    this.table = this.panes.get(this.end);
    if (!this.table) this.panes.set(this.end, (this.table = this.fold.newTable()));
    return this.table;
  }

  /** Gives the groups of all windows that end before `w`, by their end. */
  close(w: Ticks, leave: (table: GroupTable, end: Ticks) => void): void {
    if (this.panes.size === 0) return;
    const ends = [...this.panes.keys()].sort((a, b) => a - b);
    if (this.windows.hop === 0 || this.windows.hop === this.windows.size) {
      for (const end of ends) if (end < w) leave(this.takePane(end), end);
    } else {
      for (let end = this.nextEnd(ends); end !== undefined && end < w; end = this.nextEnd(ends)) leave(this.closeHop(end, ends), end);
    }
  }

  private takePane(end: Ticks): GroupTable {
    const table = this.panes.get(end) as GroupTable;
    this.panes.delete(end);
    if (this.end === end) this.table = undefined;
    return table;
  }

  /** The first window that is not closed yet and has a pane. */
  private nextEnd(panes: readonly Ticks[]): Ticks | undefined {
    const { hop, size, firstEnd } = this.windows;
    for (const pane of panes) {
      const end = Math.max(firstEnd(pane), this.closed + hop);
      if (end - size < pane) return end;
    }
    return undefined;
  }

  private closeHop(end: Ticks, ends: Ticks[]): GroupTable {
    const start = end - this.windows.size;
    const content = this.sums.between(start, end, { ends, panes: this.panes });
    this.closed = end;
    while (ends[0] !== undefined && ends[0] <= start + this.windows.hop) this.takePane(ends.shift() as Ticks);
    return content;
  }

  snapshot(blocks?: NewBlocks): unknown {
    return [this.closed === -Infinity ? null : this.closed, [...this.panes].map(([pane, table]) => [pane, table.snapshot(blocks)])];
  }

  restore(data: unknown, blocks?: Blocks): void {
    const [closed, panes] = data as [number | null, [number, unknown][]];
    this.closed = closed ?? -Infinity;
    this.table = undefined;
    this.sums.forget();
    this.panes = new Map(
      panes.map(([pane, snapshot]) => {
        const table = this.fold.newTable();
        table.restore(snapshot, blocks);
        return [pane, table];
      }),
    );
  }
}
