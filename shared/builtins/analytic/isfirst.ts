import { alignUp } from '../windows/alignment';
import type { Ticks } from '../../values/value';
import type { AnalyticSettings, AnalyticState } from './analytic';

/** ISFIRST(unit, n): 1 for the first event of an interval, which are the tumbling windows of that length; events that fail WHEN get 0. */
export function isfirst({ limit }: AnalyticSettings): AnalyticState {
  let seen = new Map<string, Ticks>();
  return {
    next: (row) => {
      const end = alignUp(row.t, limit);
      if (!row.counts || seen.get(row.key) === end) return 0;
      seen.set(row.key, end);
      return 1;
    },
    expire: (w) => {
      for (const [key, end] of seen) if (end < w) seen.delete(key);
    },
    snapshot: () => [...seen],
    restore: (data) => (seen = new Map(data as [string, Ticks][])),
  };
}
