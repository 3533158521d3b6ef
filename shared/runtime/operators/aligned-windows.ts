import type { AlignedWindows } from '../../builtins/windows/aligned';
import type { Ticks } from '../../values/value';
import type { Row } from '../row';
import type { GroupFold, Groups } from './group-fold';

/** Tumbling, hopping and snapshot windows: rows are folded at once into panes, a window is closed when the watermark has passed its end. */
export class AlignedWindowsState {
  private panes = new Map<Ticks, Groups>();
  /** The last window end that was closed; -Infinity before the first. */
  private closed: Ticks = -Infinity;

  constructor(
    private readonly windows: AlignedWindows,
    private readonly fold: GroupFold,
    private readonly index: number,
  ) {}

  add(row: Row): void {
    const pane = this.windows.paneOf(row.t);
    let groups = this.panes.get(pane);
    if (!groups) this.panes.set(pane, (groups = new Map()));
    this.fold.add(groups, row);
  }

  /** The rows of all windows that end before `w`, by their end. */
  close(w: Ticks): Row[] {
    const rows: Row[] = [];
    const ends = [...this.panes.keys()].sort((a, b) => a - b);
    if (this.windows.hop === 0 || this.windows.hop === this.windows.size) {
      for (const end of ends) if (end < w) rows.push(...this.closePane(end));
    } else {
      for (let end = this.nextEnd(ends); end !== undefined && end < w; end = this.nextEnd(ends)) rows.push(...this.closeHop(end, ends));
    }
    return rows;
  }

  private closePane(end: Ticks): Row[] {
    const groups = this.panes.get(end) as Groups;
    this.panes.delete(end);
    return this.fold.rows(groups, end, this.index);
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
    const merged: Groups = new Map();
    for (const pane of ends) if (pane > start && pane <= end) this.fold.mergeInto(merged, this.panes.get(pane) as Groups);
    this.closed = end;
    while (ends[0] !== undefined && ends[0] <= start + this.windows.hop) this.panes.delete(ends.shift() as Ticks);
    return this.fold.rows(merged, end, this.index);
  }

  snapshot(): unknown {
    return [this.closed === -Infinity ? null : this.closed, [...this.panes].map(([pane, groups]) => [pane, this.fold.encode(groups)])];
  }

  restore(data: unknown): void {
    const [closed, panes] = data as [number | null, [number, unknown][]];
    this.closed = closed ?? -Infinity;
    this.panes = new Map(panes.map(([pane, groups]) => [pane, this.fold.decode(groups)]));
  }
}
