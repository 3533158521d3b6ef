import type { App } from '../../shared/job/app';
import type { Service } from './services/service';
import type { World } from './world';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** Clocks of Azure's hosts agree to better than this. */
const SKEW = 1_500;

/** One process of the app. It can die at any await; what it knows is gone then, and what it has sent is not. */
export class Instance {
  app: App;
  /** Counts its lives. */
  private life = 0;
  isUp = true;
  private skew = 0;
  private readonly activities = new Set<() => void>();

  constructor(
    private readonly world: World,
    readonly name: string,
  ) {
    this.app = this.start();
  }

  private start(): App {
    const { faults, clock, dice } = this.world;
    this.skew = faults.strikes('clock-skew', clock.now, this.name) ? dice.whole(`skew ${this.name}`, -SKEW, SKEW) : 0;
    return this.world.openApp(this);
  }

  /** What its clock shows, ms. */
  get nowMs(): number {
    return this.world.clock.now + this.skew;
  }

  /** Runs work that ends when the instance dies; `onLost` is called then, and nothing of the work goes on. */
  async activity(work: () => Promise<void>, onLost: () => void): Promise<void> {
    this.activities.add(onLost);
    try {
      await work();
    } finally {
      this.activities.delete(onLost);
    }
  }

  /** A place where the instance may die. */
  async at(kind: 'crash-before' | 'crash-after', where: string): Promise<void> {
    if (this.world.faults.strikes(kind, this.world.clock.now, where)) await this.die();
  }

  /** A request to a service and its answer. Its effect may take place although nobody waits for the answer any more. */
  call<T>(service: Service, what: string, effect: () => T): Promise<T> {
    const { faults, clock, dice } = this.world;
    const { life } = this;
    return new Promise((resolve, reject) => {
      if (!this.isUp) return;
      if (faults.strikes('crash-between', clock.now, `before ${what}`)) return void this.die();
      const stuck = faults.strikes('request-stuck', clock.now, what) ? faults.span('request-stuck', 1.5 * MINUTE, 5 * MINUTE) : 0;
      clock.after(stuck + dice.whole('latency', 1, 30), () => {
        try {
          const result = service.answer(what, effect);
          if (life !== this.life) return;
          if (faults.strikes('crash-between', clock.now, `after ${what}`)) return void this.die();
          resolve(result);
        } catch (error) {
          if (life === this.life) reject(error as Error);
        }
      });
    });
  }

  /** Waits, and goes on only if the instance still lives then. */
  sleep(ms: number): Promise<void> {
    const { life } = this;
    return new Promise((done) => this.world.clock.after(ms, () => life === this.life && done()));
  }

  /** Never resolves: who awaits it has died. Another life begins after some time. */
  die(forMs = this.world.dice.whole('restart', 2 * SECOND, MINUTE)): Promise<never> {
    const { clock } = this.world;
    if (!this.isUp) return new Promise<never>(() => undefined);
    this.life++;
    this.isUp = false;
    const lost = [...this.activities];
    this.activities.clear();
    for (const tell of lost) tell();
    clock.after(forMs, () => {
      this.app = this.start();
      this.isUp = true;
    });
    return new Promise<never>(() => undefined);
  }
}
