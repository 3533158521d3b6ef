import { EventHubProducerClient, type EventData } from '@azure/event-hubs';
import { toPlain } from '../../../shared/values/json';
import type { SqlRecord } from '../../../shared/values/value';
import { deviceMessage } from './device';

/** Sends records to a hub with the unmodified SDK. */
export interface Publisher {
  send(records: readonly SqlRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** The device that a record comes from, where the hub is to look like an IoT Hub's endpoint. */
export type DeviceOf = (record: SqlRecord) => string;

/** Against a local emulator the SDK's waits, made for a service far away, would only look like a fault. */
const RETRY = { maxRetries: 10, retryDelayInMs: 200, maxRetryDelayInMs: 2_000, timeoutInMs: 10_000 };

/** What the SDK sends. */
export type Message = Parameters<Awaited<ReturnType<EventHubProducerClient['createBatch']>>['tryAdd']>[0];

/** With `deviceOf`, each device's records go to the same partition, as an IoT Hub sends them on. */
export function openPublisher(connectionString: string, hub: string, deviceOf?: DeviceOf): Publisher {
  const client = new EventHubProducerClient(connectionString, hub, { retryOptions: RETRY });
  return {
    send: async (records) => {
      if (!deviceOf) return sendAll(client, records.map(plainMessage), undefined);
      for (const [device, own] of byDevice(records, deviceOf)) await sendAll(client, own.map((record) => deviceMessage(record, device, Date.now())), device);
    },
    close: () => client.close(),
  };
}

function plainMessage(record: SqlRecord): EventData {
  return { body: toPlain(record), contentType: 'application/json' };
}

function byDevice(records: readonly SqlRecord[], deviceOf: DeviceOf): Map<string, SqlRecord[]> {
  const groups = new Map<string, SqlRecord[]>();
  for (const record of records) {
    const device = deviceOf(record);
    const group = groups.get(device);
    if (group) group.push(record);
    else groups.set(device, [record]);
  }
  return groups;
}

async function sendAll(client: EventHubProducerClient, messages: readonly Message[], partitionKey: string | undefined): Promise<void> {
  const options = partitionKey === undefined ? {} : { partitionKey };
  let batch = await client.createBatch(options);
  for (const message of messages) {
    if (batch.tryAdd(message)) continue;
    await client.sendBatch(batch);
    batch = await client.createBatch(options);
    if (!batch.tryAdd(message)) throw new Error('an event is larger than the Event Hub takes');
  }
  if (batch.count > 0) await client.sendBatch(batch);
}
