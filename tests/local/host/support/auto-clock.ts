import type { Clock } from '../../../../local/host/clock';

/** A clock on which sleeping takes no real time: it moves on by itself. */
export class AutoClock implements Clock {
  /** Every sleep that was asked for, ms. */
  readonly slept: number[] = [];

  constructor(private time = Date.UTC(2026, 0, 1)) {}

  now(): number {
    return this.time;
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    if (signal?.aborted === true) return;
    this.slept.push(ms);
    this.time += Math.max(0, ms);
  }
}
