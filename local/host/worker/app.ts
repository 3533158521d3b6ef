import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { FunctionMetadata, InvocationRequest, InvocationResponse } from '../contract';
import { findAppFiles } from './app-files';
import { CoreApi, installCoreApi } from './core-api';
import { installSignals } from './durable-signals';
import type { AskEngine } from './durable-signals';
import { bodiesOf, defineMetadata } from './packed-events';
import type { CoreInvocationContext, FunctionCallback, LogSink } from './core-api';

/** One loaded app: what it registered, and how its functions are run. */
export class App {
  private readonly api: CoreApi;
  private readonly appHookData: Record<string, unknown> = {};

  constructor(
    private readonly appDir: string,
    sink: LogSink,
    private readonly ask: AskEngine,
  ) {
    this.api = new CoreApi(sink);
  }

  /** Loads every file of the app, runs its start hooks and asks the SDK for the app's capabilities. */
  async load(): Promise<{ functions: FunctionMetadata[]; capabilities: Record<string, string> }> {
    installCoreApi(this.api);
    installSignals(this.appDir, `http://${process.env.WEBSITE_HOSTNAME}`, this.ask);
    for (const file of findAppFiles(this.appDir)) await loadFile(file);
    await this.api.runHooks('appStart', { hookData: this.appHookData });
    const capabilities = (await this.api.model?.getCapabilities?.({})) ?? {};
    this.api.lock();
    return { functions: [...this.api.functions.values()].map(({ metadata }) => metadata), capabilities };
  }

  /** Runs one function with its hooks, in the order of Azure's worker; rejects with the function's own error. */
  async invoke(request: InvocationRequest): Promise<InvocationResponse> {
    const registered = this.api.functions.get(request.functionId);
    if (registered === undefined || this.api.model === undefined) throw new Error(`No function has the id ${request.functionId}.`);
    const { metadata, callback } = registered;
    const origin: { functionName: string; invocationContext?: unknown } = { functionName: metadata.name };
    const core: CoreInvocationContext = {
      invocationId: request.invocationId,
      request,
      metadata,
      log: (level, category, message) => this.api.log(level, category, message, origin),
    };
    const model = this.api.model.getInvocationModel(core);
    const { context, inputs } = await model.getArguments();
    origin.invocationContext = context;
    if (request.events !== undefined) {
      inputs[0] = bodiesOf(request.events);
      defineMetadata((context as { triggerMetadata: Record<string, unknown> }).triggerMetadata, request.events);
    }

    if (request.value !== undefined) inputs[0] = request.value;

    const hook: Record<string, unknown> = { hookData: {}, invocationContext: context, inputs, functionCallback: callback };
    core.state = 'preInvocationHooks';
    await this.api.runHooks('preInvocation', hook);

    const after: Record<string, unknown> = { hookData: hook.hookData, invocationContext: context, inputs: hook.inputs, result: null, error: null };
    core.state = 'invocation';
    try {
      after.result = await model.invokeFunction(context, hook.inputs as unknown[], hook.functionCallback as FunctionCallback);
    } catch (error) {
      after.error = error ?? new Error('The function threw null or undefined.');
    }

    core.state = 'postInvocationHooks';
    await this.api.runHooks('postInvocation', after);
    if (after.error !== null && after.error !== undefined) throw after.error;
    if (request.value === undefined) return model.getResponse(context, after.result);
    return { ...(await model.getResponse(context, undefined)), value: after.result };
  }

  async terminate(): Promise<void> {
    await this.api.runHooks('appTerminate', { hookData: this.appHookData });
  }
}

async function loadFile(file: string): Promise<void> {
  try {
    createRequire(file)(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_REQUIRE_ESM') throw error;
    await import(pathToFileURL(file).href);
  }
}
