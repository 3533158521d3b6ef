import type { EntityPayload, EntityResult, EntitySignal } from '../../shared/job/entity-batch';
import type { Signal } from '../../shared/runtime/entity';
import type { StateHead } from '../../shared/runtime/state-text';
import type { Instance } from './instance';
import type { Service } from './services/service';
import { Aborted, backoff, type World } from './world';

const SECOND = 1_000;
/** A worker that has not finished by then is taken for dead. */
const LEASE = 60 * SECOND;

interface Message {
  id: number;
  name: string;
  input: string;
}

interface Entity {
  self: { name: string; key: string };
  state: string | null;
  version: number;
  mailbox: Message[];
  /** The batch that holds the lease. */
  running: number | undefined;
  attempts: number;
  home: Instance;
}

/** How the Durable Task backend runs entities: at least once, in no order, one batch of an entity at a time as far as it knows. */
export class TaskHub {
  private readonly entities = new Map<string, Entity>();
  private messages = 0;
  private batches = 0;
  private underway = 0;

  constructor(
    private readonly world: World,
    private readonly storage: Service,
  ) {}

  get isIdle(): boolean {
    return this.underway === 0 && [...this.entities.values()].every(({ mailbox, running }) => mailbox.length === 0 && running === undefined);
  }

  /** The entities that still have something to do. */
  get busy(): string[] {
    return [...this.entities].filter(([, { mailbox, running }]) => mailbox.length > 0 || running !== undefined).map(([name]) => name);
  }

  /** State as the durable client reads it. */
  stateOf(name: string, key: string): unknown {
    const text = this.entities.get(`${name} ${key}`)?.state;
    return text === undefined || text === null ? undefined : (JSON.parse(text) as unknown);
  }

  /** As a client sends: one request after another. */
  async send(instance: Instance, signals: readonly Signal[]): Promise<void> {
    for (const { address, operation, input } of signals) {
      const target = { name: address.entity, key: instance.app.keyOf(address) };
      await instance.call(this.storage, `signal ${operation}`, () => this.post({ target, name: operation, input: JSON.stringify(input) }));
    }
  }

  /** A message is on its way. */
  private post(signal: Pick<EntitySignal, 'target' | 'name' | 'input'>): void {
    const { faults, clock, dice } = this.world;
    const strikes = (kind: Parameters<typeof faults.strikes>[0]): boolean => faults.strikes(kind, clock.now, `${signal.name} to ${signal.target.name} ${signal.target.key}`);
    for (let copies = strikes('signal-duplicated') ? 2 : 1; copies > 0; copies--) {
      const late = strikes('signal-delayed') ? faults.span('signal-delayed', 60 * SECOND, 9 * 60 * SECOND) : 0;
      const swapped = strikes('signals-reordered') ? faults.span('signals-reordered', 0.2 * SECOND, 3 * SECOND) : 0;
      this.underway++;
      clock.after(late + swapped + dice.whole('signal', 1, 40), () => {
        this.underway--;
        this.arrive(signal);
      });
    }
  }

  private arrive({ target, name, input }: Pick<EntitySignal, 'target' | 'name' | 'input'>): void {
    const id = `${target.name} ${target.key}`;
    const entity = this.entities.get(id) ?? { self: target, state: null, version: 0, mailbox: [], running: undefined, attempts: 0, home: this.world.someInstance('home') };
    this.entities.set(id, entity);
    entity.mailbox.push({ id: this.messages++, name, input });
    this.wake(entity, this.world.dice.whole('wake', 1, 60));
  }

  private wake(entity: Entity, ms: number): void {
    this.world.clock.after(ms, () => {
      if (entity.running !== undefined || entity.mailbox.length === 0) return;
      const { faults, clock } = this.world;
      this.begin(entity, this.workerFor(entity));
      if (faults.strikes('batch-twice', clock.now, entity.self.key)) this.begin(entity, this.world.someInstance('second worker'));
    });
  }

