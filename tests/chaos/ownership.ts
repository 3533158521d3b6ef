/** Watches who owns the partitions, by the blobs of Azure's layout: how often one moved from a host to another. */
import { BlobServiceClient } from '@azure/storage-blob';
import { CHECKPOINT_CONTAINER } from '../../local/host/triggers/eventhub/checkpoint-store';

const INTERVAL_MS = 500;

export class OwnershipWatch {
  private readonly owners = new Map<string, string>();
  private readonly timer: NodeJS.Timeout;
  private looking = false;
  /** From one host to another, whether that one had died or not. */
  moves = 0;
  /** Hosts that have ever owned a partition. */
  readonly seen = new Set<string>();

  constructor(private readonly storage: string) {
    this.timer = setInterval(() => void this.look(), INTERVAL_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      for await (const { name, metadata } of BlobServiceClient.fromConnectionString(this.storage).getContainerClient(CHECKPOINT_CONTAINER).listBlobsFlat({ includeMetadata: true })) {
        if (name.includes('/ownership/')) this.note(name, metadata?.ownerid ?? '');
      }
    } catch {
      // The container is made by the first host.
    } finally {
      this.looking = false;
    }
  }

  private note(partition: string, owner: string): void {
    if (owner === '') return;
    const before = this.owners.get(partition);
    if (before !== undefined && before !== owner) this.moves++;
    this.owners.set(partition, owner);
    this.seen.add(owner);
  }
}
