import { alignUp } from '../windows/alignment';
import type { Ticks } from '../../values/value';
import type { AnalyticSettings, AnalyticState } from './analytic';
import { Keyed } from './keyed';

/** ISFIRST(unit, n): 1 for the first event of an interval, which are the tumbling windows of that length; events that fail WHEN get 0. */
export function isfirst({ limit }: AnalyticSettings): AnalyticState {
  const seen = new Keyed<{ end: Ticks }>(({ end }) => end + 1);
  return {
    next: (row) => {
      const end = alignUp(row.t, limit);
      const state = seen.get(row.key);
      if (!row.counts || state?.end === end) return 0;
      if (state) state.end = end;
      else seen.add(row.key, { end });
      return 1;
    },
    expire: (w) => seen.expire(w),
    snapshot: () => seen.entries().map(([key, { end }]) => [key, end]),
    restore: (data) => seen.restore((data as [string | number, Ticks][]).map(([key, end]) => [key, { end }])),
  };
}
