/**
 * Publishes readings without end, each partition in order. Killed and started again it goes on: which events there are is what the hub says, and an event that was not acknowledged is made anew.
 */
import { EventHubProducerClient } from '@azure/event-hubs';

const PARTITIONS = 4;
const [connection, hub, rate] = [process.env.WEIR_CHAOS_CONNECTION as string, process.env.WEIR_CHAOS_HUB as string, Number(process.env.WEIR_CHAOS_RATE)];
const ROUND = 200;

// No retry: a batch whose answer was lost would be there twice, as two events.
const open = (): EventHubProducerClient => new EventHubProducerClient(connection, hub, { retryOptions: { maxRetries: 0, timeoutInMs: 5_000 } });

const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

async function publish(partition: number): Promise<never> {
  let client = open();
  for (let n = 0; ; n++) {
    const size = Math.max(1, Math.round((rate * ROUND) / 1_000 / PARTITIONS));
    try {
      const events = Array.from({ length: size }, (_, i) => ({ body: { id: `${process.pid}-${partition}-${n}-${i}`, device: `d${(n * 7 + i * 3) % 25}`, v: (n * 37 + i * 11) % 100, t: new Date().toISOString() } }));
      const batch = await client.createBatch({ partitionId: String(partition) });
      events.forEach((event) => batch.tryAdd(event));
      await client.sendBatch(batch);
    } catch {
      await client.close().catch(() => undefined);
      await pause(500);
      client = open();
    }
    await pause(ROUND);
  }
}

process.on('disconnect', () => process.exit(0));
for (let partition = 0; partition < PARTITIONS; partition++) void publish(partition);
