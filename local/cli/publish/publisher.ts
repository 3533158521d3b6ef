import { EventHubProducerClient } from '@azure/event-hubs';
import { toPlain } from '../../../shared/values/json';
import type { SqlRecord } from '../../../shared/values/value';

/** Sends records to a hub with the unmodified SDK. */
export interface Publisher {
  send(records: readonly SqlRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** Against a local emulator the SDK's waits, made for a service far away, would only look like a fault. */
const RETRY = { maxRetries: 10, retryDelayInMs: 200, maxRetryDelayInMs: 2_000, timeoutInMs: 10_000 };

export function openPublisher(connectionString: string, hub: string): Publisher {
  const client = new EventHubProducerClient(connectionString, hub, { retryOptions: RETRY });
  return {
    send: async (records) => {
      let batch = await client.createBatch();
      for (const record of records) {
        const event = { body: toPlain(record), contentType: 'application/json' };
        if (batch.tryAdd(event)) continue;
        await client.sendBatch(batch);
        batch = await client.createBatch();
        if (!batch.tryAdd(event)) throw new Error('an event is larger than the Event Hub takes');
      }
      if (batch.count > 0) await client.sendBatch(batch);
    },
    close: () => client.close(),
  };
}
