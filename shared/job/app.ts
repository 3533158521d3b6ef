/** The composition root: job folder and settings → everything that the functions call. */
import type { IngestDelivery } from '../runtime/delivery';
import type { EntityAddress, EntityContext, Signal } from '../runtime/entity';
import { codeOf } from '../errors';
import { readSettings, type Settings } from '../settings';
import { ReferenceData, type ReferenceSource } from '../sources/reference-data';
import { fileStore } from '../sources/snapshot-stores';
import type { MemoryTelemetry, Step } from '../telemetry';
import { AlarmWatch, alarmId, alarmSeconds } from './alarm';
import { quietTicks, RoundsSent, type ClockRound } from './clock';
import type { JobDefinition, StreamInput } from './definition';
import { placeOf, requireDeployable } from './deployable';
import type { EntityStates} from './entity-states';
import { openEntityStates } from './entity-states';
import { entityAddress, entityKey, leaveAlone, readOperations, readPayload, withCause, writeResult, type EntityResult, type ReadOperation } from './entity-batch';
import { expandJob } from './expand';
import { appRoot, jobFolder } from './folder';
import { formatOf, JobInput } from './input';
import { loadJob, type Job } from './load';
import { measureActivation, measureBatch } from './measure';
import { measureStatus, observe, type Observation } from './observe';
import { openSource } from './open-source';
import { Outputs, type BoundItems } from './outputs';
import { publishLimits } from './publish-limits';
import { Problems } from './problems';
import { azure, type Services } from './services';
import { bindingOf, createSink, type BoundOutput } from './sinks';
import { StatusReport, type ReadEntity } from './status';
import { ownRows } from './version';

/**
 * How long a partition entity waits for a delivery that is missing before it steps over it, in ms. Longer than the 5 minutes for which Azure Storage
 * hides a message whose reader has crashed.
 */
const GAP_TIMEOUT = 10 * 60_000;

/** How often the states of all partitions are read to measure how far they are, in ms. */
const PROGRESS_INTERVAL = 60_000;

const NOTHING_BOUND: BoundItems = { items: new Map(), deadLetters: undefined };

/** What the host tells of a call. */
export interface Invocation {
  /** The clock. */
  nowMs: number;
  /** The host's own step, as a W3C `traceparent`. */
  traceparent?: string;
  /** How often it has failed before. */
  retries?: number;
  /** Reads the state of an entity, so that the batch waits for those that are behind; without it nothing is waited for. */
  readEntity?: ReadEntity;
}

interface Activation {
  address: EntityAddress;
  operations: readonly ReadOperation[];
  state: string | null;
  nowMs: number;
  cause: string | undefined;
}

/** A running job. One per process. */
export class App {
  readonly inputs: readonly JobInput[];
  readonly outputs: Outputs;
  readonly boundOutputs: readonly BoundOutput[];
  readonly status: StatusReport;
  readonly telemetry: MemoryTelemetry;
  /** See alarm.ts. */
  readonly alarmSeconds: number | undefined;
  readonly alarmWatch = new AlarmWatch();
  /** Where there is no alarm. */
  readonly roundsSent = new RoundsSent();
  private readonly observation: Observation;
  private observedMs = -Infinity;
  private readonly environment: Omit<EntityContext['environment'], 'policy'>;
  private readonly states: EntityStates;
  private readonly references: ReferenceData;

