import { decodeValue, encodeValue } from '../../values/codec';
import type { SqlValue, Ticks } from '../../values/value';
import type { AnalyticRow } from './analytic';
import { Keyed } from './keyed';

/** What an analytic function remembers of one earlier event. */
export interface Moment {
  t: Ticks;
  value: SqlValue;
  order: readonly SqlValue[];
}

/** Earlier events by partition key, oldest first. Only those younger than the limit count: (t - limit, t]. */
export class History {
  private readonly keyed: Keyed<Moment[]>;

  constructor(private readonly limit: Ticks) {
    this.keyed = new Keyed((moments) => (moments[moments.length - 1]?.t ?? -Infinity) + limit);
  }

  /** The events of a key that still count at `t`. */
  at(key: AnalyticRow['key'], t: Ticks): readonly Moment[] {
    const list = this.keyed.get(key);
    if (!list) return NONE;
    let old = 0;
    while (old < list.length && (list[old] as Moment).t <= t - this.limit) old++;
    if (old > 0) list.splice(0, old);
    return list;
  }

  /** `most`: how many are of any use; older ones are dropped. */
  add({ key, t, value, order }: AnalyticRow, most: number): void {
    const list = this.keyed.get(key);
    if (!list) this.keyed.add(key, [{ t, value, order }]);
    else if (list.length < most) list.push({ t, value, order });
    else {
      const moment = (list.length === 1 ? list[0] : list.shift()) as Moment;
      moment.t = t;
      moment.value = value;
      moment.order = order;
      if (list.length < most) list.push(moment);
    }
  }

  expire(w: Ticks): void {
    this.keyed.expire(w);
  }

  snapshot(): unknown {
    return this.keyed.entries().map(([key, list]) => [key, list.map((m) => [m.t, encodeValue(m.value), m.order.map(encodeValue)])]);
  }

  restore(data: unknown): void {
    const entries = data as [string | number, [number, unknown, unknown[]][]][];
    this.keyed.restore(entries.map(([key, list]) => [key, list.map(([t, value, order]) => ({ t, value: decodeValue(value), order: order.map(decodeValue) }))]));
  }
}

const NONE: readonly Moment[] = [];
