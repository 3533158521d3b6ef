import { chance } from './dice';

const MINUTE = 60_000;

/** What can go wrong, and how likely it is at each place where it could. */
export const FAULT_KINDS = {
  /** The instance dies before a step has had any effect, between two of its effects, or after the last. */
  'crash-before': 0.004,
  'crash-between': 0.003,
  'crash-after': 0.006,
  /** The instance is gone between two steps, and with it what it kept in memory. */
  'instance-lost': 0.02,
  /** All instances are gone, and none comes back for an hour or two. */
  'app-stopped': 0.015,
  /** The trigger does not move its checkpoint and reads again, in other batches. */
  'redelivery': 0.06,
  /** Another instance takes a partition over while its owner goes on. */
  'two-owners': 0.05,
  'signal-delayed': 0.02,
  'signal-duplicated': 0.06,
  'signals-reordered': 0.1,
  /** A batch of an entity is aborted after its signals and outputs have left. */
  'batch-aborted': 0.05,
  /** Two workers run the same batch of an entity at once. */
  'batch-twice': 0.03,
  /** A batch was committed, but some of its messages come again. */
  'operation-repeated': 0.03,
  /** Another instance runs an entity for once: the live state of the first grows stale. */
  'entity-moved': 0.1,
  /** A request arrives minutes later; the task hub has given the work to another by then. */
  'request-stuck': 0.002,
  'sink-fails': 0.02,
  'sink-half-writes': 0.05,
  'sink-times-out': 0.02,
  'sink-down': 0.001,
  'sink-throttles': 0.02,
  /** The task hub's storage, the checkpoint store or the hub's properties do not answer. */
  'storage-fails': 0.005,
  /** The container of large states does what it is asked and does not answer. */
  'state-times-out': 0.01,
  'clock-skew': 0.7,
} as const;

export type FaultKind = keyof typeof FAULT_KINDS;

/** More of a kind would only make the run long. */
const MOST = 40;
const MOST_OF: Partial<Record<FaultKind, number>> = { 'sink-down': 2, 'app-stopped': 1, 'request-stuck': 4, 'signal-delayed': 8, 'crash-before': 8, 'crash-between': 8, 'crash-after': 8, 'instance-lost': 8 };

export interface Struck {
  /** Kind and how many places for it came before: `crash-after#3`. */
  key: string;
  kind: FaultKind;
  at: number;
  /** What it hit. */
  where: string;
}

/** Decides at each place whether a fault strikes: by the seed, or by a list that is played again. Each seed leaves out some kinds, so that others show. */
export class FaultPlan {
  readonly struck: Struck[] = [];
  private readonly places = new Map<FaultKind, number>();
  private readonly counts = new Map<FaultKind, number>();
  private readonly vigour: number;

  constructor(
    private readonly seed: number,
    /** The faults that strike; all that the seed gives when absent. */
    private readonly only: ReadonlySet<string> | undefined,
    /** No fault strikes later than this. */
    private readonly until: number,
  ) {
    this.vigour = 0.3 + 2.2 * chance(seed, 'vigour', 0);
  }

  strikes(kind: FaultKind, now: number, where: string): boolean {
    const n = this.places.get(kind) ?? 0;
    this.places.set(kind, n + 1);
    const key = `${kind}#${n}`;
    if (now > this.until || !(this.only ? this.only.has(key) : this.decides(kind, n))) return false;
    this.struck.push({ key, kind, at: now, where });
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    return true;
  }

  private decides(kind: FaultKind, n: number): boolean {
    if (chance(this.seed, `with ${kind}`, 0) > 0.6 || (this.counts.get(kind) ?? 0) >= (MOST_OF[kind] ?? MOST)) return false;
    return chance(this.seed, kind, n) < FAULT_KINDS[kind] * this.vigour;
  }

  /** How long something takes that a fault began, in ms: the same whatever else strikes. */
  span(kind: FaultKind, from: number, to: number): number {
    const last = this.struck[this.struck.length - 1] as Struck;
    return Math.round(from + (to - from) * chance(this.seed, `span of ${kind}`, Number(last.key.slice(last.key.indexOf('#') + 1))));
  }
}

/** How long the longest fault can last after the last one has struck. */
export const LONGEST_FAULT = 125 * MINUTE;
