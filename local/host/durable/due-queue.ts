import { EventType, historyEvent } from './orchestration/history';
import type { DurableStore } from './store';

/** A wait is never longer than this, so that a clock that is set forward is noticed. */
const LONGEST_WAIT_MS = 1_000;
/** Messages delivered per transaction. */
const PER_COMMIT = 500;

/** Delivers timers and delayed signals when their time has come, never early. */
export class DueQueue {
  private timer: NodeJS.Timeout | undefined;
  private delivering: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly store: DurableStore,
    private readonly now: () => number,
    private readonly log: (line: string) => void,
  ) {}

  /** Looks what is due first; to be called at start and after every addition. */
  arm(): void {
    if (this.stopped || this.delivering !== undefined) return;
    clearTimeout(this.timer);
    const next = this.store.nextDue();
    if (next === undefined) return;
    const wait = Math.min(Math.max(next - this.now(), 0), LONGEST_WAIT_MS);
    this.timer = setTimeout(() => this.deliver(), wait);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.delivering;
  }

  private deliver(): void {
    this.delivering = this.deliverDue()
      .catch((error: unknown) => this.log(`Timers could not be delivered and will be tried again: ${String(error)}`))
      .finally(() => {
        this.delivering = undefined;
        this.arm();
      });
  }

  private async deliverDue(): Promise<void> {
    const now = this.now();
    const timestamp = new Date(now).toISOString();
    await this.store.commit((transaction) => {
      let count = 0;
      for (const { time, sequence, message } of this.store.due()) {
        if (time > now || ++count > PER_COMMIT) return;
        transaction.cancelDue(time, sequence);
        if (message.kind === 'mail') {
          transaction.mail(message.entity, message.message);
          continue;
        }
        const event = historyEvent(EventType.TimerFired, timestamp, { TimerId: message.timerId, FireAt: message.fireAt });
        transaction.inbox(message.caller.instanceId, { kind: 'event', event, executionId: message.caller.executionId });
      }
    });
  }
}
