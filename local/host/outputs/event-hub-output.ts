import type { EventDataBatch, EventHubProducerClient } from '@azure/event-hubs';
import { requireText, settingUse } from '../app-function';
import { toMessages } from '../typed-data';
import { resolveExpressions } from './binding-expression';
import type { OutputBinding } from './output';

/** One event per element of an array, or one; no partition key, as in Azure for JavaScript. */
export const eventHubOutput: OutputBinding = {
  validate(fn, binding, env) {
    requireText(fn.name, binding, 'eventHubName');
    env.settings.connection(binding.connection as string | undefined, 'eventHubs', settingUse(fn.name, binding, 'connection'));
  },

  async write({ fn, binding, data, source }, env) {
    const connection = env.settings.connection(binding.connection as string | undefined, 'eventHubs', settingUse(fn.name, binding, 'connection'));
    const hub = resolveExpressions(requireText(fn.name, binding, 'eventHubName'), source);
    await sendInBatches(env.clients.producer(connection, hub), toMessages(data));
  },
};

async function sendInBatches(producer: EventHubProducerClient, bodies: readonly Buffer[]): Promise<void> {
  let batch: EventDataBatch | undefined;
  for (const body of bodies) {
    batch ??= await producer.createBatch();
    if (batch.tryAdd({ body })) continue;
    if (batch.count === 0) throw new Error(`An event of ${body.length} bytes is larger than the Event Hub takes (${batch.maxSizeInBytes} bytes).`);
    await producer.sendBatch(batch);
    batch = await producer.createBatch();
    if (!batch.tryAdd({ body })) throw new Error(`An event of ${body.length} bytes is larger than the Event Hub takes (${batch.maxSizeInBytes} bytes).`);
  }
  if (batch !== undefined && batch.count > 0) await producer.sendBatch(batch);
}
