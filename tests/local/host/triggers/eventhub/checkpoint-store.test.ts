import { BlobServiceClient } from '@azure/storage-blob';
import type { ContainerClient } from '@azure/storage-blob';
import type { AppFunction } from '../../../../../local/host/app-function';
import { systemClock } from '../../../../../local/host/clock';
import { createFaults } from '../../../../../local/host/faults';
import { parseHostJson } from '../../../../../local/host/host-json';
import type { Invoker, TriggerInput } from '../../../../../local/host/invoker';
import { AppSettings } from '../../../../../local/host/settings';
import { CheckpointStore } from '../../../../../local/host/triggers/eventhub/checkpoint-store';
import { EventHubTrigger } from '../../../../../local/host/triggers/eventhub/event-hub-trigger';
import { startAzurite } from '../../support/azurite';
import type { Azurite } from '../../support/azurite';
import { MemoryHub } from '../../support/memory-hub';
import { waitFor } from '../../support/wait';

let azurite: Azurite;
let container: ContainerClient;
let name = 0;

beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite.stop());
beforeEach(async () => {
  container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(`checkpoints${name++}`);
  await container.create();
});

const store = (): CheckpointStore => new CheckpointStore(container, { fullyQualifiedNamespace: 'NS.servicebus.windows.net', hub: 'Hub', consumerGroup: '$Default' });

describe('CheckpointStore', () => {
  it("keeps Azure's layout", async () => {
    await store().claim('0', 'host-a', undefined);
    await store().writeCheckpoint('0', { sequenceNumber: 41, offset: '4100' }, 'host-a');
    await store().writeCheckpoint('0', { sequenceNumber: 42, offset: '4200' }, 'host-a');
    const found: Record<string, unknown> = {};
    for await (const blob of container.listBlobsFlat({ includeMetadata: true })) found[blob.name] = blob.metadata;
    expect(found).toEqual({
      'ns.servicebus.windows.net/hub/$default/checkpoint/0': { sequencenumber: '42', offset: '4200', clientidentifier: 'host-a' },
      'ns.servicebus.windows.net/hub/$default/ownership/0': { ownerid: 'host-a' },
    });
    expect(await store().readCheckpoint('0')).toEqual({ sequenceNumber: 42, offset: '4200' });
    expect(await store().readCheckpoint('1')).toBeNull();
  });

  it('lets one of two claims win', async () => {
    const first = await Promise.all(['a', 'b', 'c'].map((owner) => store().claim('0', owner, undefined)));
    expect(first.filter((etag) => etag !== null)).toHaveLength(1);
    const [seen] = await store().listOwnership();
    const second = await Promise.all(['d', 'e'].map((owner) => store().claim('0', owner, seen!.etag)));
    expect(second.filter((etag) => etag !== null)).toHaveLength(1);
  });

  it('renews with the ETag of the claim, and releases', async () => {
    const claimed = await store().claim('0', 'a', undefined);
    const renewed = await store().claim('0', 'a', claimed!);
    expect(await store().claim('0', 'a', claimed!)).toBeNull();
    expect(await store().claim('0', '', renewed!)).not.toBeNull();
    expect(await store().listOwnership()).toMatchObject([{ partition: '0', ownerId: '' }]);
  });
});

describe('EventHubTrigger', () => {
  const fn: AppFunction = {
    name: 'ingest',
    functionId: 'ingest',
    trigger: { type: 'eventHubTrigger', direction: 'in', name: 'events', eventHubName: 'hub', connection: 'Hub', cardinality: 'many' },
    inputs: [],
    outputs: [],
    retry: undefined,
  };

  function host(hub: MemoryHub, ownerId: string) {
    const delivered: Record<string, number[]> = {};
    const invoker = {
      invoke(_fn: AppFunction, { metadata }: TriggerInput) {
        const { PartitionId } = JSON.parse(metadata.PartitionContext!.json!) as { PartitionId: string };
        const system = JSON.parse(metadata.SystemPropertiesArray!.json!) as { SequenceNumber: number }[];
        (delivered[PartitionId] ??= []).push(...system.map((properties) => properties.SequenceNumber));
        return Promise.resolve({ outputData: [] });
      },
    };
    const trigger = new EventHubTrigger({
      fn,
      settings: new AppSettings({ Hub: 'Endpoint=sb://localhost;SharedAccessKeyName=x;SharedAccessKey=y' }),
      hostJson: parseHostJson({}, 'host.json'),
      source: hub,
      container: () => Promise.resolve(container),
      invoker: invoker as unknown as Invoker,
      keepEmpty: true,
      ownerId,
      leases: { renewMs: 100, expiryMs: 3000 },
      faults: createFaults(undefined),
      clock: systemClock,
      log: () => undefined,
    });
    return { trigger, delivered };
  }

  async function owners(): Promise<string> {
    const found = await new CheckpointStore(container, { fullyQualifiedNamespace: 'localhost', hub: 'hub', consumerGroup: '$Default' }).listOwnership();
    return found
      .map(({ ownerId }) => ownerId || '-')
      .sort()
      .join('');
  }

  it('shares the partitions between hosts, hands them over, and delivers everything', async () => {
    const hub = new MemoryHub(4);
    const a = host(hub, 'a');
    const b = host(hub, 'b');
    await a.trigger.start();
    await waitFor('a owns all', async () => (await owners()) === 'aaaa');
    for (let partition = 0; partition < 4; partition++) hub.send(partition, ['1', '2', '3']);

    await b.trigger.start();
    await waitFor('a balance', async () => (await owners()) === 'aabb');
    for (let partition = 0; partition < 4; partition++) hub.send(partition, ['4', '5']);
    const seen = (partition: number): Set<number> => new Set([...(a.delivered[partition] ?? []), ...(b.delivered[partition] ?? [])]);
    await waitFor('every event', () => [0, 1, 2, 3].every((partition) => seen(partition).size === 5));

    await a.trigger.stop();
    await waitFor('b takes over', async () => (await owners()) === 'bbbb');
    hub.send(0, ['6']);
    await waitFor('the next event at b', () => b.delivered[0]?.includes(5) === true);
    await b.trigger.stop();
    expect(await owners()).toBe('----');
  });

  it('takes over what a dead host has not renewed, and its own at once', async () => {
    const hub = new MemoryHub(2);
    hub.send(0, ['x']);
    const stored = new CheckpointStore(container, { fullyQualifiedNamespace: 'localhost', hub: 'hub', consumerGroup: '$Default' });
    await stored.claim('0', 'a', undefined);
    await stored.claim('1', 'dead', undefined);
    const a = host(hub, 'a');
    await a.trigger.start();
    await waitFor('its own partition', () => a.delivered[0]?.length === 1, 2000);
    await waitFor('the dead host\'s partition', async () => (await owners()) === 'aa');
    await a.trigger.stop();
  });
});
