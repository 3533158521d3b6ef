/** The composition root: job folder and settings → everything that the functions call. */
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { EntityCache, runEntity, type EntityAddress, type EntityContext, type Signal } from '../runtime/entity';
import { readSettings, type Settings } from '../settings';
import type { ReferenceSource, ReferenceTables } from '../sources/reference-data';
import { MemoryTelemetry } from '../telemetry';
import { quietTicks } from './clock';
import type { JobDefinition } from './definition';
import { entityAddress, entityKey, readOperations, readPayload, writeResult, type EntityResult } from './entity-batch';
import { expandJob } from './expand';
import { appRoot, jobFolder } from './folder';
import { formatOf, JobInput } from './input';
import { loadJob, type Job } from './load';
import { Outputs, type BoundItems } from './outputs';
import { Problems } from './problems';
import { azure, type Services } from './services';
import { bindingOf, createSink, type BoundOutput } from './sinks';
import { StatusReport } from './status';

/**
 * How long a partition entity waits for a delivery that is missing before it steps over it, in ms. Longer than the 5 minutes for which Azure Storage
 * hides a message whose reader has crashed.
 */
const GAP_TIMEOUT = 10 * 60_000;

/** A running job. One per process. */
export class App {
  readonly inputs: readonly JobInput[];
  readonly outputs: Outputs;
  readonly boundOutputs: readonly BoundOutput[];
  readonly status: StatusReport;
  readonly telemetry = new MemoryTelemetry();
  private readonly environment: Omit<EntityContext['environment'], 'policy'>;
  private readonly cache = new EntityCache();
  private readonly references: () => Promise<ReferenceTables>;

  /** `job.definition` has no `%NAME%` any more. Throws one WeirError with all settings that are missing or wrong. */
  constructor(
    readonly root: string,
    readonly job: Job,
    readonly settings: Settings,
    readonly services: Services = azure,
  ) {
    const problems = new Problems();
    const { definition } = job;
    let loaded: ReferenceTables | undefined;
    const sources = referenceSources(job, settings, problems);
    this.references = once(async () => (loaded = await services.loadReferenceTables(sources)));
    // Operators ask for reference data while they run, and it has been waited for by then.
    this.environment = { references: { at: (name, t) => (loaded as ReferenceTables).at(name, t) }, onError: definition.onError, gapTimeoutMs: GAP_TIMEOUT };
    this.inputs = Object.entries(definition.inputs).flatMap(([name, input]) => {
      const connection = problems.attempt(() => settings.connection(input.connection, 'eventHub', `job.json, inputs.${name}`));
      return connection === undefined ? [] : [new JobInput(job, name, services.openHubProperties(connection, input.eventHub, input.consumerGroup), this.environment)];
    });
    const sinks = Object.entries(definition.outputs).flatMap(([name, output]) => problems.attempt(() => createSink(name, output, { job: definition, settings, services })) ?? []);
    problems.attempt(() => settings.connection(definition.deadLetter.connection, 'storage', 'job.json, deadLetter'));
    problems.throwIfAny('invalid-settings', `the job ${definition.name} cannot start`);
    this.outputs = new Outputs(sinks, this.telemetry);
    this.boundOutputs = Object.entries(definition.outputs).flatMap(([name, output]) => bindingOf(name, output) ?? []);
    this.status = new StatusReport({ job, inputs: this.inputs, outputs: this.outputs, telemetry: this.telemetry, environment: { ...this.environment, policy: job.policy } });
  }

  /** One batch of an input's trigger. The signals are to be sent, the bound items handed to the output bindings. */
  async ingest(input: JobInput, messages: unknown, metadata: Readonly<Record<string, unknown>>): Promise<{ signals: Signal[]; bound: BoundItems }> {
    await this.references();
    const { signals, outputs, deadLetters } = await input.run(messages, metadata);
    return { signals, bound: await this.outputs.write(outputs, deadLetters) };
  }

  /** One batch of an entity's operations. Rejects when it must be run again: then nothing may be committed. */
  async operate(entity: EntityAddress['entity'], value: unknown, nowMs: number): Promise<{ result: EntityResult; bound: BoundItems }> {
    await this.references();
    const payload = readPayload(value);
    const { name } = this.job.definition;
    const operations = readOperations(entity, payload.batch);
    const context: EntityContext = { program: this.job.program, environment: { ...this.environment, policy: this.job.policy }, nowMs, random: randomUUID, cache: this.cache };
    const { stateText, effects } = runEntity(entityAddress(name, entity, payload.self.key), payload.exists ? payload.state : null, operations.flatMap(({ operation }) => operation ?? []), context);
    const bound = await this.outputs.write(effects.outputs, effects.deadLetters);
    return { result: writeResult(name, stateText, { operations, signals: effects.signals, nowMs }), bound };
  }

  /** Signals that move time on where no events come. */
  ticks(nowMs: number): Promise<Signal[]> {
    return quietTicks(this.inputs, this.job.program.plan, this.job.policy, nowMs);
  }

  keyOf(address: EntityAddress): string {
    return entityKey(this.job.definition.name, address);
  }

  async close(): Promise<void> {
    await Promise.all([this.outputs.close(), ...this.inputs.map(({ properties }) => properties.close())]);
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

function referenceSources({ folder, definition }: Job, settings: Settings, problems: Problems): ReferenceSource[] {
  return Object.entries(definition.referenceData).flatMap(([name, reference]): ReferenceSource[] => {
    const format = formatOf(definition, reference.format);
    if (reference.type === 'file') return [{ name, type: 'file', path: join(folder, reference.path), format }];
    const connection = problems.attempt(() => settings.connection(reference.connection, 'storage', `job.json, referenceData.${name}`));
    return connection === undefined ? [] : [{ name, type: 'blob', connection, container: reference.container, path: reference.path, format }];
  });
}

/** Makes the value on first use and keeps it; a failure is not kept. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () =>
    (made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    }));
}
