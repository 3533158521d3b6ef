import { WeirError } from '../errors';

/** Something that covers the positions `first..last` of a source. */
export interface Positioned {
  first: number;
  last: number;
  /** The first position that the source can still give. */
  begin?: number;
  /** The first of the positions right before `first` that the source does not have, and never will (a compacted hub). */
  absent?: number;
}

/** How many deliveries may wait for one that comes before them. */
const MAX_HELD = 2_000;

/** The most that the time between two looks at the inbox counts as waiting, in ms. While a hub has events the clock makes an entity look more often. */
const LONGEST_STEP = 60_000;

/**
 * The contiguous inbox (docs/architecture.md, rule 1): deliveries of one source come more than once, overlap and overtake each other; what comes
 * out is every position once, in order. A gap that cannot fill any more is stepped over and counted.
 */
export class Inbox<D extends Positioned> {
  /** The next position to apply; undefined until the source's first is known. */
  next: number | undefined;
  /** Positions that were stepped over because they are gone. */
  gap = 0;
  private held: D[] = [];
  /** When the oldest held delivery began to wait, in ms, and when it was last looked at. */
  private since: number | undefined;
  private seen: number | undefined;

  constructor(
    /** The first position of a source that starts at a known one. */
    start: number | undefined,
    private readonly gapTimeoutMs: number,
  ) {
    this.next = start;
  }

  get heldCount(): number {
    return this.held.length;
  }

  /** What waits, without overlaps: each delivery with the first position that no other one before it covers. */
  *waiting(): Generator<{ delivery: D; from: number }> {
    let next = this.next ?? 0;
    for (const delivery of this.held) {
      const from = Math.max(delivery.first, next);
      if (from <= delivery.last) yield { delivery, from };
      next = Math.max(next, delivery.last + 1);
    }
  }

  /** Takes a delivery and gives those that can be applied now, each with the position to apply it from. */
  accept(delivery: D, nowMs: number): { delivery: D; from: number }[] {
    this.next ??= Math.min(delivery.begin ?? delivery.first, delivery.first);
    if (delivery.last >= this.next) {
      if (this.held.length >= MAX_HELD) throw new WeirError('inbox-full', `${MAX_HELD} deliveries wait for position ${this.next}; the next one is refused until it comes`, 'retry');
      this.held.push(delivery);
      this.held.sort((a, b) => a.first - b.first || b.last - a.last);
    }
    const lost = delivery.begin !== undefined && delivery.begin > this.next ? delivery.begin : undefined;
    if (lost !== undefined) this.stepTo(lost);
    return this.ready(nowMs);
  }

  /** What can be applied now. What has waited for missing positions long enough is applied without them. */
  ready(nowMs: number): { delivery: D; from: number }[] {
    this.forgetPause(nowMs);
    const ready = this.drain();
    if (ready.length === 0 && this.held.length > 0 && this.since !== undefined && nowMs - this.since >= this.gapTimeoutMs) {
      this.stepTo((this.held[0] as D).first);
      ready.push(...this.drain());
    }
    this.since = this.held.length === 0 ? undefined : ready.length > 0 ? nowMs : (this.since ?? nowMs);
    return ready;
  }

  /** What is missing could not come while nothing was taken: the app was stopped, or an output was down. That time is no waiting. */
  private forgetPause(nowMs: number): void {
    const pause = nowMs - (this.seen ?? nowMs);
    if (this.since !== undefined && pause > LONGEST_STEP) this.since += pause - LONGEST_STEP;
    this.seen = nowMs;
  }

  /** Never over what is held: that can still be applied. */
  private stepTo(position: number): void {
    const target = Math.min(position, this.held[0]?.first ?? position);
    if (target <= (this.next as number)) return;
    this.gap += target - (this.next as number);
    this.next = target;
  }

  private drain(): { delivery: D; from: number }[] {
    const ready: { delivery: D; from: number }[] = [];
    while (this.held[0] && (this.held[0].absent ?? this.held[0].first) <= (this.next as number)) {
      this.stepTo(this.held[0].first);
      const delivery = this.held.shift() as D;
      if (delivery.last < (this.next as number)) continue;
      ready.push({ delivery, from: this.next as number });
      this.next = delivery.last + 1;
    }
    return ready;
  }

  snapshot(): unknown {
    return [this.next ?? null, this.gap, this.held, this.since ?? null, ...(this.since === undefined ? [] : [this.seen])];
  }

  restore(data: unknown): void {
    const [next, gap, held, since, seen] = data as [number | null, number, D[], number | null, number?];
    this.next = next ?? undefined;
    this.gap = gap;
    this.held = held;
    this.since = since ?? undefined;
    this.seen = seen;
  }
}
