import type { Ticks } from './value';

/** Things to look at again at a time, the earliest first: a binary heap. Who is only due later when looked at is added again. */
export class Deadlines<T> {
  private readonly times: Ticks[] = [];
  private readonly things: T[] = [];

  add(at: Ticks, thing: T): void {
    const { times, things } = this;
    let i = times.length;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if ((times[parent] as Ticks) <= at) break;
      times[i] = times[parent] as Ticks;
      things[i] = things[parent] as T;
      i = parent;
    }
    times[i] = at;
    things[i] = thing;
  }

  /** When the earliest is due; NaN, which is before nothing, when there is none. */
  get next(): Ticks {
    return this.times.length > 0 ? (this.times[0] as Ticks) : NaN;
  }

  /** Takes out the earliest; there must be one. */
  take(): T {
    const { times, things } = this;
    const first = things[0] as T;
    const at = times.pop() as Ticks;
    const thing = things.pop() as T;
    const size = times.length;
    if (size === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= size) break;
      if (child + 1 < size && (times[child + 1] as Ticks) < (times[child] as Ticks)) child++;
      if ((times[child] as Ticks) >= at) break;
      times[i] = times[child] as Ticks;
      things[i] = things[child] as T;
      i = child;
    }
    times[i] = at;
    things[i] = thing;
    return first;
  }
}
