/** The lock of a timer, against Azurite. Leases of 15 s are broken by hand: the tests do not wait for them to run out. */
import { BlobServiceClient } from '@azure/storage-blob';
import type { ContainerClient } from '@azure/storage-blob';
import { systemClock } from '../../../../../local/host/clock';
import type { Clock } from '../../../../../local/host/clock';
import { TimerLock } from '../../../../../local/host/triggers/timer/timer-lock';
import { startAzurite } from '../../support/azurite';
import type { Azurite } from '../../support/azurite';
import { waitFor } from '../../support/wait';

const [FIRST, SECOND] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'];
/** A hundred times as fast. */
const clock: Clock = { now: () => systemClock.now(), sleep: (ms, signal) => systemClock.sleep(ms / 100, signal) };

describe('the lock of a timer', () => {
  let azurite: Azurite;
  let container: ContainerClient;
  beforeAll(async () => {
    azurite = await startAzurite();
    container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient('hosts');
    await container.create();
  });
  afterAll(() => azurite.stop());

  /** A host that notes when it has the lock. */
  const host = (leaseId: string, functionName: string): { held: boolean; turns: number; stop: () => Promise<void> } => {
    const stopping = new AbortController();
    const lock = new TimerLock({ container: async () => container, hostId: 'app', functionName, leaseId, clock, log: () => undefined });
    const state = { held: false, turns: 0, stop: async (): Promise<void> => undefined };
    const running = lock.whileHeld(stopping.signal, async (held) => {
      Object.assign(state, { held: true, turns: state.turns + 1 });
      await new Promise((resolve) => held.addEventListener('abort', resolve, { once: true }));
      state.held = false;
    });
    state.stop = async () => {
      stopping.abort();
      await running;
    };
    return state;
  };

  it('is with one host, and goes to the other when that stops', async () => {
    const first = host(FIRST, 'clock');
    await waitFor('the first has it', () => first.held);
    const second = host(SECOND, 'clock');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect([first.held, second.held]).toEqual([true, false]);
    await first.stop();
    await waitFor('the second has it', () => second.held);
    expect(first.held).toBe(false);
    await second.stop();
    const names: string[] = [];
    for await (const blob of container.listBlobsFlat()) names.push(blob.name);
    expect(names).toEqual(['locks/app/Host.Functions.clock.Listener']);
  });

  it('is let go by a host that has lost it', async () => {
    const first = host(FIRST, 'lost');
    await waitFor('the first has it', () => first.held);
    const lease = container.getBlobClient('locks/app/Host.Functions.lost.Listener').getBlobLeaseClient(SECOND);
    await lease.breakLease(0);
    await lease.acquireLease(15);
    await waitFor('the first lets it go', () => !first.held);
    await lease.releaseLease();
    await waitFor('the first has it again', () => first.held && first.turns === 2);
    await first.stop();
  });

  it('comes back at once to a host that was killed', async () => {
    await container.getBlockBlobClient('locks/app/Host.Functions.killed.Listener').upload('', 0);
    await container.getBlobClient('locks/app/Host.Functions.killed.Listener').getBlobLeaseClient(FIRST).acquireLease(15);
    const again = host(FIRST, 'killed');
    await waitFor('it has its lock back', () => again.held, 5_000);
    await again.stop();
  });
});
