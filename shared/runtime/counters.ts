import type { Fate } from './delivery';

/** What happened to the events of a partition. `events = filtered + deadLettered + applied` over what was taken from the inbox. */
export interface Counters {
  events: number;
  bytes: number;
  filtered: number;
  deadLettered: Record<string, number>;
  applied: number;
  late: number;
  early: number;
  outOfOrder: number;
}

export function newCounters(): Counters {
  return { events: 0, bytes: 0, filtered: 0, deadLettered: {}, applied: 0, late: 0, early: 0, outOfOrder: 0 };
}

/** Counts a run of events with the same fate. */
export function countFate(counters: Counters, fate: Fate, count: number): void {
  if (fate === 'absent') return;
  counters.events += count;
  if (fate.endsWith('+late')) counters.late += count;
  if (fate.startsWith('applied')) counters.applied += count;
  else if (fate.startsWith('filtered')) counters.filtered += count;
  else countDead(counters, fate.slice('dead:'.length), count);
}

function countDead(counters: Counters, reason: string, count: number): void {
  counters.deadLettered[reason] = (counters.deadLettered[reason] ?? 0) + count;
  if (reason === 'early') counters.early += count;
  if (reason === 'late') counters.late += count;
}

/** How many events the positions from `from` on hold. */
export function eventsFrom(fates: readonly [Fate, number][], first: number, from: number): number {
  return fatesFrom(fates, first, from).reduce((sum, [fate, count]) => (fate === 'absent' ? sum : sum + count), 0);
}

/** Part of a run-length list: the fates of positions from `from` on, where the list starts at `first`. */
export function fatesFrom(fates: readonly [Fate, number][], first: number, from: number): [Fate, number][] {
  let skip = Math.max(0, from - first);
  const rest: [Fate, number][] = [];
  for (const [fate, count] of fates) {
    const kept = count - Math.min(skip, count);
    skip -= count - kept;
    if (kept > 0) rest.push([fate, kept]);
  }
  return rest;
}
