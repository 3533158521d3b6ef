/** Measurements of the running app. What they are sent to is decided where the app is put together; code only counts. */

/** Words that tell series of one instrument apart, for example `{output: 'history'}`. Few values each: every combination is kept. */
export type Labels = Readonly<Record<string, string>>;

export interface Telemetry {
  /** Adds to a running total. */
  count(name: string, amount: number, labels?: Labels): void;
  /** Notes one measured value, for example a duration in ms. */
  measure(name: string, value: number, labels?: Labels): void;
}

/** What is known of the values measured under one name. */
export interface Distribution {
  count: number;
  sum: number;
  min: number;
  max: number;
}

/** Keeps totals and distributions in memory, for `GET /api/status` and tests. */
export class MemoryTelemetry implements Telemetry {
  private readonly totals = new Map<string, number>();
  private readonly distributions = new Map<string, Distribution>();

  count(name: string, amount: number, labels?: Labels): void {
    const key = keyOf(name, labels);
    this.totals.set(key, (this.totals.get(key) ?? 0) + amount);
  }

  measure(name: string, value: number, labels?: Labels): void {
    const key = keyOf(name, labels);
    const known = this.distributions.get(key);
    if (!known) this.distributions.set(key, { count: 1, sum: value, min: value, max: value });
    else Object.assign(known, { count: known.count + 1, sum: known.sum + value, min: Math.min(known.min, value), max: Math.max(known.max, value) });
  }

  /** 0 when nothing was counted. */
  total(name: string, labels?: Labels): number {
    return this.totals.get(keyOf(name, labels)) ?? 0;
  }

  distribution(name: string, labels?: Labels): Distribution | undefined {
    return this.distributions.get(keyOf(name, labels));
  }
}

function keyOf(name: string, labels: Labels = {}): string {
  return JSON.stringify([name, ...Object.entries(labels).sort()]);
}
