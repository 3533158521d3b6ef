import { systemClock } from '../../../../../local/host/clock';
import type { RetryOptions } from '../../../../../local/host/contract';
import { parseHostJson } from '../../../../../local/host/host-json';
import type { EventHubsSettings } from '../../../../../local/host/host-json';
import type { Checkpoint, CheckpointStore } from '../../../../../local/host/triggers/eventhub/checkpoint-store';
import type { ReceivedEvent } from '../../../../../local/host/triggers/eventhub/event-source';
import { PartitionPump } from '../../../../../local/host/triggers/eventhub/partition-pump';
import type { PumpOptions } from '../../../../../local/host/triggers/eventhub/partition-pump';
import { MemoryHub } from '../../support/memory-hub';
import { waitFor } from '../../support/wait';

/** Checkpoints in memory. */
class MemoryStore {
  checkpoint: Checkpoint | null = null;
  readonly written: number[] = [];
  readCheckpoint = async (): Promise<Checkpoint | null> => this.checkpoint;
  writeCheckpoint = async (_partition: string, checkpoint: Checkpoint): Promise<void> => {
    this.checkpoint = checkpoint;
    this.written.push(checkpoint.sequenceNumber);
  };
}

const retry = (maxRetryCount: number, delayIntervalMs = 1): RetryOptions => ({ retryStrategy: 'fixedDelay', maxRetryCount, delayIntervalMs });

function setup(settings: Partial<EventHubsSettings> = {}, options: Partial<PumpOptions> = {}) {
  const hub = new MemoryHub(1);
  const store = new MemoryStore();
  const log: string[] = [];
  const delivered: string[][] = [];
  let stolen = 0;
  const start = (): PartitionPump =>
    new PartitionPump({
      address: { connectionString: 'Endpoint=sb://localhost', hub: 'hub', consumerGroup: '$Default' },
      partition: '0',
      ownerId: 'me',
      functionName: 'ingest',
      settings: { ...parseHostJson({}, 'host.json').eventHubs, maxEventBatchSize: 3, ...settings },
      retry: undefined,
      source: hub,
      store: store as unknown as CheckpointStore,
      faults: { at: () => undefined, redeliver: () => false },
      clock: systemClock,
      log: (line) => log.push(line),
      single: false,
      onStolen: () => stolen++,
      deliver: async (events) => void delivered.push(texts(events)),
      ...options,
    });
  return { hub, store, log, delivered, start, stolen: () => stolen };
}

const texts = (events: ReceivedEvent[]): string[] => events.map((event) => Buffer.from(event.body).toString());

