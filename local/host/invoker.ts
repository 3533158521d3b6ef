import { randomUUID } from 'node:crypto';
import type { AppFunction } from './app-function';
import type { Clock } from './clock';
import type { PackedEvents, FunctionRuntime, InvocationResponse, RpcTypedData } from './contract';
import type { InputBindings } from './inputs/input-bindings';
import type { BindingSource } from './outputs/binding-expression';
import type { OutputBindings } from './outputs/output-bindings';
import type { RetryContext } from './retry';

/** What a trigger gives to one invocation. */
export interface TriggerInput {
  data: RpcTypedData;
  metadata: Record<string, RpcTypedData>;
  /** Instead of `data` and the metadata of each event. */
  events?: PackedEvents;
  /** Instead of `data`. */
  value?: object;
  /** The JSON payload that binding expressions may name properties of. */
  payload?: () => unknown;
  retryContext?: RetryContext;
  /** Given when the trigger must know it beforehand (HTTP streaming). */
  invocationId?: string;
}

export interface InvokerOptions {
  runtime: FunctionRuntime;
  inputs: InputBindings;
  outputs: OutputBindings;
  /** Null = unlimited. */
  timeoutMs: number | null;
  clock: Clock;
  log: (line: string) => void;
}

const FINISHED = 'The invocation has ended.';

/** Runs functions with their input and output bindings; the one way in for every trigger. */
export class Invoker {
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly options: InvokerOptions) {}

  /**
   * Reads inputs, runs the function, writes outputs. Rejects with the function's error, an output's, or a timeout's
   * (after which the worker is restarted, as Azure does: a handler cannot be interrupted otherwise).
   */
  invoke(fn: AppFunction, input: TriggerInput): Promise<InvocationResponse> {
    const invocation = this.run(fn, input);
    const settled: Promise<void> = invocation.then(
      () => undefined,
      () => undefined,
    );
    this.running.add(settled);
    void settled.then(() => this.running.delete(settled));
    return invocation;
  }

  /** Waits for the running invocations; false when they take longer than `ms`. */
  async drain(ms: number): Promise<boolean> {
    const giveUp = new AbortController();
    const done = Promise.all(this.running).then(() => true);
    const late = this.options.clock.sleep(ms, giveUp.signal).then(() => false);
    const result = await Promise.race([done, late]);
    giveUp.abort();
    return result;
  }

  private async run(fn: AppFunction, input: TriggerInput): Promise<InvocationResponse> {
    const { inputs, outputs, clock } = this.options;
    const invocationId = input.invocationId ?? randomUUID();
    const now = clock.now();
    const sys: RpcTypedData = { json: JSON.stringify({ MethodName: fn.name, UtcNow: new Date(now).toISOString(), RandGuid: randomUUID() }) };
    const source: BindingSource = { functionName: fn.name, now, metadata: input.metadata, payload: input.payload };
    const extra = fn.inputs.length === 0 ? [] : await inputs.read(fn, source);
    const response = await this.runInTime(fn, {
      functionId: fn.functionId,
      invocationId,
      inputData: [{ name: fn.trigger.name, data: input.data }, ...extra],
      triggerMetadata: { ...input.metadata, sys },
      ...(input.events === undefined ? {} : { events: input.events }),
      ...(input.value === undefined ? {} : { value: input.value }),
      retryContext: input.retryContext,
    });
    await outputs.write(fn, response, source);
    return response;
  }

  private async runInTime(fn: AppFunction, request: Parameters<FunctionRuntime['invoke']>[0]): Promise<InvocationResponse> {
    const { runtime, timeoutMs, clock, log } = this.options;
    if (timeoutMs === null) return runtime.invoke(request);
    const finished = new AbortController();
    const timeout = clock.sleep(timeoutMs, finished.signal).then(async () => {
      if (finished.signal.aborted) return;
      const message = `Function "${fn.name}" ran longer than functionTimeout (${timeoutMs / 1000} s); the worker is restarted.`;
      log(message);
      // Rejects this invocation and, as they share the thread, every other that is running.
      await runtime.restart();
    });
    timeout.catch((error: unknown) => log(`The worker did not come back after a timeout: ${String(error)}`));
    // With a reason: making one costs as much as the rest of this.
    return runtime.invoke(request).finally(() => finished.abort(FINISHED));
  }
}
