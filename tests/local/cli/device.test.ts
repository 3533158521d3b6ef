/** Simulated devices through the SDK, the emulator, the lean receiver and the trigger's wire shapes, to the columns of the language. */
import { openPublisher } from '../../../local/cli/publish/publisher';
import { deviceFrom } from '../../../local/cli/publish/device';
import { getHubProperties, openReceiver } from '../../../local/eventhubs/receiver';
import { batchData } from '../../../local/host/triggers/eventhub/trigger-data';
import type { ReceivedEvent } from '../../../local/host/triggers/eventhub/event-source';
import { iotHubMetadata } from '../../../shared/sources/iot-hub-metadata';
import { member } from '../../../shared/values/fields';
import { DateTime } from '../../../shared/values/value';
import { startEmulator } from '../eventhubs/emulator';

const shape = { binary: true, keepEmpty: true, partition: { fullyQualifiedNamespace: 'n', eventHubName: 'h', consumerGroup: 'g', partitionId: '0' } };

async function received(connectionString: string, hub: string): Promise<{ partition: string; event: ReceivedEvent }[]> {
  const found: { partition: string; event: ReceivedEvent }[] = [];
  for (const partition of (await getHubProperties(connectionString, hub)).partitionIds) {
    const receiver = await openReceiver({ connectionString, hub, consumerGroup: '$Default', partition, startAfter: 'earliest' });
    for (const event of await receiver.receive(100, 200)) found.push({ partition, event: event as ReceivedEvent });
    await receiver.close();
  }
  return found;
}

describe('devices', () => {
  it('send as an IoT Hub hands their messages on', async () => {
    const emulator = await startEmulator({ hubs: [{ name: 'h', partitionCount: 3 }] });
    try {
      const publisher = openPublisher(emulator.connectionString, 'h', deviceFrom(undefined, 'who'));
      await publisher.send([1, 2, 3, 4, 5, 6].map((n) => ({ who: n % 2 === 0 ? 'even' : 17, n })));
      await publisher.close();
      const events = await received(emulator.connectionString, 'h');
      expect(events).toHaveLength(6);
      const json = batchData(events.map(({ event }) => event), shape).metadata.SystemPropertiesArray?.json as string;
      const hubs = (JSON.parse(json) as Record<string, unknown>[]).map((system) => iotHubMetadata(system));
      const devices = hubs.map((hub) => member(hub ?? {}, 'ConnectionDeviceId'));
      expect(devices.map(String).sort()).toEqual(['17', '17', '17', 'even', 'even', 'even']);
      expect(hubs.every((hub) => member(hub ?? {}, 'EnqueuedTime') instanceof DateTime && /^[0-9a-f-]{36}$/.test(String(member(hub ?? {}, 'MessageId'))))).toBe(true);
      // A device keeps its partition and its registration.
      for (const device of ['17', 'even']) {
        const own = events.filter((_, i) => devices[i] === device);
        expect(new Set(own.map(({ partition }) => partition)).size).toBe(1);
        expect(new Set(hubs.filter((_, i) => devices[i] === device).map((hub) => member(hub ?? {}, 'ConnectionDeviceGenerationId'))).size).toBe(1);
      }
    } finally {
      await emulator.dispose();
    }
  });

  it.each([
    [undefined, undefined, undefined],
    ['d', undefined, 'd'],
    [undefined, 'Id', '7'],
  ])('are named by --device %p or --device-column %p', (id, column, name) => expect(deviceFrom(id, column)?.({ id: 7 })).toBe(name));

  it('cannot be named twice, nor by a column that is not there', () => {
    expect(() => deviceFrom('a', 'b')).toThrow(/not both/);
    expect(() => deviceFrom(undefined, 'b')?.({ a: 1 })).toThrow(/no such column: \{"a":1\}/);
  });
});
