import { WeirError } from '../errors';
import type { Plan } from '../program';
import type { PartitionStatus } from './partition';
import type { LogHead } from './state-log';

/**
 * Version of the form in which states are kept. Raise it when a form changes, and when an operator does something else with the same operations: those of a
 * log are applied again (state-log.ts).
 */
export const FORMAT = 4;

/** The forms that are read. 3 has bases that are JSON throughout, which all of 4 may be. */
const READABLE: readonly unknown[] = [3, FORMAT];

/** How far an entity has come, told without its state: who waits for it can look without restoring it. */
export interface Progress {
  /** The next position to apply, and the life of the hub that it is of; partitions only. */
  next?: number;
  epoch?: number;
  /** How many deliveries were sent, from each source in the entity to each shard of a group stage. */
  sent: { source: string; stage: string; shard: number; count: number }[];
  /** How many deliveries were received in order, by source; groups only. */
  received: Record<string, number>;
}

/** What is in the text of a state, apart from what is only read to go on with it. */
export interface StateHead {
  /** Random: see EntityCache. */
  v: string;
  /** {@link FORMAT} */
  f: number;
  /** Where the body is kept when it is not in the text. */
  l?: LogHead;
  /** When it was written, ms since 1970. */
  w: number;
  /** Blobs that the state before this one referred to and this one does not. */
  d?: string[];
  /** Fingerprints of the operators that the state is of, by id; absent when nobody computed them. */
  p?: Record<string, string>;
  h: Progress;
  /** Of a partition. */
  c?: PartitionStatus;
}

/** A state's text, parsed: the accounts, and the body or the end of the log. */
export interface StateRecord extends StateHead {
  a: unknown;
  s?: unknown;
  t?: unknown[];
}

/** `rest` is JSON: the body, or the records at the log's end. */
export function stateText({ v, l, w, d, ...head }: Omit<StateHead, 'f'>, accounts: unknown, rest: { body: string } | { tail: readonly string[] }): string {
  // The version comes first and the log second, so that they can be found without parsing.
  const text = JSON.stringify({ v, f: FORMAT, ...(l ? { l } : {}), w, ...(d && d.length > 0 ? { d } : {}), ...head, a: accounts });
  return `${text.slice(0, -1)},${'body' in rest ? `"s":${rest.body}` : `"t":[${rest.tail.join()}]`}}`;
}

export function versionOf(text: string): string {
  return /^\{"v":"([^"]*)"/.exec(text)?.[1] ?? '';
}

/** Where the body is, without parsing the text; undefined when it is in the text. */
export function logHeadOf(text: string): LogHead | undefined {
  const found = /^\{"v":"[^"]*","f":\d+,"l":(\{[^}]*\})/.exec(text)?.[1];
  return found === undefined ? undefined : (JSON.parse(found) as LogHead);
}

/**
 * Throws WeirError `unknown-state` for a state in another form, and `changed-plan` for one of another query: it would be misread. `name` says
 * whose state it is, `plan` what the app would read it with.
 */
export function requireReadable(head: Partial<StateHead>, name: string, plan: Record<string, string> | undefined): void {
  const remedy = 'raise "version" in job.json to start beside it, or deploy what wrote it; see docs/upgrades.md';
  if (!READABLE.includes(head.f)) throw new WeirError('unknown-state', `the state of ${name} has format ${String(head.f)}, and this version of Weir reads ${READABLE.join(' and ')}: ${remedy}`, 'stop');
  if (!plan || !head.p) return;
  const changed = [...new Set([...Object.keys(plan), ...Object.keys(head.p)])].filter((id) => plan[id] !== head.p?.[id]);
  if (changed.length > 0) throw new WeirError('changed-plan', `the state of ${name} is of another query: operator ${changed.join(', ')} of the plan is not what it was. ${remedy}; \`weir explain --against\` tells what changed`, 'stop');
}

/** Operators whose state or whose rows on the way would be misread by another plan. */
const KEPT = new Set(['aggregate', 'analytic', 'join', 'match', 'union', 'exchange']);

/** Ids of the operators that an entity's state depends on: those that keep something, and those whose rows come in and go out. */
export function stateOperators(plan: Plan, isOwn: (stage: Plan['stages'][number]) => boolean): number[] {
  return plan.stages.filter(isOwn).flatMap((stage) => [...stage.entries, ...stage.operators.filter((id) => KEPT.has(plan.operators[id]?.kind ?? ''))]);
}
