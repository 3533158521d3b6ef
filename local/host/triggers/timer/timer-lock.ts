import type { BlobLeaseClient, ContainerClient } from '@azure/storage-blob';
import type { Clock } from '../../clock';

export interface TimerLockOptions {
  container: () => Promise<ContainerClient>;
  hostId: string;
  functionName: string;
  /** A GUID of this host that outlives its process: a host that was killed gets its own lock back at once. */
  leaseId: string;
  clock: Clock;
  log: (line: string) => void;
}

/** The shortest lease that Blob storage gives; Azure's hosts take a minute, so there a timer that lost its host rests for longer. */
const LEASE_S = 15;
const RENEW_MS = 5_000;
const RETRY_MS = 1_000;

/** A timer runs on one host at a time: the one that has the lease of the blob `locks/HOST/Host.Functions.NAME.Listener`, as Azure's hosts name it. */
export class TimerLock {
  private told = '';

  constructor(private readonly options: TimerLockOptions) {}

  /** Does `work` while this host has the lock, and again when it has it again, until `signal` is aborted. What `work` is given is aborted when the lock is lost. */
  async whileHeld(signal: AbortSignal, work: (held: AbortSignal) => Promise<void>): Promise<void> {
    const { clock } = this.options;
    while (!signal.aborted) {
      const lease = await this.acquire();
      if (lease !== undefined) await this.hold(lease, signal, work);
      await clock.sleep(RENEW_MS, signal);
    }
  }

  private async acquire(): Promise<BlobLeaseClient | undefined> {
    const { container, hostId, functionName, leaseId } = this.options;
    try {
      const blob = (await container()).getBlockBlobClient(`locks/${hostId}/Host.Functions.${functionName}.Listener`);
      await blob.upload('', 0, { conditions: { ifNoneMatch: '*' } }).catch((error: unknown) => {
        if (!isConflict(error)) throw error;
      });
      const lease = blob.getBlobLeaseClient(leaseId);
      await lease.acquireLease(LEASE_S);
      return lease;
    } catch (error) {
      // Another host has it.
      if (!isConflict(error)) this.report(error);
      return undefined;
    }
  }

  private async hold(lease: BlobLeaseClient, signal: AbortSignal, work: (held: AbortSignal) => Promise<void>): Promise<void> {
    const over = new AbortController();
    const end = (): void => over.abort();
    signal.addEventListener('abort', end, { once: true });
    // It may have been aborted while the lock was acquired.
    if (signal.aborted) end();
    const renewing = this.renew(lease, over);
    await work(over.signal);
    // A schedule that never comes again keeps its lock until the host stops.
    await renewing;
    signal.removeEventListener('abort', end);
    await lease.releaseLease().catch(() => undefined);
  }

  /** Until the lock is lost or given up. While storage does not answer it is held for as long as the lease runs. */
  private async renew(lease: BlobLeaseClient, over: AbortController): Promise<void> {
    const { clock } = this.options;
    let until = clock.now() + LEASE_S * 1_000;
    for (let wait = RENEW_MS; ; ) {
      await clock.sleep(wait, over.signal);
      if (over.signal.aborted) return;
      const asked = clock.now();
      try {
        await lease.renewLease();
        until = asked + LEASE_S * 1_000;
        wait = RENEW_MS;
      } catch (error) {
        if (isConflict(error) || clock.now() + RETRY_MS >= until) return over.abort();
        this.report(error);
        wait = RETRY_MS;
      }
    }
  }

  private report(error: unknown): void {
    const line = `[${this.options.functionName}] the timer's lock can not be had or renewed: ${error instanceof Error ? error.message : String(error)}`;
    if (line !== this.told) this.options.log(line);
    this.told = line;
  }
}

/** Someone else has the lease, or the blob was there already or is there no more. */
function isConflict(error: unknown): boolean {
  return [404, 409, 412].includes((error as { statusCode?: number }).statusCode ?? 0);
}
