/**
 * How a large state is kept: a snapshot of it (the base), and the operations that were applied since, which applied again give the same. So an activation writes what
 * it was given and not what there is. Base and log are immutable blobs under random names; the state's text refers to them, and has the end of the log itself.
 *
 *     [ base ] [ segment ] [ segment ] … tail        the log is at most as long as the base, then there is a new base
 */
import type { Body } from './state-base';

/** What the text of a state says of its log. A flat object: see `logHeadOf`. */
export interface LogHead {
  /** The folder of its blobs: random, so that no two states share one, whatever their entities are called and wherever they run. */
  g: string;
  /** The base. */
  b: string;
  /** Characters of the base. */
  n: number;
  /** The segments, oldest first. */
  s: string[];
  /** Characters of the log, with the tail. */
  m: number;
}

export interface StateLog extends LogHead {
  /** Records that are in no segment yet, as JSON. */
  tail: readonly string[];
}

/** Something to be written under its name before the state that refers to it is committed. */
export interface Segment {
  name: string;
  bytes: Uint8Array;
}

export interface LogLimits {
  /** The most characters of a body, or of a log's tail, that are in the state's own text. */
  inline: number;
  /** The most segments of a log: each is one request when the state is read. */
  segments: number;
  /** How many times as long as what comes a body may be and still be worth writing whole, up to {@link LARGEST}. */
  times: number;
  /** The shortest list that is a block of a base (values/blocks.ts); absent: what is usual. */
  block?: number;
}

/** A longer body never stands in the text: 1 MiB is what some backends take. */
const LARGEST = 262_144;

/** Azure Storage keeps an entity's state in its tables up to 45 KB, perhaps at two bytes a character, and in a blob beyond. Measured: docs/decisions/2026-11-25-large-states-are-base-and-log.md. */
export const LOG_LIMITS: LogLimits = { inline: 16_384, segments: 500, times: 4 };

/** Operations of one activation that were applied at `nowMs`, as a record of the log. */
export type LogRecord = [nowMs: number, operations: [name: string, input: unknown][]];

/** What comes of an activation: the body in the text, or a log; what must be written first; and what nobody refers to any more. */
export interface Kept {
  rest: { body: string } | { log: StateLog };
  write: Segment[];
  drop: string[];
  /** Whether a log has ended, for a new base or none: the time to look for what was left over. */
  isCompact: boolean;
}

export interface KeepOptions {
  limits: LogLimits;
  random: () => string;
  /** How long the records of late are. */
  recent: number;
}

/** The next form of a state. `record` is undefined when nothing was applied; `body` serialises the whole state. */
export function keep(log: StateLog | undefined, record: string | undefined, body: () => Body, { limits, random, recent }: KeepOptions): Kept {
  // A log costs what comes, twice, and a request: a state that is not much longer is cheaper whole.
  const worth = Math.min(LARGEST, limits.times * recent);
  if (log === undefined) return compact(undefined, body(), Math.max(limits.inline, worth), random);
  if (record === undefined) return { rest: { log }, write: [], drop: [], isCompact: false };
  const longer: StateLog = { ...log, m: log.m + record.length, tail: [...log.tail, record] };
  // A new base costs what exists; by then as much has been written of what changed.
  if (longer.m > Math.max(log.n, limits.inline)) return compact(log, body(), Math.max(limits.inline, worth) / 2, random);
  if (longer.tail.reduce((sum, { length }) => sum + length, 0) <= limits.inline) return { rest: { log: longer }, write: [], drop: [], isCompact: false };
  if (log.s.length >= limits.segments) return compact(log, body(), Math.max(limits.inline, worth) / 2, random);
  const name = nameOf(random);
  return { rest: { log: { ...longer, s: [...log.s, name], tail: [] } }, write: [{ name: `${log.g}/${name}`, bytes: Buffer.from(`[${longer.tail.join()}]`) }], drop: [], isCompact: false };
}

function compact(log: StateLog | undefined, body: Body, inline: number, random: () => string): Kept {
  const drop = blobsOf(log);
  if (body.length <= inline) return { rest: { body: body.text() }, write: [], drop, isCompact: log !== undefined };
  const name = nameOf(random);
  const g = log?.g ?? nameOf(random);
  return { rest: { log: { g, b: name, n: body.length, s: [], m: 0, tail: [] } }, write: [{ name: `${g}/${name}`, bytes: body.bytes() }], drop, isCompact: log !== undefined };
}

/** Short, for a text may have hundreds. */
function nameOf(random: () => string): string {
  return random().slice(0, 18);
}

/** The whole body in the text: of a state that cannot be replayed. */
export function keepWhole(log: StateLog | undefined, body: string): Kept {
  return { rest: { body }, write: [], drop: blobsOf(log), isCompact: log !== undefined };
}

/** Names of its blobs: the base, then the segments in order. */
export function blobsOf(log: Pick<LogHead, 'g' | 'b' | 's'> | undefined): string[] {
  return log === undefined ? [] : [log.b, ...log.s].map((name) => `${log.g}/${name}`);
}
