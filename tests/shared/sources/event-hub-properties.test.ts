import { createHubProperties, type PropertiesClient } from '../../../shared/sources/event-hub-properties';
import { fromUnixMs } from '../../../shared/values/ticks';

function client(parts: Partial<PropertiesClient> = {}): PropertiesClient & { calls: number } {
  const made = {
    calls: 0,
    getEventHubProperties: () => {
      made.calls++;
      return Promise.resolve({ name: 'h', createdOn: new Date(7_000), partitionIds: ['0', '1'], isGeoDrEnabled: false });
    },
    getPartitionProperties: (partitionId: string) =>
      Promise.resolve({ eventHubName: 'h', partitionId, beginningSequenceNumber: 5, lastEnqueuedSequenceNumber: 9, lastEnqueuedOffset: '1', lastEnqueuedOnUtc: new Date(1_000), isEmpty: false }),
    close: () => Promise.resolve(),
    ...parts,
  };
  return made as PropertiesClient & { calls: number };
}

describe('properties of a hub', () => {
  it('are kept for a while, and no longer than the caller can use them', async () => {
    const [own, time] = [client(), { now: 0 }];
    const properties = createHubProperties(own, () => time.now);
    await properties.facts();
    time.now = 20_000;
    expect(await properties.facts()).toEqual({ partitionIds: ['0', '1'], made: 7_000 });
    expect(own.calls).toBe(1);
    await properties.facts(5_000);
    expect(own.calls).toBe(2);
    time.now = 60_000;
    await properties.facts();
    expect(own.calls).toBe(3);
  });

  it('do not keep a failure', async () => {
    let fails = true;
    const found = { name: 'h', createdOn: new Date(7_000), partitionIds: ['0'], isGeoDrEnabled: false };
    const properties = createHubProperties(client({ getEventHubProperties: () => (fails ? Promise.reject(new Error('gone')) : Promise.resolve(found)) }), () => 0);
    await expect(properties.facts()).rejects.toThrow('gone');
    fails = false;
    expect((await properties.facts()).partitionIds).toEqual(['0']);
  });

  it('tell where a partition begins and ends', async () => {
    expect(await createHubProperties(client(), () => 0).bounds('1')).toEqual({ partition: '1', begin: 5, last: 9, isEmpty: false, lastEnqueued: fromUnixMs(1_000) });
  });

  it('tell no time for a partition that never had an event', async () => {
    const empty = client({ getPartitionProperties: () => Promise.resolve({ eventHubName: 'h', partitionId: '0', beginningSequenceNumber: 0, lastEnqueuedSequenceNumber: -1, lastEnqueuedOffset: '-1', lastEnqueuedOnUtc: new Date(-62135596800000), isEmpty: true }) });
    expect(await createHubProperties(empty, () => 0).bounds('0')).toEqual({ partition: '0', begin: 0, last: -1, isEmpty: true, lastEnqueued: undefined });
  });
});
