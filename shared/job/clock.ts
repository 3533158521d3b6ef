import { WeirError } from '../errors';
import type { Plan, TimePolicy } from '../program';
import type { Signal } from '../runtime/entity';
import type { Tick } from '../runtime/partition';
import { clockLateness } from '../runtime/time-policy';
import type { PartitionBounds, SourceProperties } from '../sources/source';
import { fromUnixMs, TICKS_PER_SECOND, toUnixMs } from '../values/ticks';
import type { Ticks } from '../values/value';

const MINUTE = 60 * TICKS_PER_SECOND;
/** How far ahead events are taken to be when the job sets no limit. */
const DEFAULT_EARLY = 5 * MINUTE;
/** By how much this clock may be ahead of the hub's: an event that comes now can be that much older than it seems. */
const CLOCK_SKEW = 2 * TICKS_PER_SECOND;

export interface ClockInput {
  name: string;
  source: SourceProperties;
}

/** What one round of the clock sends, and why inputs were left out: their service does not answer. */
export interface ClockRound {
  signals: Signal[];
  failures: unknown[];
  /** Once these signals have been sent nothing is left that could be closed: no other round is needed before an event comes. */
  isOver: boolean;
  /** Until when the events that have come keep something open, ms since 1970; -Infinity: none ever came. */
  activeUntilMs: number;
}

/**
 * Moves time on in quiet partitions: the watermark becomes now − the late tolerance, for an event that comes from now on cannot be older than that.
 * Each tick names the last event that was enqueued, and takes effect in the entity when that one has been applied, so a backlog is never called late.
 *
 * Once nothing at all has come for longer than any operator looks back, one more round closes all there is: the last one is over, however late it is, and it is
 * for the caller to see to it that one is sent.
 *
 * Where events may be as late as they like, a quiet partition can still get old ones, for instance from a replay that reaches it last. So time moves on only
 * when all partitions are quiet.
 *
 * An input whose service does not answer is left out: what a tick says of a partition depends on no other input. It counts as one that may have got events.
 */
export async function quietTicks(inputs: readonly ClockInput[], { plan, policy }: { plan: Plan; policy: TimePolicy }, nowMs: number): Promise<ClockRound> {
  const now = fromUnixMs(nowMs);
  // Read after `now` was taken: whatever comes later than the bounds was enqueued later than `now`.
  const asked = await Promise.allSettled(inputs.map(async ({ name, source }) => ({ name, ...(await boundsOf(source)) })));
  const hubs = asked.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  const failures = asked.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []));
  const newest = failures.length > 0 ? now : Math.max(...hubs.flatMap(({ bounds }) => bounds.map(({ lastEnqueued }) => lastEnqueued ?? -Infinity)));
  const activeUntil = newest + activeFor(plan, policy);
  if (newest === -Infinity) return { failures, signals: [], isOver: true, activeUntilMs: -Infinity };
  const round = { failures, isOver: now > activeUntil, activeUntilMs: toUnixMs(activeUntil) };
  const watermark = now - clockLateness(policy) - CLOCK_SKEW;
  if (policy.late === 'unlimited' && newest > watermark) return { ...round, signals: [] };
  // A partition that got an event since then is further than a tick would bring it.
  const signals = hubs.flatMap(({ name, bounds, made }) =>
    bounds
      .filter(({ lastEnqueued }) => lastEnqueued === undefined || lastEnqueued <= watermark)
      .map((bound): Signal => ({ address: { entity: 'partition', input: name, partition: bound.partition }, operation: 'tick', input: tick(bound, { watermark, partitions: bounds.length, epoch: made }) })),
  );
  return { ...round, signals };
}

/** For who sends rounds on and on, alarm or not: the last one of an idle time is sent once by each process, for none can know whether another has. */
export class RoundsSent {
  private overMs: number | undefined;

  /** Sends what the round is for, unless one after it that is over was sent. Rejects when `send` does, and sends again the next time. */
  async send({ signals, isOver, activeUntilMs }: ClockRound, send: (signals: Signal[]) => Promise<void>): Promise<void> {
    if (isOver && activeUntilMs === this.overMs) return;
    await send(signals);
    this.overMs = isOver ? activeUntilMs : undefined;
  }
}

/** How long after the last event time is still moved on: until every window that it can be in has closed, and a minute. */
function activeFor({ horizon }: Plan, policy: TimePolicy): Ticks {
  return horizon + (policy.early === 'unlimited' ? DEFAULT_EARLY : policy.early) + clockLateness(policy) + CLOCK_SKEW + policy.outOfOrder + MINUTE;
}

/** Events that have expired unread will not come any more, so an empty partition waits for none. */
function tick(bounds: PartitionBounds, hub: Omit<Tick, 'lastSequenceNumber'>): Tick {
  return { ...hub, lastSequenceNumber: bounds.isEmpty ? -1 : bounds.last };
}

/** How old the facts about the hub may be: a new partition must be known before time moves on without it. */
const FRESH = 4_000;

/** How long a source may take to tell, ms: one that is down must not hold up the clock and the status of the others for as long as its client tries. */
const PATIENCE = 10_000;

export interface HubBounds {
  /** When the hub was made. */
  made: number | undefined;
  /** Where each partition begins and ends. */
  bounds: PartitionBounds[];
}

/** What the source tells of its partitions. Rejects with WeirError `no-answer` after 10 s. */
export async function boundsOf(source: SourceProperties): Promise<HubBounds> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new WeirError('no-answer', `the source did not answer within ${PATIENCE / 1_000} s`, 'retry')), PATIENCE);
  });
  return Promise.race([askBounds(source), late]).finally(() => clearTimeout(timer));
}

async function askBounds(source: SourceProperties): Promise<HubBounds> {
  const { partitionIds, made } = await source.facts(FRESH);
  if (partitionIds.length === 0) throw new WeirError('no-partitions', 'the source tells of no partitions', 'retry');
  return { made, bounds: await Promise.all(partitionIds.map((id) => source.bounds(id))) };
}
