import path from 'node:path';
import type { ContainerClient } from '@azure/storage-blob';
import { bindFunctions, settingUse } from './app-function';
import type { AppFunction } from './app-function';
import { durableFunctions, durableInvoker, entityInvoker, isDurable, needsDurableEngine } from './durable-functions';
import type { DurableEngine } from './durable-functions';
import { createFaults } from './faults';
import type { FaultInjector } from './faults';
import { readHostJson } from './host-json';
import type { HostJson } from './host-json';
import type { HostOptions, HostParts } from './host-options';
import { hostId, ownerId, workerEnvironment } from './identity';
import { InputBindings } from './inputs/input-bindings';
import { Invoker } from './invoker';
import { Clients } from './outputs/clients';
import { OutputBindings } from './outputs/output-bindings';
import { AppSettings } from './settings';
import { CHECKPOINT_CONTAINER } from './triggers/eventhub/checkpoint-store';
import { EventHubTrigger } from './triggers/eventhub/event-hub-trigger';
import type { KafkaTopics } from './triggers/kafka/kafka-topics';
import { KafkaTrigger } from './triggers/kafka/kafka-trigger';
import { adminResponse } from './triggers/http/admin-api';
import { readHostKeys } from './triggers/http/host-keys';
import { HttpListener } from './triggers/http/http-listener';
import type { RequestHandler } from './triggers/http/http-listener';
import { HttpTrigger } from './triggers/http/http-trigger';
import { HttpError } from './triggers/http/request';
import { HOSTS_CONTAINER, ScheduleStatusStore } from './triggers/timer/schedule-status';
import { TimerLock } from './triggers/timer/timer-lock';
import { TimerTrigger } from './triggers/timer/timer-trigger';
import type { TriggerListener } from './triggers/trigger-listener';
import { WorkerRuntime } from './worker/worker-runtime';

const DEFAULT_LEASES = { renewMs: 10_000, expiryMs: 30_000 };
const DEFAULT_SHUTDOWN_MS = 10_000;
/** Paths that belong to the durable engine: the SDK's client API and the management URLs given to callers. */
const DURABLE_PATHS = ['/durabletask/', '/runtime/webhooks/durabletask/'];

/** One running host: puts the parts together, starts them in order, stops them in reverse. */
export class Host {
  private readonly settings: AppSettings;
  private readonly hostJson: HostJson;
  private readonly clients = new Clients();
  private readonly faults: FaultInjector;
  private readonly listener: HttpListener;
  private runtime!: WorkerRuntime;
  private invoker!: Invoker;
  private engine: DurableEngine | undefined;
  private triggers: TriggerListener[] = [];
  private http: HttpTrigger | undefined;
  functions: AppFunction[] = [];

  constructor(
    private readonly options: HostOptions,
    private readonly parts: HostParts,
  ) {
    this.settings = new AppSettings(options.settings);
    this.hostJson = readHostJson(options.appDir);
    this.faults = createFaults(options.faults);
    this.listener = new HttpListener({
      port: options.port,
      address: options.address ?? '127.0.0.1',
      corsOrigins: options.corsOrigins ?? [],
      log: options.log,
    });
  }

  get port(): number {
    return this.listener.port;
  }

  private get baseUrl(): string {
    return `http://localhost:${this.port}`;
  }

  /** Listens, loads the app, checks every binding, then lets events in. Throws one Error with all that is wrong. */
  async start(): Promise<void> {
    const port = await this.listener.listen();
    await this.loadApp(port);
    this.createInvoker();
    this.createTriggers();
    await this.engine?.start();
    this.serveHttp();
    await Promise.all(this.triggers.map((trigger) => trigger.start()));
  }

  async stop(): Promise<void> {
    const { clock } = this.parts;
    const limit = this.options.shutdownMs ?? DEFAULT_SHUTDOWN_MS;
    // Functions that are still running may signal entities: that API stays open to the end.
    this.listener.serve([this.durableHandler(), () => Promise.reject(new HttpError(503, 'The host is stopping.'))]);
    const finished = new AbortController();
    const quiet = this.quiesce(limit).then(() => true);
    const late = clock.sleep(limit, finished.signal).then(() => false);
    if (!(await Promise.race([quiet, late]))) this.options.log(`Stopping without the invocations that ran longer than ${limit / 1000} s.`);
    finished.abort();
    quiet.catch(() => undefined);
    const closed = this.listener.close();
    this.listener.closeNow();
    await this.runtime?.terminate();
    await Promise.all([closed, this.clients.close()]);
  }

  private async quiesce(limit: number): Promise<void> {
    const stopped = await Promise.allSettled(this.triggers.map((trigger) => trigger.stop()));
    for (const result of stopped) if (result.status === 'rejected') this.options.log(`A trigger did not stop cleanly: ${String(result.reason)}`);
    await this.engine?.stop();
    await this.invoker?.drain(limit);
  }

  private async loadApp(port: number): Promise<void> {
    const { appDir, settings, log } = this.options;
    const onCrash = this.options.onCrash ?? ((error: Error) => this.crash(error));
    const env = workerEnvironment(settings, appDir, port);
    this.runtime = new WorkerRuntime({ appDir: path.resolve(appDir), env, log, onCrash, onSignal: (url, body) => this.engine?.signal?.(url, body) ?? Promise.resolve(null), entry: this.parts.workerEntry });
    this.functions = bindFunctions(await this.runtime.load(), this.settings);
  }

  private crash(error: Error): never {
    this.options.log(`The app crashed: ${error.stack ?? error.message}`);
    process.exit(1);
  }

