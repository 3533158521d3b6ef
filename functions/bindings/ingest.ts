import type { FunctionInput, FunctionOutput, InvocationContext, RetryOptions } from '@azure/functions';
import type { App } from '../../shared/job/app';
import type { JobInput } from '../../shared/job/input';
import { lookAfterAlarm } from './alarm';
import { durableClient, readEntity, send } from './durable';
import { functionNames } from './function-name';
import { outputBindings } from './outputs';

/** What every function that takes events in has, whatever its trigger. */
export interface IngestFunction {
  retry: RetryOptions;
  extraInputs: FunctionInput[];
  extraOutputs: FunctionOutput[];
  handler: (messages: unknown, context: InvocationContext) => Promise<void>;
}

/** The name of the function of an input; unique among all inputs. */
export function ingestName(weir: App, input: JobInput): string {
  return functionNames('ingest', weir.inputs.map(({ name }) => name)).get(input.name) as string;
}

export function ingestFunction(weir: App, input: JobInput): IngestFunction {
  const outputs = outputBindings(weir);
  return {
    // For ever: the checkpoint must not pass a batch that failed.
    retry: { strategy: 'exponentialBackoff', maxRetryCount: -1, minimumInterval: { seconds: 1 }, maximumInterval: { minutes: 1 } },
    extraInputs: [durableClient],
    extraOutputs: outputs.all,
    handler: async (messages, context) => {
      const { signals, bound } = await weir.ingest(input, messages, context.triggerMetadata ?? {}, { traceparent: context.traceContext?.traceParent, retries: context.retryContext?.retryCount, nowMs: Date.now(), readEntity: (address) => readEntity(weir, address, context) });
      outputs.set(bound, context);
      await send(weir, signals, context);
      await lookAfterAlarm(weir, context);
    },
  };
}
