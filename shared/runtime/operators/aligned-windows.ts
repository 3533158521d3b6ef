import type { AlignedWindows } from '../../builtins/windows/aligned';
import type { Registers } from '../../program';
import type { Ticks } from '../../values/value';
import type { Row } from '../row';
import type { GroupTable } from './group-table';
import type { PaneFold } from './pane-fold';

/** Tumbling, hopping and snapshot windows: rows are folded at once into panes, a window is closed when the watermark has passed its end. */
export class AlignedWindowsState {
  private panes = new Map<Ticks, GroupTable>();
  /** The pane that was used last, and its end. */
  private table: GroupTable | undefined;
  private end: Ticks = -Infinity;
  /** The last window end that was closed; -Infinity before the first. */
  private closed: Ticks = -Infinity;

  constructor(
    private readonly windows: AlignedWindows,
    private readonly fold: PaneFold,
    private readonly index: number,
  ) {}

  add(r: Registers, t: Ticks): void {
    const isSame = this.table !== undefined && (t === this.end || (t < this.end && t > this.end - this.windows.pane));
    this.fold.add(isSame ? (this.table as GroupTable) : this.tableAt(t), r, t);
  }

  private tableAt(t: Ticks): GroupTable {
    this.end = this.windows.paneOf(t);
    this.table = this.panes.get(this.end);
    if (!this.table) this.panes.set(this.end, (this.table = this.fold.newTable()));
    return this.table;
  }

  /** The rows of all windows that end before `w`, by their end. */
  close(w: Ticks): Row[] {
    if (this.panes.size === 0) return [];
    const rows: Row[] = [];
    const ends = [...this.panes.keys()].sort((a, b) => a - b);
    if (this.windows.hop === 0 || this.windows.hop === this.windows.size) {
      for (const end of ends) if (end < w) for (const row of this.closePane(end)) rows.push(row);
    } else {
      for (let end = this.nextEnd(ends); end !== undefined && end < w; end = this.nextEnd(ends)) for (const row of this.closeHop(end, ends)) rows.push(row);
    }
    return rows;
  }

  private closePane(end: Ticks): Row[] {
    const table = this.panes.get(end) as GroupTable;
    this.forget(end);
    return this.fold.rows(table, end, this.index);
  }

  private forget(end: Ticks): void {
    this.panes.delete(end);
    if (this.end === end) this.table = undefined;
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

  private closeHop(end: Ticks, ends: Ticks[]): Row[] {
    const start = end - this.windows.size;
    const merged = this.fold.newTable();
    for (const pane of ends) if (pane > start && pane <= end) merged.merge(this.panes.get(pane) as GroupTable);
    this.closed = end;
    while (ends[0] !== undefined && ends[0] <= start + this.windows.hop) this.forget(ends.shift() as Ticks);
    return this.fold.rows(merged, end, this.index);
  }

  snapshot(): unknown {
    return [this.closed === -Infinity ? null : this.closed, [...this.panes].map(([pane, table]) => [pane, table.snapshot()])];
  }

  restore(data: unknown): void {
    const [closed, panes] = data as [number | null, [number, unknown][]];
    this.closed = closed ?? -Infinity;
    this.table = undefined;
    this.panes = new Map(
      panes.map(([pane, snapshot]) => {
        const table = this.fold.newTable();
        table.restore(snapshot);
        return [pane, table];
      }),
    );
  }
}
