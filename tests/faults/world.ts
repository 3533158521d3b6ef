import { dispositionOf, messageOf, WeirError } from '../../shared/errors';
import { App } from '../../shared/job/app';
import type { Job } from '../../shared/job/load';
import type { BoundItems } from '../../shared/job/outputs';
import { azure, type Services } from '../../shared/job/services';
import type { SnapshotStore } from '../../shared/sources/snapshot-stores';
import { Settings } from '../../shared/settings';
import { Dice } from './dice';
import type { FaultPlan } from './fault-plan';
import { Instance } from './instance';
import { breakApp, type Mutation } from './mutations';
import { Orchestrations } from './orchestrations';
import { BlobContainer } from './services/blob-container';
import { CosmosContainer } from './services/cosmos-container';
import { DownstreamHub } from './services/downstream-hub';
import { InputHub } from './services/input-hub';
import { Service, ServiceError } from './services/service';
import { StateContainer } from './services/state-container';
import { TaskHub } from './task-hub';
import { Trigger } from './trigger';
import type { VirtualClock } from './virtual-clock';

/** Even small states are large ones here, of different size by the seed: 0 keeps nothing in the entity but the end of a log. */
const INLINE = [0, 200, 600, 2_000];

const SETTINGS = {
  EVENTHUB: 'Endpoint=sb://simulated.servicebus.windows.net/;SharedAccessKeyName=name;SharedAccessKey=key',
  COSMOS: 'AccountEndpoint=https://simulated.documents.azure.com:443/;AccountKey=key;',
  AzureWebJobsStorage: 'UseDevelopmentStorage=true',
};

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

/** How long to wait before the attempt after the n-th, ms. */
export function backoff(n: number): number {
  return Math.min(60 * SECOND, SECOND * 2 ** (n - 1));
}

/** A batch that was given up for a reason of the world's own. */
export class Aborted extends Error {}

type Sink = BlobContainer | CosmosContainer | DownstreamHub;

export interface WorldOptions {
  job: Job;
  /** Files of reference data: content by path. */
  references: Readonly<Record<string, string>>;
  partitions: number;
  instances: number;
  seed: number;
  clock: VirtualClock;
  faults: FaultPlan;
  mutation: Mutation | undefined;
  /** When the last event is published, ms. */
  lastArrival: number;
}

/** Everything outside the app: services that keep what they were given, and the instances that run the app. */
export class World {
  readonly clock: VirtualClock;
  readonly faults: FaultPlan;
  readonly dice: Dice;
  readonly mutation: Mutation | undefined;
  readonly tasks: TaskHub;
  readonly alarms: Orchestrations;
  readonly triggers: Trigger[];
  readonly hubs: ReadonlyMap<string, InputHub>;
  readonly sinks: ReadonlyMap<string, Sink>;
  readonly states: StateContainer;
  readonly deadLetters: string[] = [];
  /** Errors that no fault explains. */
  readonly surprises = new Set<string>();
  /** The last error of each thing that failed. */
  readonly lastErrors = new Map<string, string>();
  readonly instances: Instance[];
  private readonly letterBox: Service;
  private readonly references: Service;

  constructor(private readonly options: WorldOptions) {
    this.clock = options.clock;
    this.faults = options.faults;
    this.mutation = options.mutation;
    this.dice = new Dice(options.seed);
    const { definition } = options.job;
    const storage = new Service(this, 'task hub', false);
    this.references = new Service(this, 'reference data', false);
    this.letterBox = new Service(this, 'dead letters', true);
    this.hubs = new Map(Object.keys(definition.inputs).map((name) => [name, new InputHub(new Service(this, name, false), options.partitions, new Date(this.clock.now - 86_400 * SECOND))]));
    this.sinks = new Map(Object.entries(definition.outputs).map(([name, { type }]) => [name, this.sinkOf(type, new Service(this, name, true))]));
    this.states = new StateContainer(this, new Service(this, 'state container', false));
    this.tasks = new TaskHub(this, storage);
    this.alarms = new Orchestrations(this, storage);
    this.instances = Array.from({ length: options.instances }, (_, i) => new Instance(this, `instance ${i}`));
    this.triggers = [...this.hubs].flatMap(([input, hub]) => hub.partitions.map((_, partition) => new Trigger(this, { input, partition, hub, storage })));
  }

  private sinkOf(type: string, service: Service): Sink {
    if (type === 'blob') return new BlobContainer(service);
    return type === 'cosmos' ? new CosmosContainer(service, 'k') : new DownstreamHub(service);
  }

  /** The app as one process opens it: all its own code, over the services of this world. */
  openApp(instance: Instance): App {
    const sink = (name: string): Sink => this.sinks.get(name) as Sink;
    const services: Services = {
      ...azure,
      openBlobContainer: (_connection, container) => (sink(container) as BlobContainer).open(instance),
      openCosmosContainer: async (_connection, { container }) => (sink(container) as CosmosContainer).open(instance),
      openProducer: (_connection, hub) => (sink(hub) as DownstreamHub).open(instance),
      openHubProperties: (_connection, hub) => (this.hubs.get(hub) as InputHub).properties(instance),
      openSnapshots: () => this.snapshots(instance),
      openStateStore: () => this.states.open(instance),
    };
    const inline = INLINE[this.options.seed % INLINE.length];
    const app = new App('', this.options.job, new Settings({ ...SETTINGS, WEIR_STATE_INLINE: String(inline) }), services);
    if (this.mutation) breakApp(app, this.mutation);
    return app;
  }

  private snapshots(instance: Instance): SnapshotStore {
    const files = this.options.references;
    return {
      describe: (path) => `simulated ${path}`,
      list: () => instance.call(this.references, 'list of reference data', () => Object.keys(files).map((path) => ({ path }))),
      read: (path) => instance.call(this.references, `reference data ${path}`, () => Buffer.from(files[path] as string)),
    };
  }

  /** One that is up, unless none is. */
  someInstance(why: string): Instance {
    const up = this.instances.filter(({ isUp }) => isUp);
    return this.dice.pick(why, up.length > 0 ? up : this.instances);
  }

  get lastArrival(): number {
    return this.options.lastArrival;
  }

  /** Between two steps of the work some instance may go, or all. */
  loseInstances(): void {
    const { faults, clock, dice } = this;
    if (faults.strikes('instance-lost', clock.now, 'some instance')) void dice.pick('lost', this.instances).die();
    if (!faults.strikes('app-stopped', clock.now, 'all instances')) return;
    const ms = faults.span('app-stopped', HOUR, 2 * HOUR);
    for (const instance of this.instances) void instance.die(ms);
  }

  /** What the host writes when a function has returned. */
  async writeBound(instance: Instance, { items, deadLetters }: BoundItems): Promise<void> {
    if (deadLetters !== undefined) await instance.call(this.letterBox, 'dead letters', () => this.deadLetters.push(...deadLetters.split('\n').filter(Boolean)));
    for (const [output, values] of items) await (this.sinks.get(output) as CosmosContainer | DownstreamHub).writeAll(instance, values);
  }

  /** Something will be tried again. An error that asks for no retry is none of a service. */
  failed(what: string, error: unknown): void {
    this.lastErrors.set(what, messageOf(error));
    const isExpected = error instanceof ServiceError || error instanceof Aborted || (error instanceof WeirError && dispositionOf(error) === 'retry');
    if (!isExpected) this.surprises.add(`${what}: ${messageOf(error)}`);
  }
}