  private createInvoker(): void {
    const { dataDir, log } = this.options;
    const env = { clients: this.clients, settings: this.settings, hostJson: this.hostJson };
    const inputs = new InputBindings(env, () => this.engine!.clientBinding(this.baseUrl));
    const outputs = new OutputBindings(env, this.faults);
    checkAll(this.functions, (fn) => {
      inputs.validate(fn);
      outputs.validate(fn);
    });
    this.invoker = new Invoker({ runtime: this.runtime, inputs, outputs, timeoutMs: this.hostJson.functionTimeoutMs, clock: this.parts.clock, log });
    if (!needsDurableEngine(this.functions)) return;
    this.engine = this.parts.createDurableEngine({
      dataDir: path.join(dataDir, 'durable'),
      taskHub: this.hostJson.durableTask.hubName,
      functions: durableFunctions(this.functions),
      invoke: durableInvoker(this.functions, this.invoker),
      invokeEntity: entityInvoker(this.functions, this.invoker),
      log,
      maxEntityBatch: this.hostJson.durableTask.maxEntityOperationBatchSize,
    });
  }

  private createTriggers(): void {
    const http: AppFunction[] = [];
    const triggers: TriggerListener[] = [];
    checkAll(this.functions, (fn) => {
      const type = fn.trigger.type.toLowerCase();
      if (type === 'httptrigger') http.push(fn);
      else if (type === 'eventhubtrigger') triggers.push(this.eventHubTrigger(fn));
      else if (type === 'kafkatrigger' && this.parts.kafka) triggers.push(this.kafkaTrigger(fn, this.parts.kafka));
      else if (type === 'timertrigger') triggers.push(this.timerTrigger(fn));
      else if (type !== 'warmuptrigger' && !isDurable(fn)) {
        this.options.log(`The function "${fn.name}" will not run: the local host has no ${fn.trigger.type} (it has HTTP, timer, Event Hubs, Kafka and durable triggers).`);
      }
    });
    this.triggers = triggers;
    this.http = new HttpTrigger(http, {
      routePrefix: this.hostJson.http.routePrefix,
      maxBodyBytes: this.hostJson.http.maxRequestBodyBytes,
      keys: this.options.enforceKeys === true ? readHostKeys(this.options.dataDir, (name) => this.settings.get(name)) : null,
      httpUri: () => this.runtime.capabilities.HttpUri,
      invoker: this.invoker,
    });
  }

  private eventHubTrigger(fn: AppFunction): TriggerListener {
    const storage = this.settings.connection('AzureWebJobsStorage', 'storage', settingUse(fn.name, fn.trigger, 'checkpoints'));
    return new EventHubTrigger({
      fn,
      settings: this.settings,
      hostJson: this.hostJson,
      source: this.parts.eventSource,
      container: () => this.clients.container(storage, CHECKPOINT_CONTAINER),
      invoker: this.invoker,
      keepEmpty: this.keepsEmpty,
      ownerId: ownerId(this.options.dataDir),
      leases: this.options.leases ?? DEFAULT_LEASES,
      faults: this.faults,
      clock: this.parts.clock,
      log: this.options.log,
    });
  }

  private get keepsEmpty(): boolean {
    return this.runtime.capabilities.IncludeEmptyEntriesInMessagePayload?.toLowerCase() === 'true';
  }

  private kafkaTrigger(fn: AppFunction, topics: KafkaTopics): TriggerListener {
    return new KafkaTrigger({ fn, topics, settings: this.settings, hostJson: this.hostJson, invoker: this.invoker, keepEmpty: this.keepsEmpty, faults: this.faults, clock: this.parts.clock, log: this.options.log });
  }

  private timerTrigger(fn: AppFunction): TriggerListener {
    const storage = this.settings.connection('AzureWebJobsStorage', 'storage', settingUse(fn.name, fn.trigger, 'schedule status'));
    const { appDir, dataDir, log } = this.options;
    const { clock } = this.parts;
    const container = (): Promise<ContainerClient> => this.clients.container(storage, HOSTS_CONTAINER);
    const host = hostId(appDir, this.settings);
    const lock = new TimerLock({ container, hostId: host, functionName: fn.name, leaseId: ownerId(dataDir), clock, log });
    return new TimerTrigger({ fn, invoker: this.invoker, statusStore: new ScheduleStatusStore(container, host), lock, retry: fn.retry ?? this.hostJson.retry, clock, log });
  }

  private serveHttp(): void {
    const { clock } = this.parts;
    const startedAt = clock.now();
    const admin: RequestHandler = (_request, response, url) => {
      if (!url.pathname.startsWith('/admin/')) return Promise.resolve(false);
      const state = { hostId: hostId(this.options.appDir, this.settings), startedAt, functions: this.functions, endpoints: this.http!.endpoints, baseUrl: this.baseUrl };
      const body = adminResponse(url.pathname, state, clock.now());
      if (body === undefined) throw new HttpError(404, '');
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      return Promise.resolve(true);
    };
    this.listener.serve([this.durableHandler(), admin, (request, response, url) => this.http!.serve(request, response, url)]);
  }

  private durableHandler(): RequestHandler {
    return async (request, response, url) => {
      if (this.engine === undefined || !DURABLE_PATHS.some((prefix) => url.pathname.startsWith(prefix))) return false;
      await this.engine.handle(request, response);
      return true;
    };
  }
}

/** Runs `check` for every function and throws once, with every complaint. */
function checkAll(functions: readonly AppFunction[], check: (fn: AppFunction) => void): void {
  const complaints: string[] = [];
  for (const fn of functions) {
    try {
      check(fn);
    } catch (error) {
      complaints.push((error as Error).message);
    }
  }
  if (complaints.length > 0) throw new Error(complaints.join('\n'));
}
