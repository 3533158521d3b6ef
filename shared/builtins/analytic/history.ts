import { decodeValue, encodeValue } from '../../values/codec';
import type { SqlValue, Ticks } from '../../values/value';

/** What an analytic function remembers of one earlier event. */
export interface Moment {
  t: Ticks;
  value: SqlValue;
  order: readonly SqlValue[];
}

/** Earlier events by partition key, oldest first. Only those younger than the limit count: (t - limit, t]. */
export class History {
  private moments = new Map<string, Moment[]>();

  constructor(private readonly limit: Ticks) {}

  /** The events that still count at `t`. */
  at(key: string, t: Ticks): Moment[] {
    const list = this.moments.get(key);
    if (!list) return [];
    let old = 0;
    while (old < list.length && (list[old] as Moment).t <= t - this.limit) old++;
    if (old > 0) list.splice(0, old);
    return list;
  }

  /** `most`: how many are of any use; older ones are dropped. */
  add(key: string, moment: Moment, most: number): void {
    const list = this.moments.get(key);
    if (!list) this.moments.set(key, [moment]);
    else if (list.push(moment) > most) list.shift();
  }

  /** Drops keys whose last event does not count any more at `w`. */
  expire(w: Ticks): void {
    for (const [key, list] of this.moments) if ((list[list.length - 1]?.t ?? -Infinity) <= w - this.limit) this.moments.delete(key);
  }

  snapshot(): unknown {
    return [...this.moments].map(([key, list]) => [key, list.map((m) => [m.t, encodeValue(m.value), m.order.map(encodeValue)])]);
  }

  restore(data: unknown): void {
    const entries = data as [string, [number, unknown, unknown[]][]][];
    this.moments = new Map(entries.map(([key, list]) => [key, list.map(([t, value, order]) => ({ t, value: decodeValue(value), order: order.map(decodeValue) }))]));
  }
}