describe('PartitionPump', () => {
  it('delivers in order, in batches, with a checkpoint after each', async () => {
    const { hub, store, delivered, start } = setup();
    hub.send(0, ['a', 'b', 'c', 'd', 'e']);
    const pump = start();
    await waitFor('both batches', () => store.written.length === 2);
    await pump.stop();
    expect(delivered).toEqual([['a', 'b', 'c'], ['d', 'e']]);
    expect(store.written).toEqual([2, 4]);
    expect(hub.opened[0]).toMatchObject({ startAfter: 'earliest', ownerLevel: 0, prefetch: 300 });
  });

  it('goes on after the checkpoint', async () => {
    const { hub, store, delivered, start } = setup();
    hub.send(0, ['a', 'b', 'c']);
    store.checkpoint = { sequenceNumber: 1, offset: '100' };
    const pump = start();
    await waitFor('the rest', () => delivered.length === 1);
    await pump.stop();
    expect(delivered).toEqual([['c']]);
  });

  it('starts at the oldest event when retention has passed the checkpoint, and says so', async () => {
    const { hub, store, delivered, log, start } = setup();
    hub.send(0, ['a', 'b', 'c', 'd']);
    hub.expired[0] = 3;
    store.checkpoint = { sequenceNumber: 0, offset: '0' };
    const pump = start();
    await waitFor('what is left', () => delivered.length === 1);
    await pump.stop();
    expect(delivered).toEqual([['d']]);
    expect(log[0]).toMatch(/\[ingest\] hub\/0: events 1\.\.2 have expired/);
  });

  it('delivers one by one for cardinality one, with one checkpoint', async () => {
    const { hub, store, delivered, start } = setup({}, { single: true });
    hub.send(0, ['a', 'b', 'c']);
    const pump = start();
    await waitFor('the checkpoint', () => store.written.length === 1);
    await pump.stop();
    expect(delivered).toEqual([['a'], ['b'], ['c']]);
    expect(store.written).toEqual([2]);
  });

  it('retries a failed batch with its context, and moves past it when the retries are used up', async () => {
    const contexts: unknown[] = [];
    const { hub, store, log, start } = setup({}, { retry: retry(2), deliver: (_events, context) => (contexts.push(context), Promise.reject(new Error('boom'))) });
    hub.send(0, ['a']);
    const pump = start();
    await waitFor('the checkpoint', () => store.written.length === 1);
    await pump.stop();
    expect(contexts).toEqual([undefined, { retryCount: 1, maxRetryCount: 2 }, { retryCount: 2, maxRetryCount: 2 }]);
    expect(log.at(-1)).toBe('[ingest] hub/0: events 0..0 failed, no retries left, the checkpoint moves past them: boom');
  });

  it('holds the partition while it retries for ever, and leaves no checkpoint when stopped meanwhile', async () => {
    let tries = 0;
    const { hub, store, start } = setup({}, { retry: retry(-1), deliver: () => (tries++, Promise.reject(new Error('boom'))) });
    hub.send(0, ['a']);
    const pump = start();
    await waitFor('some tries', () => tries > 5);
    await pump.stop();
    expect(store.written).toEqual([]);
  });

  it('leaves no checkpoint for a batch that ends after the stop', async () => {
    let finish: (() => void) | undefined;
    const { hub, store, start } = setup({}, { deliver: () => new Promise<void>((resolve) => (finish = resolve)) });
    hub.send(0, ['a']);
    const pump = start();
    await waitFor('the delivery', () => finish !== undefined);
    const stopped = pump.stop();
    finish!();
    await stopped;
    expect(store.written).toEqual([]);
  });

  it('writes a checkpoint every n batches', async () => {
    const { hub, store, delivered, start } = setup({ batchCheckpointFrequency: 2, maxEventBatchSize: 1 });
    hub.send(0, ['a', 'b', 'c', 'd', 'e']);
    const pump = start();
    await waitFor('all', () => delivered.length === 5);
    await pump.stop();
    expect(store.written).toEqual([1, 3]);
  });

  it('goes on while a checkpoint is written, and writes only the last of those that become due meanwhile', async () => {
    const { hub, store, delivered, start } = setup({ maxEventBatchSize: 1 });
    let write: (() => void) | undefined;
    const { writeCheckpoint } = store;
    store.writeCheckpoint = async (partition, checkpoint) => {
      if (checkpoint.sequenceNumber === 0) await new Promise<void>((resolve) => (write = resolve));
      await writeCheckpoint(partition, checkpoint);
    };
    hub.send(0, ['a', 'b', 'c', 'd']);
    const pump = start();
    await waitFor('all', () => delivered.length === 4 && write !== undefined);
    expect(store.written).toEqual([]);
    write!();
    await waitFor('the last', () => store.written.length === 2);
    await pump.stop();
    expect(store.written).toEqual([0, 3]);
  });

  it.each([
    ['writes the last when it is stopped', true, [0, 2]],
    ['leaves the last to the host that has taken the partition', false, [0]],
  ])('writes no checkpoint soon after another, and %s', async (_what, isOwner, written) => {
    const { hub, store, delivered, start } = setup({ maxEventBatchSize: 1 });
    hub.send(0, ['a']);
    const pump = start();
    await waitFor('the first checkpoint', () => store.written.length === 1);
    hub.send(0, ['b', 'c']);
    await waitFor('all', () => delivered.length === 3);
    expect(store.written).toEqual([0]);
    await pump.stop(isOwner);
    expect(store.written).toEqual(written);
  });

  it('waits for minEventBatchSize, but not longer than maxWaitTime', async () => {
    const { hub, delivered, start } = setup({ minEventBatchSize: 2, maxWaitTimeMs: 200 });
    hub.send(0, ['a']);
    const pump = start();
    setTimeout(() => hub.send(0, ['b']), 50);
    await waitFor('two', () => delivered.length === 1);
    hub.send(0, ['c']);
    await waitFor('one', () => delivered.length === 2);
    await pump.stop();
    expect(delivered).toEqual([['a', 'b'], ['c']]);
  });

  it('delivers again from the checkpoint when the redelivery fault strikes', async () => {
    let redeliveries = 1;
    const faults = { at: () => undefined, redeliver: () => redeliveries-- > 0 };
    const { hub, store, delivered, start } = setup({}, { faults });
    hub.send(0, ['a', 'b']);
    const pump = start();
    await waitFor('the checkpoint', () => store.written.length === 1);
    await pump.stop();
    expect(delivered).toEqual([['a', 'b'], ['a', 'b']]);
  });

  it('gives up a partition that is stolen, without a checkpoint', async () => {
    const { hub, store, start, stolen } = setup();
    const pump = start();
    await waitFor('the receiver', () => hub.opened.length === 1);
    await hub.openReceiver({ ...hub.opened[0]! });
    await waitFor('the loss', () => stolen() === 1);
    hub.send(0, ['a']);
    await pump.stop();
    expect(store.written).toEqual([]);
  });

  it('opens a new receiver when receiving fails, and goes on where it was', async () => {
    const { hub, delivered, log, start } = setup();
    const open = hub.openReceiver.bind(hub);
    let failures = 1;
    hub.openReceiver = (options) => (failures-- > 0 ? Promise.reject(new Error('no route')) : open(options));
    hub.send(0, ['a']);
    const pump = start();
    await waitFor('the event', () => delivered.length === 1);
    await pump.stop();
    expect(log[0]).toMatch(/receiving failed, next try in 0.25 s: no route/);
  });
});
