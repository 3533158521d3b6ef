import { requireText } from '../../app-function';
import type { AppFunction } from '../../app-function';
import type { Clock } from '../../clock';
import type { RetryOptions } from '../../contract';
import type { Invoker } from '../../invoker';
import { runWithRetry } from '../../retry';
import type { TriggerListener } from '../trigger-listener';
import { isFrequent, parseSchedule } from './schedule';
import type { Schedule } from './schedule';
import { toStatusJson } from './schedule-status';
import type { ScheduleStatus, ScheduleStatusStore } from './schedule-status';
import type { TimerLock } from './timer-lock';

export interface TimerTriggerOptions {
  fn: AppFunction;
  invoker: Pick<Invoker, 'invoke'>;
  statusStore: Pick<ScheduleStatusStore, 'read' | 'write'>;
  /** Of the hosts of an app one runs the timer. */
  lock: Pick<TimerLock, 'whileHeld'>;
  retry: RetryOptions | undefined;
  clock: Clock;
  log: (line: string) => void;
}

/**
 * Runs a function on a schedule. Runs never overlap: what falls due during a run is skipped. With monitoring (the
 * default, but not below a minute) the status outlives the host, and a run that was missed is made up for once.
 */
export class TimerTrigger implements TriggerListener {
  private readonly schedule: Schedule;
  private readonly monitored: boolean;
  private readonly stopping = new AbortController();
  private status: ScheduleStatus = { last: 0, next: 0, lastUpdated: 0 };
  private running: Promise<void> | undefined;

  constructor(private readonly options: TimerTriggerOptions) {
    const { fn, clock } = options;
    const text = requireText(fn.name, fn.trigger, 'schedule');
    try {
      this.schedule = parseSchedule(text);
    } catch (error) {
      throw new Error(`Function "${fn.name}", binding "${fn.trigger.name}": ${(error as Error).message}`);
    }
    this.monitored = fn.trigger.useMonitor !== false && !isFrequent(this.schedule, clock.now());
  }

  start(): Promise<void> {
    this.running ??= this.options.lock.whileHeld(this.stopping.signal, (held) => this.run(held));
    return Promise.resolve();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(signal: AbortSignal): Promise<void> {
    const { fn, clock } = this.options;
    this.status = { last: 0, next: 0, lastUpdated: 0 };
    await this.restore();
    const isPastDue = this.status.next !== 0 && this.status.next < clock.now();
    if (isPastDue || fn.trigger.runOnStartup === true) await this.fire(isPastDue, signal);
    else if (this.status.next === 0) await this.update({ ...this.status, next: this.nextAfter(clock.now()) });

    while (!signal.aborted && this.status.next !== Infinity) {
      await clock.sleep(this.status.next - clock.now(), signal);
      // A timer may fire a little early; then the same time would come twice.
      if (!signal.aborted && clock.now() >= this.status.next) await this.fire(false, signal);
    }
  }

  private async fire(isPastDue: boolean, signal: AbortSignal): Promise<void> {
    const { fn, invoker, clock, retry, log } = this.options;
    const info = {
      Schedule: { AdjustForDST: this.schedule.adjustForDst },
      ScheduleStatus: this.monitored ? toStatusJson(this.status) : null,
      IsPastDue: isPastDue,
    };
    const last = clock.now();
    const input = { data: { json: JSON.stringify(info) }, metadata: {} };
    await runWithRetry((retryContext) => invoker.invoke(fn, { ...input, retryContext }), {
      policy: retry,
      clock,
      signal,
      onFailure: (error, next) => {
        const then = next === null ? '' : `, retry ${next.retryCount} in ${next.delayMs / 1000} s`;
        log(`[${fn.name}] the timer run failed${then}: ${error instanceof Error ? error.message : String(error)}`);
      },
    });
    await this.update({ last, next: this.nextAfter(clock.now()), lastUpdated: clock.now() });
  }

  private nextAfter(time: number): number {
    return this.schedule.next(time) ?? Infinity;
  }

  private async restore(): Promise<void> {
    if (!this.monitored) return;
    const stored = await this.options.statusStore.read(this.options.fn.name).catch((error: unknown) => this.report('read', error));
    if (!stored) return;
    // The schedule may have changed since: what was due next follows from when the status was written.
    const from = Math.max(stored.last, stored.lastUpdated);
    this.status = from === 0 ? stored : { ...stored, next: this.nextAfter(from) };
  }

  private async update(status: ScheduleStatus): Promise<void> {
    this.status = status;
    if (!this.monitored || status.next === Infinity) return;
    await this.options.statusStore.write(this.options.fn.name, status).catch((error: unknown) => this.report('written', error));
  }

  private report(what: string, error: unknown): null {
    this.options.log(`[${this.options.fn.name}] the timer's status could not be ${what}: ${error instanceof Error ? error.message : String(error)}`);
    return null;
  }
}
