import type { OrchestrationContext } from 'durable-functions';
import { alarmOrchestrator, type AlarmRound } from '../../functions/bindings/alarm';
import type { Alarms } from '../../shared/job/alarm';
import type { Instance } from './instance';
import { ServiceError, type Service } from './services/service';
import type { World } from './world';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
/** A worker that has not finished by then is taken for dead: workItemQueueVisibilityTimeout. */
const LEASE = 5 * MINUTE;
const MAX_LATENESS = 10 * MINUTE;

interface Orchestration {
  isAlive: boolean;
  overAtMs?: number;
}

/** What the alarm waits for. */
type Task = { timer: Date } | { activity: string };

/** Runs the alarm (functions/alarm.ts) as the Durable Task backend does: what an orchestration waits for comes, if late, and activities run at least once. */
export class Orchestrations {
  private readonly byId = new Map<string, Orchestration>();
  private lateness = 0;

  constructor(
    private readonly world: World,
    private readonly storage: Service,
  ) {}

  get isAlive(): boolean {
    return [...this.byId.values()].some(({ isAlive }) => isAlive);
  }

  /** As the durable client of an instance sees them. */
  open(instance: Instance): Alarms {
    return {
      status: (id) => instance.call(this.storage, 'status of the alarm', () => this.byId.get(id)),
      start: (id) => instance.call(this.storage, 'start of the alarm', () => this.start(instance, id)),
    };
  }

  private start({ app: { alarmSeconds } }: Instance, id: string): void {
    const { clock, dice } = this.world;
    if (this.byId.get(id)?.isAlive) throw new ServiceError(`an orchestration ${id} exists`, 409, 'Conflict');
    this.byId.set(id, { isAlive: true });
    clock.after(dice.whole('start', 1, 40), () => void this.run(id, alarmSeconds as number));
  }

  private async run(id: string, seconds: number): Promise<void> {
    const { clock, dice } = this.world;
    for (let state: Orchestration = { isAlive: true }; state.isAlive; ) {
      state = await this.execution(id, seconds);
      await clock.sleep(dice.whole('next execution', 1, 40));
      this.byId.set(id, state);
    }
  }

  /** Gives what it leaves behind. */
  private async execution(id: string, seconds: number): Promise<Orchestration> {
    let isAlive = false;
    const df = {
      getInput: () => id,
      currentUtcDateTime: new Date(this.world.clock.now),
      createTimer: (timer: Date): Task => ({ timer }),
      callActivity: (_name: string, activity: string): Task => ({ activity }),
      continueAsNew: () => (isAlive = true),
    };
    const steps = alarmOrchestrator(seconds)({ df } as unknown as OrchestrationContext) as Generator<Task, unknown, unknown>;
    let next = steps.next();
    while (!next.done) {
      const answer = await this.complete(next.value).catch((error: unknown) => error as Error);
      next = answer instanceof Error ? steps.throw(answer) : steps.next(answer);
    }
    return { isAlive, overAtMs: (next.value as AlarmRound | undefined)?.overAtMs ?? undefined };
  }

  private complete(task: Task): Promise<AlarmRound | void> {
    if ('activity' in task) return this.activity(task.activity);
    const { clock, lastArrival } = this.world;
    // Later it may be slower: nothing new comes, and a run that takes hours should not take long.
    this.lateness = clock.now < lastArrival + MINUTE ? 0 : Math.min(MAX_LATENESS, this.lateness * 1.6 + SECOND);
    return clock.sleep(Math.max(0, task.timer.getTime() - clock.now) + this.lateness);
  }

  /** On one instance after another until one has finished; one that is taken for dead may finish none the less. */
  private activity(id: string): Promise<AlarmRound> {
    const { clock, faults } = this.world;
    this.world.loseInstances();
    return new Promise((resolve, reject) => {
      let isDone = false;
      const attempt = (): void => {
        if (isDone) return;
        const instance = this.world.someInstance('alarm');
        void instance.activity(() => this.ring(instance, id).then(resolve, reject).finally(() => (isDone = true)), () => undefined);
        clock.after(LEASE, attempt);
      };
      attempt();
      if (faults.strikes('batch-twice', clock.now, 'the alarm')) attempt();
    });
  }

  /** The activity `alarm-rings`. */
  private async ring(instance: Instance, id: string): Promise<AlarmRound> {
    const { app, nowMs } = instance;
    try {
      await instance.at('crash-before', 'the alarm');
      if (id !== app.alarmId) return { overAtMs: nowMs };
      const { signals, failures, isOver } = await app.ticks(nowMs);
      await this.world.tasks.send(instance, signals);
      for (const failure of failures) this.world.failed('alarm', failure);
      await instance.at('crash-after', 'the alarm');
      return { overAtMs: isOver ? nowMs : null };
    } catch (error) {
      this.world.failed('alarm', error);
      throw error;
    }
  }
}