  /** `job.definition` has no `%NAME%` any more. Throws one WeirError with all settings that are missing or wrong. */
  constructor(
    readonly root: string,
    readonly job: Job,
    readonly settings: Settings,
    readonly services: Services = azure,
  ) {
    const problems = new Problems();
    const definition = requireDeployable(job.definition);
    this.references = new ReferenceData(referenceSources(job, { settings, services }, problems));
    this.environment = { references: this.references, onError: definition.onError, gapTimeoutMs: GAP_TIMEOUT };
    this.inputs = Object.entries(definition.inputs).flatMap(([name, input]) => {
      const source = problems.attempt(() => openSource(name, input, { job: definition, settings, services }));
      return source === undefined ? [] : [new JobInput(job, { name, definition: input }, source, this.environment)];
    });
    const sinks = Object.entries(definition.outputs).flatMap(([name, output]) => problems.attempt(() => createSink(name, output, { job: definition, settings, services })) ?? []);
    problems.attempt(() => settings.connection(definition.deadLetter.connection, 'storage', 'job.json, deadLetter'));
    const states = problems.attempt(() => openEntityStates(definition, settings, services));
    problems.attempt(() => publishLimits(settings));
    this.alarmSeconds = problems.attempt(() => alarmSeconds(settings));
    problems.throwIfAny('invalid-settings', `the job ${definition.name} cannot start`);
    this.states = states as EntityStates;
    this.observation = observe(settings, definition.name);
    this.telemetry = this.observation.telemetry;
    this.outputs = new Outputs(sinks, this.telemetry, { policies: new Map(Object.entries(definition.outputs).map(([name, { onError }]) => [name, onError ?? 'retry'])), own: ownRows(definition) });
    this.boundOutputs = Object.entries(definition.outputs).flatMap(([name, output]) => bindingOf(name, output) ?? []);
    this.status = new StatusReport({ job, inputs: this.inputs, outputs: this.outputs, telemetry: this.telemetry, environment: { ...this.environment, policy: job.policy } });
  }

  /** One batch of an input's trigger. The signals are to be sent, the bound items handed to the output bindings. */
  async ingest(input: JobInput, messages: unknown, metadata: Readonly<Record<string, unknown>>, { traceparent, retries = 0, nowMs, readEntity }: Invocation): Promise<{ signals: Signal[]; bound: BoundItems }> {
    if (retries > 0) this.telemetry.count('Retries', 1, { LogicalName: input.name });
    return this.step(`ingest ${input.name}`, traceparent === undefined ? [] : [traceparent], async ({ traceparent: cause, note }) => {
      const started = performance.now();
      const { signals, outputs, deadLetters } = await this.references.using(nowMs, () => input.run(messages, metadata, readEntity));
      const deliveries = signals.map((signal) => signal.input as IngestDelivery);
      note(rangeOf(deliveries));
      const bound = await this.outputs.write(outputs, deadLetters, cause);
      measureBatch(this.telemetry, { input: input.name, deliveries, milliseconds: performance.now() - started });
      return { signals: signals.map((signal) => withCause(signal, cause)), bound };
    });
  }

  /** One batch of an entity's operations. Rejects when it must be run again: then nothing may be committed. */
  async operate(entity: EntityAddress['entity'], value: unknown, nowMs: number): Promise<{ result: EntityResult; bound: BoundItems }> {
    const payload = readPayload(value);
    const operations = readOperations(entity, payload.batch);
    return this.step(entity, operations.flatMap(({ cause }) => cause ?? []), ({ traceparent: cause, note }) => {
      note({ entity: payload.self.key, operations: operations.length });
      const address = entityAddress(this.job.definition, entity, payload.self.key);
      if (!address) return Promise.resolve({ result: leaveAlone(payload, nowMs), bound: NOTHING_BOUND });
      return this.activate({ address, operations, state: payload.exists ? payload.state : null, nowMs, cause });
    });
  }

  /** A step that, when it fails, comes again. */
  private async step<T>(name: string, causes: readonly string[], work: (step: Step) => Promise<T>): Promise<T> {
    try {
      return await this.telemetry.step(name, causes, work);
    } catch (error) {
      this.telemetry.count('Errors', 1, { Reason: codeOf(error) });
      throw error;
    }
  }

