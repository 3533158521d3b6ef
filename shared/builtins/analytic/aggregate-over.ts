import { createAggregate } from '../aggregates/registry';
import type { AnalyticSettings, AnalyticState } from './analytic';
import { History } from './history';

/** An aggregate over the events of the last while, this one included if it satisfies WHEN. */
export function aggregateOver({ name, limit, options }: AnalyticSettings): AnalyticState {
  const history = new History(limit);
  const algebra = createAggregate(name, options);
  return {
    check: (row) => {
      algebra.add(algebra.init(), row.value, row.t, row.order);
    },
    next: (row) => {
      if (row.counts) history.add(row, Infinity);
      const moments = history.at(row.key, row.t);
      return algebra.result(moments.reduce((state, m) => algebra.add(state, m.value, m.t, m.order), algebra.init()));
    },
    expire: (w) => history.expire(w),
    snapshot: () => history.snapshot(),
    restore: (data) => history.restore(data),
  };
}
