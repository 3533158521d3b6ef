import type { AnalyticSettings, AnalyticState } from './analytic';
import { History } from './history';

/**
 * LAG: the value of the offset-th event before this one; LAST (offset 0): of the latest, this one included. Only events that satisfy WHEN
 * count. Without such an event the default; when the event's value is NULL, NULL.
 */
export function lag({ offset, limit }: AnalyticSettings): AnalyticState {
  const history = new History(limit);
  return {
    next: (row) => {
      if (offset === 0 && row.counts) history.add(row, 1);
      const known = history.at(row.key, row.t);
      const found = known[known.length - Math.max(1, offset)];
      const result = found ? found.value : row.fallback;
      if (offset > 0 && row.counts) history.add(row, offset);
      return result;
    },
    expire: (w) => history.expire(w),
    snapshot: () => history.snapshot(),
    restore: (data) => history.restore(data),
  };
}
