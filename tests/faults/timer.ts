import type { World } from './world';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** functions/clock.ts on its schedule, on one instance at a time. */
export class Timer {
  private interval = 5 * SECOND;
  private silent = 0;

  constructor(
    private readonly world: World,
    /** When the last event is published. */
    private readonly lastArrival: number,
    /** Until when, ms, the clock may have nothing to tell because it waits for late events. */
    private readonly patientUntil: number,
  ) {}

  /** The clock has nothing to tell any more. */
  get isQuiet(): boolean {
    return this.silent >= 3;
  }

  start(): void {
    this.world.clock.after(this.interval, () => this.fire());
  }

  private fire(): void {
    const { clock, faults, dice } = this.world;
    if (faults.strikes('instance-lost', clock.now, 'some instance')) void dice.pick('lost', this.world.instances).die();
    if (faults.strikes('app-stopped', clock.now, 'all instances')) {
      const ms = faults.span('app-stopped', 60 * MINUTE, 120 * MINUTE);
      for (const instance of this.world.instances) void instance.die(ms);
    }
    const instance = this.world.someInstance('timer');
    void instance.activity(
      async () => {
        try {
          await instance.at('crash-before', 'the clock');
          const { signals, failures } = await instance.app.ticks(instance.nowMs);
          await this.world.tasks.send(instance, signals);
          if (failures.length > 0) throw failures[0];
          this.silent = signals.length === 0 && clock.now > this.patientUntil ? this.silent + 1 : 0;
        } catch (error) {
          this.world.failed('clock', error);
        }
      },
      () => undefined,
    );
    // Later it may be slower: nothing new comes, and a run that takes hours should not take long. But not past the minute that the clock allows itself at the end.
    this.interval = clock.now < this.lastArrival + MINUTE ? 5 * SECOND : Math.min(45 * SECOND, this.interval * 1.6);
    clock.after(this.interval, () => this.fire());
  }
}
