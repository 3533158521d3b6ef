import { setAlarm } from '../../shared/job/alarm';
import type { Instance } from './instance';
import type { World } from './world';

const INTERVAL = 5 * 60_000;

/** functions/clock.ts on its schedule, on one instance at a time. */
export class Timer {
  /** The last round was without an error and found nothing that needs an alarm. */
  private isContent = false;

  constructor(
    private readonly world: World,
    /** Until when, ms, events may still be waited for that are late. */
    private readonly patientUntil: number,
  ) {}

  /** Nothing is left that time could close. */
  get isQuiet(): boolean {
    return this.isContent && !this.world.alarms.isAlive;
  }

  start(): void {
    this.world.clock.after(INTERVAL, () => this.fire());
  }

  private fire(): void {
    const { world } = this;
    const instance = world.someInstance('timer');
    void instance.activity(
      async () => {
        try {
          this.isContent = await this.round(instance);
        } catch (error) {
          world.failed('clock', error);
        }
      },
      () => undefined,
    );
    world.clock.after(INTERVAL, () => this.fire());
  }

  private async round(instance: Instance): Promise<boolean> {
    const { alarms, clock } = this.world;
    const { app } = instance;
    await instance.at('crash-before', 'the clock');
    const { failures, activeUntilMs } = await app.ticks(instance.nowMs);
    if (failures.length > 0) throw failures[0];
    if (activeUntilMs !== -Infinity) await setAlarm(alarms.open(instance), app.alarmId, activeUntilMs);
    return !alarms.isAlive && clock.now > this.patientUntil;
  }
}
