import type { Ticks } from '../../values/value';

/** The index of the first item that satisfies a condition which, once it holds, holds for all that follow. */
export function firstWhere(sorted: readonly number[], holds: (value: number) => boolean): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (holds(sorted[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The last values of a series, oldest first, and all but the newest `lag` of them sorted. */
export class Samples {
  private readonly times: Ticks[] = [];
  private readonly values: number[] = [];
  readonly sorted: number[] = [];
  /** What a detector keeps beside the values. */
  evidence = 1;

  constructor(
    private readonly size: number,
    private readonly lag: number,
  ) {}

  get last(): Ticks {
    return this.times[this.times.length - 1] ?? -Infinity;
  }

  add(t: Ticks, value: number): void {
    this.times.push(t);
    this.values.push(value);
    const settled = this.values[this.values.length - 1 - this.lag];
    if (settled !== undefined) this.sorted.splice(firstWhere(this.sorted, (v) => v >= settled), 0, settled);
    if (this.values.length > this.size) this.drop();
  }

  /** Forgets what is not younger than `from`. */
  forget(from: Ticks): void {
    while (this.times.length > 0 && (this.times[0] as Ticks) <= from) this.drop();
    if (this.times.length === 0) this.evidence = 1;
  }

  private drop(): void {
    this.times.shift();
    const isSettled = this.values.length > this.lag;
    const value = this.values.shift() as number;
    if (isSettled) this.sorted.splice(firstWhere(this.sorted, (v) => v >= value), 1);
  }

  encode(): unknown {
    return [this.times, this.values, this.evidence];
  }

  static decode(data: unknown, size: number, lag: number): Samples {
    const [times, values, evidence] = data as [Ticks[], number[], number];
    const samples = new Samples(size, lag);
    times.forEach((t, i) => samples.add(t, values[i] as number));
    samples.evidence = evidence;
    return samples;
  }
}