  private async activate({ address, operations, state, nowMs, cause }: Activation): Promise<{ result: EntityResult; bound: BoundItems }> {
    const started = performance.now();
    const applied = operations.flatMap(({ operation }) => operation ?? []);
    const context = { program: this.job.program, fingerprints: this.job.fingerprints, environment: { ...this.environment, policy: this.job.policy }, nowMs };
    const { stateText, effects, progress, blobs } = await this.references.using(nowMs, () => this.states.run(address, state, applied, context));
    const bound = await this.outputs.write(effects.outputs, effects.deadLetters, cause);
    const blobBytes = await this.states.write(address, blobs);
    const signals = effects.signals.map((signal) => withCause(signal, cause));
    measureActivation(this.telemetry, { entity: address.entity, operations: operations.length, stateBytes: stateText.length, blobBytes, milliseconds: performance.now() - started, progress, nowMs });
    return { result: writeResult(this.job.definition, stateText, { operations, signals, nowMs }), bound };
  }

  /** Signals that move time on where no events come; `failures`: of inputs that were left out because their service does not answer. */
  async ticks(nowMs: number): Promise<ClockRound> {
    return quietTicks(this.inputs, { plan: this.job.program.plan, policy: this.job.policy }, nowMs);
  }

  /** Measures how far each partition is behind; at most once a minute, and only when somebody gets it. */
  async measureProgress(readEntity: ReadEntity, nowMs: number): Promise<void> {
    if (!this.observation.isSent || nowMs - this.observedMs < PROGRESS_INTERVAL) return;
    this.observedMs = nowMs;
    measureStatus(this.telemetry, await this.status.read(readEntity), nowMs);
  }

  /** The inputs of the given types, with what job.json says of each. */
  inputsOf<T extends StreamInput['type']>(...types: readonly T[]): { input: JobInput; definition: Extract<StreamInput, { type: T }> }[] {
    return this.inputs.filter(({ definition }) => types.includes(definition.type as T)).map((input) => ({ input, definition: input.definition as Extract<StreamInput, { type: T }> }));
  }

  get alarmId(): string {
    return alarmId(this.job.definition);
  }

  keyOf(address: EntityAddress): string {
    return entityKey(this.job.definition, address);
  }

  async close(): Promise<void> {
    await Promise.all([this.observation.close(), this.outputs.close(), ...this.inputs.map(({ source }) => source.close())]);
  }
}

/** Reads the job that the settings name and opens it. Throws a WeirError or QuerySyntaxError with all that is wrong. */
export function openApp(settings: Settings = readSettings(), root = appRoot(), services: Services = azure): App {
  const problems = new Problems();
  const loaded = loadJob(jobFolder(root, settings));
  const definition: JobDefinition = expandJob(loaded.definition, settings, problems);
  problems.throwIfAny('missing-setting', `the job ${definition.name} cannot start`);
  return new App(root, { ...loaded, definition }, settings, services);
}

let opened: { app: App } | { error: unknown } | undefined;

/** The process's app; every function file asks for it. A job that cannot be opened fails the same way each time. */
export function theApp(): App {
  if (!opened) {
    try {
      opened = { app: openApp() };
    } catch (error) {
      opened = { error };
    }
  }
  if ('error' in opened) throw opened.error;
  return opened.app;
}

function referenceSources({ folder, definition }: Job, { settings, services }: Pick<App, 'settings' | 'services'>, problems: Problems): ReferenceSource[] {
  return Object.entries(definition.referenceData).flatMap(([name, reference]): ReferenceSource[] => {
    const { path, dateFormat, timeFormat } = reference;
    const source = { name, path, dateFormat, timeFormat, format: formatOf(definition, reference) };
    if (reference.type === 'file') return [{ ...source, store: fileStore(folder) }];
    const connection = problems.attempt(() => settings.connection(reference.connection, 'storage', placeOf('referenceData', name, reference)));
    return connection === undefined ? [] : [{ ...source, store: services.openSnapshots(connection, reference.container) }];
  });
}

/** Which events a step of a trace is about. */
function rangeOf(deliveries: readonly IngestDelivery[]): Record<string, string | number> {
  const [first, last] = [deliveries[0], deliveries[deliveries.length - 1]];
  return first && last ? { source: first.source, first: first.first, last: last.last } : {};
}
