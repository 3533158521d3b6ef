import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DurableFunctions, InvokeDurable, InvokeEntity } from '../contract';
import { Dispatcher } from './dispatcher';
import { DueQueue } from './due-queue';
import { EntityRecords } from './entity-records';
import { EntityRunner } from './entity-runner';
import type { DurableApi } from './http-api/api';
import { clientBinding } from './http-api/management-urls';
import { answerSignal, serveApi } from './http-api/router';
import { ActivityRunner } from './orchestration/activity-runner';
import { OrchestrationRunner } from './orchestration/runner';
import { DurableStore } from './store';
import type { Touched } from './transaction';

export interface DurableEngineOptions {
  /** Where the store is kept; made if it is missing. */
  dataDir: string;
  taskHub: string;
  functions: DurableFunctions;
  invoke: InvokeDurable;
  /** How entity functions are run; default by {@link invoke}. */
  invokeEntity?: InvokeEntity;
  log: (line: string) => void;
  /** Operations per invocation of an entity function; default 500. */
  maxEntityBatch?: number;
  /** Entities that run at the same time; default 10. Orchestrations and activities have 10 each, too. */
  maxConcurrentEntities?: number;
  faults?: DurableFaults;
  /** Milliseconds since the epoch; default the system's clock. */
  now?: () => number;
}

/**
 * What Azure may do to an app, on purpose. Each is asked once per message or batch and is deterministic when its random
 * numbers come from a seed.
 */
export interface DurableFaults {
  /** Deliver a signal (of a client or an entity) twice. */
  duplicateSignal?: () => boolean;
  /** Put a client's signal before the one that came last. */
  reorderClientSignals?: () => boolean;
  /** The entity ran and its signals are sent, but its state is not committed; the batch runs again. */
  abortBatchAfterInvoke?: () => boolean;
  /** Milliseconds by which a client's signal is late; 0 = not. */
  delaySignal?: () => number;
}

export interface DurableEngine {
  /** Opens the store and goes on with everything that was under way. Throws when the store can not be opened. */
  start(): Promise<void>;
  /** Begins nothing new, waits for what runs, closes the store. From then on {@link handle} answers 503. */
  stop(): Promise<void>;
  /** Serves the client API: paths with `/durabletask/` in them. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Takes a signal of a client in this process: the URL and body of its request. */
  signal(url: string, body: string): Promise<{ status: number; body: string }>;
  /** The value of a durableClient input binding (JSON text) for a host at `baseUrl`, for example http://localhost:7071. */
  clientBinding(baseUrl: string): string;
}

const NOT_RUNNING = JSON.stringify({ Message: 'The durable engine is not running.' });
const DEFAULT_BATCH = 500;
const DEFAULT_CONCURRENCY = 10;

/** Makes the engine of one task hub: durable entities, orchestrations, activities and timers, and their client API. */
export function createDurableEngine(options: DurableEngineOptions): DurableEngine {
  let running: RunningEngine | undefined;
  return {
    // Async, so that a store that can not be opened is a rejection.
    async start(): Promise<void> {
      running = new RunningEngine(options);
      running.recover();
    },
    async stop(): Promise<void> {
      const engine = running;
      running = undefined;
      await engine?.stop();
    },
    async handle(request, response): Promise<void> {
      if (running !== undefined) return running.handle(request, response);
      response.writeHead(503, { 'content-type': 'application/json', connection: 'close' }).end(NOT_RUNNING);
    },
    async signal(url, body): Promise<{ status: number; body: string }> {
      return running === undefined ? { status: 503, body: NOT_RUNNING } : running.signal(url, body);
    },
    clientBinding: (baseUrl) => clientBinding(baseUrl, options.taskHub),
  };
}

/** An engine with its store open. */
class RunningEngine {
  private readonly store: DurableStore;
  private readonly entities: Dispatcher<string>;
  private readonly instances: Dispatcher<string>;
  private readonly activities: Dispatcher<number>;
  private readonly due: DueQueue;
  private readonly api: DurableApi;
  private readonly serving = new Set<Promise<void>>();
  private stopping = false;

  constructor(private readonly options: DurableEngineOptions) {
    const { functions, invoke, log } = options;
    const invokeEntity = options.invokeEntity ?? ((name, payload, instance) => invoke(name, JSON.stringify(payload), instance));
    const now = options.now ?? Date.now;
    const faults = options.faults ?? {};
    const duplicate = (): boolean => faults.duplicateSignal?.() ?? false;
    const stopping = (): boolean => this.stopping;
    this.store = DurableStore.open(options.dataDir, options.taskHub, (touched) => this.wake(touched));
    const { store } = this;
    const records = new EntityRecords(store);
    const maxBatch = options.maxEntityBatch ?? DEFAULT_BATCH;
    const abortAfterInvoke = (): boolean => faults.abortBatchAfterInvoke?.() ?? false;
    const entityRunner = new EntityRunner({ store, records, entities: functions.entities, invoke: invokeEntity, maxBatch, now, log, abortAfterInvoke, duplicate });
    const orchestrations = new OrchestrationRunner({ store, functions, invoke, now, log, stopping });
    const activityRunner = new ActivityRunner({ store, activities: functions.activities, invoke, now, stopping });
    this.entities = this.dispatcher((id) => entityRunner.run(id), 'The entity', options.maxConcurrentEntities);
    this.instances = this.dispatcher((id) => orchestrations.run(id), 'The orchestration');
    this.activities = this.dispatcher((sequence) => activityRunner.run(sequence), 'The activity');
    this.due = new DueQueue(store, now, log);
    const apiFaults = { duplicate, reorder: () => faults.reorderClientSignals?.() ?? false, delayMs: () => faults.delaySignal?.() ?? 0 };
    this.api = { store, records, functions, taskHub: options.taskHub, now, log, creating: new Set(), faults: apiFaults };
  }

  /** Takes up what was under way when the store was last used. */
  recover(): void {
    const { entities, instances, activities } = this.store.recover();
    this.wake({ entities: new Set(entities), instances: new Set(instances), activities, due: true });
  }

  handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    return this.serve(serveApi(this.api, request, response));
  }

  signal(url: string, body: string): Promise<{ status: number; body: string }> {
    return this.serve(answerSignal(this.api, new URL(url), body));
  }

  private async serve<T>(served: Promise<T>): Promise<T> {
    const settled = served.then(() => undefined, () => undefined);
    this.serving.add(settled);
    void settled.then(() => this.serving.delete(settled));
    return served;
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await Promise.all([this.entities.stop(), this.instances.stop(), this.activities.stop(), this.due.stop()]);
    await Promise.allSettled(this.serving);
    await this.store.close();
  }

  private wake({ entities, instances, activities, due }: Touched): void {
    for (const id of entities) this.entities.wake(id);
    for (const id of instances) this.instances.wake(id);
    for (const sequence of activities) this.activities.wake(sequence);
    if (due) this.due.arm();
  }

  private dispatcher<K>(work: (key: K) => Promise<boolean>, what: string, limit = DEFAULT_CONCURRENCY): Dispatcher<K> {
    const failed = (key: K, error: unknown, retryMs: number): void => {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.options.log(`${what} ${String(key)} failed and will run again in ${retryMs} ms; nothing was committed. ${reason}`);
    };
    return new Dispatcher({ limit, work, failed });
  }
}
