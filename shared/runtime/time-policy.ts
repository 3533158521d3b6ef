import type { TimePolicy } from '../program';
import { TICKS_PER_SECOND } from '../values/ticks';
import type { Ticks } from '../values/value';

/** What the stateless part of the time policy makes of an event (reference: "time skew policies", early and late arrival). */
export type ArrivalVerdict = { kind: 'ok'; t: Ticks; late: boolean } | { kind: 'drop'; reason: 'early' | 'late' };

/** Applies only to events with TIMESTAMP BY. Exactly at a bound is tolerated. */
export function judgeArrival(t: Ticks, arrival: Ticks, policy: TimePolicy): ArrivalVerdict {
  if (policy.early !== 'unlimited' && t - arrival > policy.early) return { kind: 'drop', reason: 'early' };
  if (policy.late === 'unlimited' || arrival - t <= policy.late) return { kind: 'ok', t, late: false };
  return policy.action === 'drop' ? { kind: 'drop', reason: 'late' } : { kind: 'ok', t: arrival - policy.late, late: true };
}

const DEFAULT_LATE = 5 * TICKS_PER_SECOND;

/** The stateful part, per scan and partition: the watermark, and what becomes of rows below it. */
export class OrderPolicy {
  private max: Ticks = -Infinity;
  private arrival: Ticks = -Infinity;
  private ticked: Ticks = -Infinity;
  private readonly byKey = new Map<string, Ticks>();

  constructor(
    private readonly policy: TimePolicy,
    /** Without TIMESTAMP BY rows come in order of arrival and no tolerance applies. */
    private readonly hasTimestamp: boolean,
    private readonly substreams: boolean,
  ) {}

  private get tolerance(): Ticks {
    return this.hasTimestamp ? this.policy.outOfOrder : 0;
  }

  /** No row below this will be accepted with its own time. */
  get watermark(): Ticks {
    const late = this.policy.late === 'unlimited' ? Infinity : this.policy.late;
    const seen = this.substreams ? this.arrival - late : this.max - this.tolerance;
    return Math.max(Number.isNaN(seen) ? -Infinity : seen, this.ticked);
  }

  /** The time a row gets; undefined when it is dropped. `max` is the highest event time up to and including the row. */
  judge(t: Ticks, max: Ticks, key: string | undefined): Ticks | undefined {
    const floor = this.floorFor(max, key);
    if (key !== undefined) this.byKey.set(key, Math.max(this.byKey.get(key) ?? -Infinity, t));
    this.max = Math.max(this.max, max);
    if (t >= floor) return t;
    return this.policy.action === 'drop' && this.hasTimestamp ? undefined : floor;
  }

  /**
   * Judges rows in order, as {@link judge} does, when each of them keeps its time; false, with nothing changed, when one may not. `max`: the highest event time up to and including each; default:
   * that of the rows.
   */
  keepsAll(times: readonly Ticks[], max: readonly Ticks[] = times): boolean {
    if (this.substreams) return false;
    const { tolerance, ticked } = this;
    let highest = this.max;
    for (let i = 0; i < times.length; i++) {
      const t = times[i] as Ticks;
      if ((max[i] as Ticks) > highest) highest = max[i] as Ticks;
      if (t < highest - tolerance || t < ticked) return false;
    }
    this.max = highest;
    return true;
  }

  private floorFor(max: Ticks, key: string | undefined): Ticks {
    const own = key === undefined ? Math.max(this.max, max) : (this.byKey.get(key) ?? -Infinity);
    return Math.max(own - this.tolerance, this.ticked, this.substreams ? this.watermark : -Infinity);
  }

  /** Events of a delivery that left no row also move time on. */
  observe(max: Ticks | null, arrival: Ticks | null): void {
    this.max = Math.max(this.max, max ?? -Infinity);
    this.arrival = Math.max(this.arrival, arrival ?? -Infinity);
  }

  /** Time moved on by the clock while the partition is quiet; never back. */
  tick(w: Ticks): void {
    this.ticked = Math.max(this.ticked, w);
  }

  copy(): OrderPolicy {
    const copy = new OrderPolicy(this.policy, this.hasTimestamp, this.substreams);
    copy.restore(this.snapshot());
    return copy;
  }

  snapshot(): unknown {
    return [...[this.max, this.arrival, this.ticked].map((t) => (t === -Infinity ? null : t === Infinity ? 'end' : t)), [...this.byKey]];
  }

  restore(data: unknown): void {
    const [max, arrival, ticked, keys] = data as [...(number | string | null)[], [string, number][]];
    [this.max, this.arrival, this.ticked] = [max, arrival, ticked].map((t) => (t === 'end' ? Infinity : ((t as number | null) ?? -Infinity))) as [number, number, number];
    for (const [key, t] of keys as [string, number][]) this.byKey.set(key, t);
  }
}

/** The lateness that the clock allows for before it calls a quiet partition past: the job's, or 5 s when the job has no limit. */
export function clockLateness(policy: TimePolicy): Ticks {
  return policy.late === 'unlimited' ? DEFAULT_LATE : policy.late;
}
