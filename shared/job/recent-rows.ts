import type { OutputBatch } from '../event';
import { toPlain } from '../values/json';
import { formatDateTime } from '../values/ticks';
import type { Ticks } from '../values/value';

/** One row as `GET /api/results/{output}` shows it. */
export interface RecentRow {
  /** The row's time, System.Timestamp(): for a row of a window, the window's end. */
  time: string;
  id: string;
  row: unknown;
}

const LIMIT = 200;

/** The rows of one output that this process wrote last. A row that comes again replaces itself. */
export class RecentRows {
  private readonly rows = new Map<string, { t: Ticks; shown: RecentRow }>();
  /** Time of the latest row that was written. */
  lastTime: Ticks | undefined;

  add(batches: readonly OutputBatch[]): void {
    for (const { rows } of batches) {
      // Of a long batch only the end can be seen.
      for (const { id, t, values } of rows.slice(-LIMIT)) {
        this.rows.delete(id);
        this.rows.set(id, { t, shown: { time: formatDateTime(t), id, row: toPlain(values) } });
      }
      for (const { t } of rows) this.lastTime = Math.max(this.lastTime ?? t, t);
    }
    for (const id of this.rows.keys()) {
      if (this.rows.size <= LIMIT) break;
      this.rows.delete(id);
    }
  }

  /** The latest first. */
  latest(limit: number): RecentRow[] {
    return [...this.rows.values()]
      .reverse()
      .sort((a, b) => b.t - a.t)
      .slice(0, limit)
      .map(({ shown }) => shown);
  }
}