  private workerFor(entity: Entity): Instance {
    const { faults, clock } = this.world;
    if (faults.strikes('entity-moved', clock.now, entity.self.key)) return this.world.someInstance('worker');
    if (!entity.home.isUp) entity.home = this.world.someInstance('home');
    return entity.home;
  }

  /** A batch begins; when its worker dies or takes too long, another begins, and this one may go on none the less. */
  private begin(entity: Entity, instance: Instance): void {
    const batch = ++this.batches;
    entity.running = batch;
    const end = (ms: number): void => {
      if (entity.running !== batch) return;
      entity.running = undefined;
      this.wake(entity, ms);
    };
    this.world.clock.after(LEASE, () => end(0));
    void instance.activity(
      async () => end(await this.run(entity, instance)),
      () => this.world.clock.after(this.world.dice.whole('visible again', 5 * SECOND, 4 * 60 * SECOND), () => end(0)),
    );
  }

  /** Gives the time until the entity is looked at again, in ms. */
  private async run(entity: Entity, instance: Instance): Promise<number> {
    const { dice } = this.world;
    // A busy worker lets messages gather.
    if (dice.roll('busy') < 0.3) await instance.sleep(dice.whole('busy for', 100, 3 * SECOND));
    const { self, state, version } = entity;
    const mailbox = entity.mailbox.slice(0, dice.whole('batch', 1, 8));
    try {
      await instance.at('crash-before', `the batch of ${self.key}`);
      const payload: EntityPayload = { self, exists: state !== null, state, batch: mailbox.map(({ name, input }) => ({ name, input, isSignal: true })) };
      const result = await this.effects(entity, instance, payload);
      await instance.at('crash-after', `the batch of ${self.key}, not committed`);
      await instance.call(this.storage, `commit of ${self.key}`, () => this.commit(entity, version, { mailbox, state: result.entityState }));
      await instance.at('crash-after', `the batch of ${self.key}`);
      entity.attempts = 0;
      return 1;
    } catch (error) {
      this.world.failed(`${self.name} ${self.key}`, error);
      this.putBack(entity, mailbox);
      return backoff(++entity.attempts);
    }
  }

  /** Messages of a batch that was given up come back in another order, behind those that came since. */
  private putBack(entity: Entity, mailbox: readonly Message[]): void {
    const rest = entity.mailbox.filter((message) => !mailbox.includes(message));
    const back = entity.mailbox.filter((message) => mailbox.includes(message));
    for (const message of back) rest.splice(this.world.dice.whole('put back', 0, rest.length), 0, message);
    entity.mailbox = rest;
  }

  private async effects(entity: Entity, instance: Instance, payload: EntityPayload): Promise<EntityResult> {
    const { faults, clock, mutation } = this.world;
    const name = entity.self.name as 'partition' | 'group';
    let { result, bound } = await instance.app.operate(name, payload, instance.nowMs);
    await this.world.writeBound(instance, bound);
    const signals = [...result.signals];
    if (mutation === 'outbox') {
      ({ result, bound } = await instance.app.operate(name, { ...payload, exists: true, state: result.entityState, batch: [] }, instance.nowMs));
      await this.world.writeBound(instance, bound);
      signals.push(...result.signals);
    }
    if (mutation === 'blobs') this.world.states.deleteAll((JSON.parse(result.entityState) as StateHead).d ?? []);
    for (const signal of signals) await instance.call(this.storage, `signal ${signal.name} of ${entity.self.key}`, () => this.post(signal));
    if (faults.strikes('batch-aborted', clock.now, entity.self.key)) throw new Aborted('the batch was aborted');
    return result;
  }

  /** Only one of two batches that began from the same state can be committed. */
  private commit(entity: Entity, version: number, { mailbox, state }: { mailbox: Message[]; state: string }): void {
    const { faults, clock } = this.world;
    if (entity.version !== version) throw new Aborted('another worker has committed');
    entity.version++;
    entity.state = state;
    const kept = faults.strikes('operation-repeated', clock.now, entity.self.key) ? 1 : 0;
    entity.mailbox = entity.mailbox.filter((message) => !mailbox.slice(kept).includes(message));
  }
}
