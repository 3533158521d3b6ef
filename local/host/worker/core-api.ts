import Module from 'node:module';
import type { FunctionMetadata, InvocationRequest, InvocationResponse, RawBinding, RetryOptions } from '../contract';

/**
 * The part of `@azure/functions-core` that the Functions SDK calls (4.16.5): the module that Azure's Node worker
 * injects and that is not on npm. One object per worker thread, because the SDK caches it and sets its programming
 * model only once.
 */

export type HookName = 'preInvocation' | 'postInvocation' | 'appStart' | 'appTerminate' | 'log';
export type HookCallback = (context: Record<string, unknown>) => unknown;
export type FunctionCallback = (...args: unknown[]) => unknown;

/** What the SDK knows of one invocation. */
export interface CoreInvocationContext {
  invocationId: string;
  request: InvocationRequest;
  metadata: FunctionMetadata;
  state?: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks';
  log(level: string, category: string, message: string): void;
}

export interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
}

export interface ProgrammingModel {
  name: string;
  version: string;
  getInvocationModel(context: CoreInvocationContext): InvocationModel;
  getCapabilities?(defaults: Record<string, string>): Promise<Record<string, string>>;
}

/** The metadata as the SDK registers it; durations are in whole seconds. */
interface RegisteredMetadata {
  name: string;
  functionId?: string;
  bindings: Record<string, RawBinding>;
  retryOptions?: {
    retryStrategy: RetryOptions['retryStrategy'];
    maxRetryCount: number;
    delayInterval?: { seconds: number };
    minimumInterval?: { seconds: number };
    maximumInterval?: { seconds: number };
  };
}

export interface RegisteredFunction {
  metadata: FunctionMetadata;
  callback: FunctionCallback;
}

/** Called for every line that the app or the SDK logs; `functionName` is set inside an invocation. */
export type LogSink = (line: { level: string; category: string; message: string; functionName?: string }) => void;

const HOOKS: readonly HookName[] = ['preInvocation', 'postInvocation', 'appStart', 'appTerminate', 'log'];

/** What one app has registered, and the object that it registers with. */
export class CoreApi {
  readonly functions = new Map<string, RegisteredFunction>();
  model: ProgrammingModel | undefined;
  private readonly hooks = new Map<HookName, Set<HookCallback>>(HOOKS.map((name) => [name, new Set()]));
  private started = false;

  constructor(private readonly sink: LogSink) {}

  /** From here on nothing more can be registered. */
  lock(): void {
    this.started = true;
  }

  async runHooks(name: HookName, context: Record<string, unknown>): Promise<void> {
    for (const callback of this.hooks.get(name)!) await callback(context);
  }

  /** A line goes through the app's `log` hooks, which may change it, and then to the host. */
  log(level: string, category: string, message: string, origin: { functionName?: string; invocationContext?: unknown } = {}): void {
    const line: Record<string, unknown> = { hookData: {}, level, category, message, invocationContext: origin.invocationContext };
    for (const callback of this.hooks.get('log')!) {
      // A broken log hook must not break what it logs about.
      try {
        callback(line);
      } catch (error) {
        this.sink({ level: 'error', category: 'system', message: `A log hook failed: ${String(error)}` });
      }
    }
    this.sink({ level: String(line.level), category, message: String(line.message), functionName: origin.functionName });
  }

  /** The object that `require('@azure/functions-core')` gives. */
  readonly module = {
    version: '2.0.0',
    hostVersion: '4.1000.0',
    Disposable,
    registerFunction: (metadata: RegisteredMetadata, callback: FunctionCallback): Disposable => this.registerFunction(metadata, callback),
    registerHook: (name: HookName, callback: HookCallback): Disposable => this.registerHook(name, callback),
    setProgrammingModel: (model: ProgrammingModel): void => this.setProgrammingModel(model),
    getProgrammingModel: (): ProgrammingModel | undefined => this.model,
    log: (level: string, category: string, message: string): void => this.log(level, category, message),
  };

  private registerFunction(metadata: RegisteredMetadata, callback: FunctionCallback): Disposable {
    this.refuseAfterStart('A function');
    if ([...this.functions.values()].some((other) => other.metadata.name.toLowerCase() === metadata.name.toLowerCase())) {
      throw systemError(`A function with the name "${metadata.name}" is registered already. Function names are unique, whatever their case.`);
    }
    // Not random: a restarted worker must answer to the ids of the one before.
    const functionId = metadata.functionId ?? metadata.name;
    const { name, bindings, retryOptions } = metadata;
    this.functions.set(functionId, { metadata: { name, functionId, bindings: plain(bindings), retryOptions: toRetryOptions(retryOptions) }, callback });
    return new Disposable(() => this.functions.delete(functionId));
  }

  private registerHook(name: HookName, callback: HookCallback): Disposable {
    const callbacks = this.hooks.get(name);
    if (callbacks === undefined) throw Object.assign(new RangeError(`Unrecognized hook "${name}"`), { isAzureFunctionsSystemError: true });
    callbacks.add(callback);
    return new Disposable(() => callbacks.delete(callback));
  }

  private setProgrammingModel(model: ProgrammingModel): void {
    this.refuseAfterStart('The programming model');
    this.model = model;
  }

  private refuseAfterStart(what: string): void {
    if (this.started) throw systemError(`${what} can only be registered during app startup.`);
  }
}

/** Makes `require('@azure/functions-core')` give `api`, for CommonJS and (through its CommonJS SDK) for ESM apps. */
export function installCoreApi(api: CoreApi): void {
  const original = Module.prototype.require;
  Module.prototype.require = function (this: NodeModule, id: string): unknown {
    return id === '@azure/functions-core' ? api.module : original.call(this, id);
  } as typeof original;
}

/** Undoes one registration, once. */
class Disposable {
  static from(...items: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => items.forEach((item) => item.dispose()));
  }

  constructor(private undo: (() => unknown) | undefined) {}

  dispose(): void {
    const undo = this.undo;
    this.undo = undefined;
    undo?.();
  }
}

function toRetryOptions(options: RegisteredMetadata['retryOptions']): RetryOptions | undefined {
  if (options === undefined) return undefined;
  const ms = (interval: { seconds: number } | undefined): number | undefined => (interval === undefined ? undefined : interval.seconds * 1000);
  return {
    retryStrategy: options.retryStrategy,
    maxRetryCount: options.maxRetryCount,
    delayIntervalMs: ms(options.delayInterval),
    minimumIntervalMs: ms(options.minimumInterval),
    maximumIntervalMs: ms(options.maximumInterval),
  };
}

/** Bindings cross to the host as JSON in Azure, so a function or class instance in them is lost here, too. */
function plain(bindings: Record<string, RawBinding>): Record<string, RawBinding> {
  return JSON.parse(JSON.stringify(bindings)) as Record<string, RawBinding>;
}

function systemError(message: string): Error {
  return Object.assign(new Error(message), { isAzureFunctionsSystemError: true });
}
