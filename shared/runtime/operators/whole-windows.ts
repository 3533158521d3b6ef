import type { AlignedWindows } from '../../builtins/windows/aligned';
import type { Ticks } from '../../values/value';
import type { Row } from '../row';
import type { GroupFold, WindowResults } from './group-fold';
import { Groups } from './groups';

/**
 * Tumbling, hopping and snapshot windows of aggregates that cannot be merged: no panes are shared, each row is added to every window that it lies in. Rows come in order of
 * time, which a user-defined aggregate may depend on.
 */
export class WholeWindowsState {
  /** By window end. */
  private windows = new Map<Ticks, Groups>();

  constructor(
    private readonly aligned: AlignedWindows,
    private readonly fold: GroupFold,
    private readonly results: WindowResults,
  ) {}

  /** Rows come in order of time. */
  add(row: Row): void {
    for (const end of this.endsFor(row.t)) this.fold.tryAdd(this.groupsOf(end), row);
  }

  /** Makes the rows of the windows that end before `w`. */
  advance(w: Ticks): void {
    const closed = [...this.windows.keys()].filter((end) => end < w).sort((a, b) => a - b);
    for (const end of closed) {
      const groups = this.windows.get(end) as Groups;
      this.windows.delete(end);
      this.fold.rows(groups, end, '', this.results);
    }
  }

  private endsFor(t: Ticks): Ticks[] {
    const { size, hop, firstEnd } = this.aligned;
    if (hop === 0) return [t];
    const ends: Ticks[] = [];
    for (let end = firstEnd(t); end - size < t; end += hop) ends.push(end);
    return ends;
  }

  private groupsOf(end: Ticks): Groups {
    let groups = this.windows.get(end);
    if (!groups) this.windows.set(end, (groups = new Groups()));
    return groups;
  }

  snapshot(): unknown {
    return [...this.windows].map(([end, groups]) => [end, this.fold.encode(groups)]);
  }

  restore(data: unknown): void {
    this.windows = new Map((data as [number, unknown][]).map(([end, groups]) => [end, this.fold.decode(groups)]));
  }
}
