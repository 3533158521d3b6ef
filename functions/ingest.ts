import { app as host } from '@azure/functions';
import { theApp } from '../shared/job/app';
import { durableClient, send } from './bindings/durable';
import { functionNames } from './bindings/function-name';
import { outputBindings } from './bindings/outputs';

const weir = theApp();
const names = functionNames('ingest', weir.inputs.map(({ name }) => name));

// Without it the host leaves out events with an empty body, and the others lose their places.
host.setup({ capabilities: { IncludeEmptyEntriesInMessagePayload: true } });

for (const input of weir.inputs) {
  const outputs = outputBindings(weir);
  const { connection, eventHub: eventHubName, consumerGroup } = input.definition;
  host.eventHub(names.get(input.name) as string, {
    ...{ connection, eventHubName, consumerGroup, cardinality: 'many', dataType: 'binary' },
    // For ever: the checkpoint must not pass a batch that failed.
    retry: { strategy: 'exponentialBackoff', maxRetryCount: -1, minimumInterval: { seconds: 1 }, maximumInterval: { minutes: 1 } },
    extraInputs: [durableClient],
    extraOutputs: outputs.all,
    handler: async (events, context) => {
      const { signals, bound } = await weir.ingest(input, events, context.triggerMetadata ?? {}, { traceparent: context.traceContext?.traceParent, retries: context.retryContext?.retryCount, nowMs: Date.now() });
      outputs.set(bound, context);
      await send(weir, signals, context);
    },
  });
}
