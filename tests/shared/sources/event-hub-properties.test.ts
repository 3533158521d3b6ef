import { createHubProperties, type PropertiesClient } from '../../../shared/sources/event-hub-properties';
import { fromUnixMs } from '../../../shared/values/ticks';

function client(parts: Partial<PropertiesClient> = {}): PropertiesClient & { calls: number } {
  const made = {
    calls: 0,
    getPartitionIds: () => {
      made.calls++;
      return Promise.resolve(['0', '1']);
    },
    getPartitionProperties: (partitionId: string) =>
      Promise.resolve({ eventHubName: 'h', partitionId, beginningSequenceNumber: 5, lastEnqueuedSequenceNumber: 9, lastEnqueuedOffset: '1', lastEnqueuedOnUtc: new Date(1_000), isEmpty: false }),
    close: () => Promise.resolve(),
    ...parts,
  };
  return made as PropertiesClient & { calls: number };
}

describe('properties of a hub', () => {
  it('keep the list of partitions for a while', async () => {
    const [own, time] = [client(), { now: 0 }];
    const properties = createHubProperties(own, () => time.now);
    await properties.partitionIds();
    time.now = 60_000;
    expect(await properties.partitionIds()).toEqual(['0', '1']);
    expect(own.calls).toBe(1);
    time.now = 600_000;
    await properties.partitionIds();
    expect(own.calls).toBe(2);
  });

  it('do not keep a failure', async () => {
    let fails = true;
    const properties = createHubProperties(client({ getPartitionIds: () => (fails ? Promise.reject(new Error('gone')) : Promise.resolve(['0'])) }), () => 0);
    await expect(properties.partitionIds()).rejects.toThrow('gone');
    fails = false;
    expect(await properties.partitionIds()).toEqual(['0']);
  });

  it('tell where a partition begins and ends', async () => {
    expect(await createHubProperties(client(), () => 0).bounds('1')).toEqual({ partition: '1', begin: 5, last: 9, isEmpty: false, lastEnqueued: fromUnixMs(1_000) });
  });

  it('tell no time for a partition that never had an event', async () => {
    const empty = client({ getPartitionProperties: () => Promise.resolve({ eventHubName: 'h', partitionId: '0', beginningSequenceNumber: 0, lastEnqueuedSequenceNumber: -1, lastEnqueuedOffset: '-1', lastEnqueuedOnUtc: new Date(-62135596800000), isEmpty: true }) });
    expect(await createHubProperties(empty, () => 0).bounds('0')).toEqual({ partition: '0', begin: 0, last: -1, isEmpty: true, lastEnqueued: undefined });
  });
});
