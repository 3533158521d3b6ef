import { Deadlines } from '../../values/deadlines';
import type { Ticks } from '../../values/value';

/** What an analytic function keeps by partition key, until it counts no more. Only keys whose time may have come are looked at. */
export class Keyed<S> {
  private states = new Map<string | number, S>();
  private deadlines = new Deadlines<string | number>();

  constructor(
    /** From when on a state counts no more; it may move on while the state is used. */
    private readonly until: (state: S) => Ticks,
  ) {}

  get(key: string | number): S | undefined {
    return this.states.get(key);
  }

  /** Adds the state of a new key. */
  add(key: string | number, state: S): void {
    this.states.set(key, state);
    this.deadlines.add(this.until(state), key);
  }

  expire(w: Ticks): void {
    const { deadlines, states } = this;
    while (deadlines.next <= w) {
      const key = deadlines.take();
      const until = this.until(states.get(key) as S);
      if (until <= w) states.delete(key);
      else deadlines.add(until, key);
    }
  }

  entries(): [string | number, S][] {
    return [...this.states];
  }

  restore(entries: Iterable<readonly [string | number, S]>): void {
    this.states = new Map();
    this.deadlines = new Deadlines();
    for (const [key, state] of entries) this.add(key, state);
  }
}
