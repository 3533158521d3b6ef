import type { Ticks } from '../../values/value';
import type { GroupTable } from './group-table';

/**
 * Sums of the panes of a hopping window, so that a window costs two or three merges of tables however many panes it has. A queue of two stacks: `older` has the sum of
 * each of the older panes with all that follow it up to `middle`, `newer` the sum of those behind. When the older ones are used up, the newer become them.
 *
 *     panes a b c d, window of four:  older [abcd, bcd, cd, d], newer –
 *     next window, pane e:            older [     bcd, cd, d], newer e      →  bcd + e
 *     next window, pane f:            older [          cd, d], newer ef     →  cd + ef
 *
 * Windows are asked for in order, and a pane does not change any more when a window that it lies in is asked for. Nothing here is state: it is made of the panes, and made
 * again when it is not there.
 */
export class PaneSums {
  /** By pane that each sum begins with; the oldest, which is the first to go, is the last. */
  private older: { pane: Ticks; sum: GroupTable }[] = [];
  private newer: GroupTable | undefined;
  /** The end of the window asked for last. */
  private last: Ticks = -Infinity;

  constructor(private readonly newTable: () => GroupTable) {}

  forget(): void {
    this.older = [];
    this.newer = undefined;
    this.last = -Infinity;
  }

  /** All groups of the panes that end in (start, end]; nobody may change the table. `ends`: of all panes that there are, in order. */
  between(start: Ticks, end: Ticks, { ends, panes }: { ends: readonly Ticks[]; panes: ReadonlyMap<Ticks, GroupTable> }): GroupTable {
    const { older } = this;
    while (older.length > 0 && (older[older.length - 1] as { pane: Ticks }).pane <= start) older.pop();
    const isNewer = (pane: Ticks): boolean => pane > start && pane <= end && (older.length === 0 || pane > this.last);
    const added = ends.filter(isNewer);
    this.last = end;
    if (older.length === 0) return this.turn(added, panes);
    this.newer ??= this.newTable();
    for (const pane of added) this.newer.merge(panes.get(pane) as GroupTable);
    return this.sum((older[older.length - 1] as { sum: GroupTable }).sum, this.newer);
  }

  /** All panes of the window become the older ones. */
  private turn(inside: readonly Ticks[], panes: ReadonlyMap<Ticks, GroupTable>): GroupTable {
    this.newer = undefined;
    let sum: GroupTable | undefined;
    for (const pane of [...inside].reverse()) {
      const own = panes.get(pane) as GroupTable;
      sum = sum ? this.sum(own, sum) : own;
      this.older.push({ pane, sum });
    }
    return sum ?? this.newTable();
  }

  private sum(a: GroupTable, b: GroupTable): GroupTable {
    const sum = this.newTable();
    sum.merge(a);
    sum.merge(b);
    return sum;
  }
}
