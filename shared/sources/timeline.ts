import { TICKS_PER_SECOND } from '../values/ticks';
import type { Ticks } from '../values/value';

/** One state of reference data. */
export interface Snapshot {
  path: string;
  /** The time in its path. */
  time: Ticks;
  /** The event time from which on it is used. */
  from: Ticks;
}

const MINUTE = 60 * TICKS_PER_SECOND;
/** How far the clock that dates blobs and the one that starts scans may be apart. */
const CLOCK_SKEW = 10 * TICKS_PER_SECOND;

/**
 * When a blob is used: from the time in its path; but when it came too late for that, from the first scan, at a full minute, that was sure to find
 * it. So it is a function of the blob alone: whoever looks at a time again later finds the same snapshot.
 */
export function effectiveFrom(time: Ticks, created: Ticks): Ticks {
  return Math.max(time, (Math.floor((created + CLOCK_SKEW) / MINUTE) + 1) * MINUTE);
}

/**
 * Which snapshot holds at a time: of those in effect the one whose path says the latest, so that one for an earlier time that comes later is
 * never gone back to. Before the first is in effect it holds already: a job starts with what is there.
 */
export class Timeline<S extends Snapshot = Snapshot> {
  /** In order of `from`, each with a later time in its path than those before. */
  private readonly steps: S[] = [];

  constructor(snapshots: readonly S[]) {
    for (const snapshot of [...snapshots].sort((a, b) => a.from - b.from || b.time - a.time)) {
      const last = this.steps[this.steps.length - 1];
      if (!last || snapshot.time > last.time) this.steps.push(snapshot);
    }
  }

  /** undefined when there is none, or the first is not in effect `now` yet. */
  at(t: Ticks, now: Ticks): S | undefined {
    let low = 0;
    let high = this.steps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.steps[middle] as S).from <= t) low = middle + 1;
      else high = middle;
    }
    if (low > 0) return this.steps[low - 1];
    const first = this.steps[0];
    return first && first.from <= Math.max(now, t) ? first : undefined;
  }
}
