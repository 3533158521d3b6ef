import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AppFunction } from './app-function';
import type { DurableFunctions, InvokeDurable, InvokeEntity } from './contract';
import type { Invoker } from './invoker';
import { toValue } from './typed-data';

/** The durable engine as the host uses it; durable/engine.ts is the real one. */
export interface DurableEngine {
  start(): Promise<void>;
  stop(): Promise<void>;
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  clientBinding(baseUrl: string): string;
  /** See durable/engine.ts; an engine without it is signalled by HTTP. */
  signal?(url: string, body: string): Promise<{ status: number; body: string }>;
}

export type DurableEngineFactory = (options: {
  dataDir: string;
  taskHub: string;
  functions: DurableFunctions;
  invoke: InvokeDurable;
  /** For an engine whose entities run in this process. */
  invokeEntity?: InvokeEntity;
  log: (line: string) => void;
  maxEntityBatch?: number;
}) => DurableEngine;

/** Trigger type -> the kind of durable function, and the trigger property that may rename it. */
const KINDS: Record<string, { kind: keyof DurableFunctions; property: string }> = {
  entitytrigger: { kind: 'entities', property: 'entityName' },
  orchestrationtrigger: { kind: 'orchestrators', property: 'orchestration' },
  activitytrigger: { kind: 'activities', property: 'activity' },
};

export function isDurable(fn: AppFunction): boolean {
  return fn.trigger.type.toLowerCase() in KINDS;
}

/** True when the app has durable functions or uses a durable client: then it needs an engine. */
export function needsDurableEngine(functions: readonly AppFunction[]): boolean {
  return functions.some((fn) => isDurable(fn) || fn.inputs.some((binding) => binding.type.toLowerCase() === 'durableclient'));
}

/** The app's durable functions by the lower-cased name that messages address. */
export function durableFunctions(functions: readonly AppFunction[]): DurableFunctions {
  const found: DurableFunctions = { entities: {}, orchestrators: {}, activities: {} };
  for (const fn of functions.filter(isDurable)) {
    const { kind, property } = KINDS[fn.trigger.type.toLowerCase()]!;
    const name = fn.trigger[property];
    found[kind][(typeof name === 'string' && name !== '' ? name : fn.name).toLowerCase()] = fn.name;
  }
  return found;
}

/** Runs durable functions for the engine: the payload is the trigger's string value, as in Azure. */
export function durableInvoker(functions: readonly AppFunction[], invoker: Pick<Invoker, 'invoke'>): InvokeDurable {
  const find = byName(functions);
  return async (functionName, payload) => {
    const response = await invoker.invoke(find(functionName), { data: { string: payload }, metadata: {} });
    return toValue(response.returnValue);
  };
}

/** Runs entity functions for the engine: payload and result cross to the app's thread as they are. */
export function entityInvoker(functions: readonly AppFunction[], invoker: Pick<Invoker, 'invoke'>): InvokeEntity {
  const find = byName(functions);
  return async (functionName, payload) => (await invoker.invoke(find(functionName), { data: {}, value: payload, metadata: {} })).value ?? null;
}

function byName(functions: readonly AppFunction[]): (name: string) => AppFunction {
  const known = new Map(functions.map((fn) => [fn.name, fn]));
  return (name) => {
    const fn = known.get(name);
    if (fn === undefined) throw new Error(`There is no function "${name}".`);
    return fn;
  };
}
