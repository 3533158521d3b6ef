import type { DurableFunctions } from '../../../../../local/host/contract';

interface TypedData {
  json?: string;
  string?: string;
}

interface Metadata {
  name: string;
  functionId?: string;
  bindings: Record<string, { type: string }>;
}

interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: unknown): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<{ returnValue?: TypedData | null }>;
}

const registered = new Map<string, { metadata: Metadata; callback: unknown }>();
let model: { getInvocationModel(context: unknown): InvocationModel };

class Disposable {
  dispose(): void {}
}

/** What the SDK gets for '@azure/functions-core': enough to register functions. */
export const core = {
  version: '2.0.0',
  hostVersion: '4.0.0',
  Disposable,
  registerFunction(metadata: Metadata, callback: unknown): Disposable {
    registered.set(metadata.name, { metadata, callback });
    return new Disposable();
  },
  registerHook: () => new Disposable(),
  setProgrammingModel: (value: typeof model) => void (model = value),
  log: () => undefined,
};

/** Runs a registered function with a string trigger value, through the SDK's own argument and response handling. */
export async function invoke(name: string, payload: string): Promise<unknown> {
  const { metadata, callback } = registered.get(name)!;
  const trigger = Object.keys(metadata.bindings).find((binding) => /trigger$/i.test(metadata.bindings[binding]!.type))!;
  const request = { invocationId: 'i', functionId: name, inputData: [{ name: trigger, data: { string: payload } }], triggerMetadata: {} };
  const invocation = model.getInvocationModel({ invocationId: 'i', request, metadata, log: () => undefined });
  const { context, inputs } = await invocation.getArguments();
  const { returnValue } = await invocation.getResponse(context, await invocation.invokeFunction(context, inputs, callback));
  if (returnValue?.json !== undefined) return JSON.parse(returnValue.json);
  return returnValue?.string ?? Object.values(returnValue ?? {})[0] ?? null;
}

export function durableFunctions(): DurableFunctions {
  const of = (type: string): Record<string, string> =>
    Object.fromEntries(
      [...registered.values()].filter(({ metadata }) => Object.values(metadata.bindings).some((binding) => binding.type === type)).map(({ metadata: { name } }) => [name.toLowerCase(), name]),
    );
  return { entities: of('entityTrigger'), orchestrators: of('orchestrationTrigger'), activities: of('activityTrigger') };
}
