/** Measurements of the running app. What they are sent to is decided where the app is put together; code only counts. */
import type { MetricName } from './telemetry/metrics';

/**
 * Words that tell series of one metric apart, named as Stream Analytics names its dimensions: `LogicalName` of the input or output,
 * `PartitionId`, `Reason`, `Entity`. Few values each: every combination is kept.
 */
export type Labels = Readonly<Partial<Record<'LogicalName' | 'PartitionId' | 'Reason' | 'Entity', string>>>;

export type Attributes = Readonly<Record<string, string | number>>;

/** A step of a trace that has begun. */
export interface Step {
  /** For what it causes, as a W3C `traceparent`; undefined when nobody keeps traces. */
  traceparent: string | undefined;
  /** Says more of it. */
  note(attributes: Attributes): void;
}

export interface Telemetry {
  /** Adds to a running total. */
  count(name: MetricName, amount: number, labels?: Labels): void;
  /** Notes one measured value. */
  measure(name: MetricName, value: number, labels?: Labels): void;
  /** Runs `work` as a step of a trace. `causes` are `traceparent`s: the first becomes its parent, the others links. */
  step<T>(name: string, causes: readonly string[], work: (step: Step) => Promise<T>): Promise<T>;
}

/** The step of a trace that nobody keeps. */
export const UNKEPT: Step = { traceparent: undefined, note: () => undefined };

/** What is known of the values measured under one name. */
export interface Distribution {
  count: number;
  sum: number;
  min: number;
  max: number;
}

/** Keeps totals and distributions in memory, for `GET /api/status` and tests, and hands everything on to `next`. */
export class MemoryTelemetry implements Telemetry {
  private readonly totals = new Map<string, number>();
  private readonly distributions = new Map<string, Distribution>();

  constructor(private readonly next?: Telemetry) {}

  count(name: MetricName, amount: number, labels?: Labels): void {
    if (amount === 0) return;
    const key = keyOf(name, labels);
    this.totals.set(key, (this.totals.get(key) ?? 0) + amount);
    this.next?.count(name, amount, labels);
  }

  measure(name: MetricName, value: number, labels?: Labels): void {
    const key = keyOf(name, labels);
    const known = this.distributions.get(key);
    if (!known) this.distributions.set(key, { count: 1, sum: value, min: value, max: value });
    else Object.assign(known, { count: known.count + 1, sum: known.sum + value, min: Math.min(known.min, value), max: Math.max(known.max, value) });
    this.next?.measure(name, value, labels);
  }

  step<T>(name: string, causes: readonly string[], work: (step: Step) => Promise<T>): Promise<T> {
    return this.next ? this.next.step(name, causes, work) : work(UNKEPT);
  }

  /** 0 when nothing was counted. */
  total(name: MetricName, labels?: Labels): number {
    return this.totals.get(keyOf(name, labels)) ?? 0;
  }

  distribution(name: MetricName, labels?: Labels): Distribution | undefined {
    return this.distributions.get(keyOf(name, labels));
  }
}

function keyOf(name: string, labels: Labels = {}): string {
  return JSON.stringify([name, ...Object.entries(labels).sort()]);
}
