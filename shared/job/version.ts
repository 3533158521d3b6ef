/** Versions of a job, side by side: which entities, which events and which rows are whose. See docs/upgrades.md. */
import type { OutputBatch } from '../event';
import type { Plan, TimePolicy } from '../program';
import { parseDateTime, TICKS_PER_SECOND } from '../values/ticks';
import type { Ticks } from '../values/value';
import type { JobDefinition } from './definition';
import { replayLength } from './fingerprint';

/** What begins the keys of a version's entities. A name has no dot, so it is never another job's. */
export function entityPrefix({ name, version }: Pick<JobDefinition, 'name' | 'version'>): string {
  return version === 1 ? name : `${name}.v${version}`;
}

/** The job and version that an entity's key begins with. */
export function readPrefix(key: string): { name: string; version: number } {
  const [, name = '', version = '1'] = /^([^|.]*)(?:\.v(\d+))?\|/.exec(key) ?? [];
  return { name, version: Number(version) };
}

const SLACK = 60 * TICKS_PER_SECOND;

/**
 * Events that were enqueued before this cannot be in any row that this version writes: rows begin with "from", their operators look back by the replay
 * length, and no event is earlier than its arrival by more than "early". undefined: all count.
 */
export function firstArrival({ from }: Pick<JobDefinition, 'from'>, plan: Plan, policy: TimePolicy): Ticks | undefined {
  const t = timeOf(from);
  return t === undefined || policy.early === 'unlimited' ? undefined : t - replayLength(plan) - policy.early - policy.outOfOrder - SLACK;
}

/** The rows of a batch that this version writes: those with `from <= time < until`. A writer of a later version has a name of its own. */
export function ownRows(definition: Pick<JobDefinition, 'version' | 'from' | 'until'>): (batch: OutputBatch) => OutputBatch {
  const { version } = definition;
  const [from, until] = [timeOf(definition.from) ?? -Infinity, timeOf(definition.until) ?? Infinity];
  if (version === 1 && from === -Infinity && until === Infinity) return (batch) => batch;
  return (batch) => ({ ...batch, writer: version === 1 ? batch.writer : `${batch.writer}.v${version}`, rows: batch.rows.filter(({ t }) => t >= from && t < until) });
}

function timeOf(text: string | undefined): Ticks | undefined {
  return text === undefined ? undefined : parseDateTime(text);
}
