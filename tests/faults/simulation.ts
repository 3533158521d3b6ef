/**
 * One run of a job in a world that fails: events are published, triggers and timers fire, entities run, until nothing is left to do. Everything happens on a
 * virtual clock in an order that the seed decides, so the same seed gives the same run.
 */
import { clockLateness } from '../../shared/runtime/time-policy';
import { TICKS_PER_MS } from '../../shared/values/ticks';
import { chance } from './dice';
import { FaultPlan, LONGEST_FAULT, type Struck } from './fault-plan';
import type { SimulatedEvent, SimulatedJob } from './jobs';
import { withMutation, type Mutation } from './mutations';
import type { InputHub } from './services/input-hub';
import { Timer } from './timer';
import { variantOf, type Variant } from './variants';
import { VirtualClock } from './virtual-clock';
import { World } from './world';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

export interface SimulationOptions {
  seed: number;
  /** No fault at all: what must come out. */
  faultless?: boolean;
  /** Only these faults strike. */
  only?: ReadonlySet<string>;
  /** Places in the job's list of the events that are published; all when absent. */
  events?: readonly number[];
  mutation?: Mutation;
}

export interface Outcome {
  /** Per output: how often each row is there, by identity and content. */
  rows: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Every letter once. */
  letters: ReadonlySet<string>;
  /** What the status page tells of the inputs, as text. */
  accounts: string;
  /** What went wrong in other ways: work that never ends, errors that no fault explains. */
  problems: string[];
  struck: readonly Struck[];
  /** How much time passed in the world, ms. */
  elapsed: number;
}

export async function simulate(job: SimulatedJob, options: SimulationOptions): Promise<Outcome> {
  return withMutation(options.mutation, () => new Simulation(job, variantOf(job, options.seed), options).run());
}

class Simulation {
  private readonly world: World;
  private readonly timer: Timer;
  private readonly events: readonly SimulatedEvent[];
  private readonly start: number;
  private readonly lastArrival: number;
  private readonly faultsUntil: number;

  constructor(
    job: SimulatedJob,
    private readonly variant: Variant,
    { seed, faultless, only, events, mutation }: SimulationOptions,
  ) {
    this.events = events ? events.map((i) => job.events[i] as SimulatedEvent) : job.events;
    const arrivals = this.events.map(({ arrivalMs }) => arrivalMs);
    this.start = Math.min(...arrivals) - 10_000;
    this.lastArrival = Math.max(...arrivals);
    this.faultsUntil = this.lastArrival + 6 * MINUTE;
    const clock = new VirtualClock(this.start);
    const faults = new FaultPlan(seed, faultless ? new Set() : only, this.faultsUntil);
    const instances = faultless ? 1 : 2 + Math.floor(2 * chance(seed, 'instances', 0));
    this.world = new World({ job: variant.job, references: job.references, partitions: variant.partitions, instances, seed, clock, faults, mutation, lastArrival: this.lastArrival });
    this.timer = new Timer(this.world, this.lastArrival + clockLateness(variant.job.policy) / TICKS_PER_MS + MINUTE);
  }

  async run(): Promise<Outcome> {
    this.publishAll();
    for (const trigger of this.world.triggers) trigger.assign();
    this.timer.start();
    const deadline = this.lastArrival + LONGEST_FAULT + 6 * HOUR;
    const { clock } = this.world;
    await clock.run(() => clock.now > deadline || (clock.now > this.faultsUntil && this.timer.isQuiet && this.isIdle));
    return {
      rows: new Map([...this.world.sinks].map(([output, sink]) => [output, counted(sink.rows(), this.world.mutation)])),
      letters: new Set(this.world.deadLetters.map(letterKey)),
      accounts: await this.accounts(),
      problems: this.problems(),
      struck: this.world.faults.struck,
      elapsed: clock.now - this.start,
    };
  }

  private publishAll(): void {
    const { clock, hubs } = this.world;
    const turns = new Map<string, number>();
    for (const { input, body, arrivalMs, raw = {} } of this.events) {
      const turn = turns.get(input) ?? 0;
      turns.set(input, turn + 1);
      clock.after(arrivalMs - this.start, () => (hubs.get(input) as InputHub).publish(turn % this.variant.partitions, { enqueuedMs: arrivalMs, body: Buffer.from(body), raw }));
    }
  }

  private get isIdle(): boolean {
    return this.world.tasks.isIdle && this.world.triggers.every(({ isIdle }) => isIdle);
  }

  private problems(): string[] {
    const problems = [...this.world.surprises];
    if (this.isIdle && this.timer.isQuiet) return problems;
    const waiting = [...this.world.tasks.busy, ...this.world.triggers.filter(({ isIdle }) => !isIdle).map(({ name }) => `trigger ${name}`), ...(this.timer.isQuiet ? [] : ['clock'])];
    return [...problems, ...waiting.map((name) => `${name} never ends: ${this.world.lastErrors.get(name) ?? 'no error'}`)];
  }

  /** The real status report over the entities' states. */
  private async accounts(): Promise<string> {
    const { clock, tasks } = this.world;
    const app = this.world.openApp(this.world.someInstance('status'));
    let text = '';
    const reading = app.status.read(async (address) => tasks.stateOf(address.entity, app.keyOf(address))).then(({ inputs }) => {
      text = JSON.stringify(inputs, (name, value: unknown) => (name === 'watermark' || name === 'bytes' ? undefined : value));
    });
    await clock.run(() => text !== '');
    await reading;
    return text;
  }
}

/** Without the rule of identity only the content can be compared. */
function counted(rows: readonly [identity: string, content: string][], mutation: Mutation | undefined): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [identity, content] of rows) {
    const key = identity === '' || mutation === 'identity' ? content : `${identity} ${content}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}

/** What tells that a letter is the same as another, as `deadLetterText` says, and its content. */
function letterKey(line: string): string {
  const { input, partition, sequenceNumber, output, reason, body } = JSON.parse(line) as Record<string, unknown>;
  return JSON.stringify([input, partition, sequenceNumber, output, reason, body]);
}
