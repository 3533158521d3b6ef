import type { ContainerClient } from '@azure/storage-blob';

/** The container that Azure's Event Hubs extension uses. */
export const CHECKPOINT_CONTAINER = 'azure-webjobs-eventhub';

export interface Ownership {
  partition: string;
  /** '' = released. */
  ownerId: string;
  etag: string;
  /** Of the last claim or renewal; milliseconds since the epoch. */
  lastModified: number;
}

export interface Checkpoint {
  sequenceNumber: number;
  offset: string;
}

/**
 * Partition ownership and checkpoints as empty blobs with metadata, in the layout of Azure's Event Hubs extension:
 *
 *     NAMESPACE/HUB/GROUP/ownership/PARTITION     ownerid
 *     NAMESPACE/HUB/GROUP/checkpoint/PARTITION    sequencenumber, offset, clientidentifier
 *
 * Who holds a partition is decided by ETags: claims and renewals are conditional writes.
 */
export class CheckpointStore {
  private readonly prefix: string;

  constructor(
    private readonly container: ContainerClient,
    address: { fullyQualifiedNamespace: string; hub: string; consumerGroup: string },
  ) {
    this.prefix = `${address.fullyQualifiedNamespace}/${address.hub}/${address.consumerGroup}`.toLowerCase();
  }

  async listOwnership(): Promise<Ownership[]> {
    const prefix = `${this.prefix}/ownership/`;
    const found: Ownership[] = [];
    for await (const blob of this.container.listBlobsFlat({ prefix, includeMetadata: true })) {
      found.push({
        partition: blob.name.slice(prefix.length),
        ownerId: blob.metadata?.ownerid ?? '',
        etag: blob.properties.etag,
        lastModified: blob.properties.lastModified.getTime(),
      });
    }
    return found;
  }

  /**
   * Claims or renews a partition for `ownerId`; '' releases it. `etag` is of the ownership that was seen, undefined when
   * there was none.
   * @returns the new ETag; null when somebody else was faster
   */
  async claim(partition: string, ownerId: string, etag: string | undefined): Promise<string | null> {
    const blob = this.container.getBlockBlobClient(`${this.prefix}/ownership/${partition}`);
    const metadata: Record<string, string> = ownerId === '' ? {} : { ownerid: ownerId };
    try {
      const written =
        etag === undefined
          ? await blob.upload('', 0, { metadata, conditions: { ifNoneMatch: '*' } })
          : await blob.setMetadata(metadata, { conditions: { ifMatch: etag } });
      return normaliseEtag(written.etag!);
    } catch (error) {
      // Azurite answers a lost race to create with 409, Azure with 409 or 412; 404: deleted meanwhile.
      if ([404, 409, 412].includes((error as { statusCode?: number }).statusCode ?? 0)) return null;
      throw error;
    }
  }

  async readCheckpoint(partition: string): Promise<Checkpoint | null> {
    try {
      const { metadata } = await this.checkpointBlob(partition).getProperties();
      const sequenceNumber = Number(metadata?.sequencenumber);
      return metadata?.sequencenumber !== undefined && Number.isSafeInteger(sequenceNumber) ? { sequenceNumber, offset: metadata.offset ?? '' } : null;
    } catch (error) {
      if ((error as { statusCode?: number }).statusCode === 404) return null;
      throw error;
    }
  }

  async writeCheckpoint(partition: string, checkpoint: Checkpoint, ownerId: string): Promise<void> {
    const blob = this.checkpointBlob(partition);
    const metadata = { sequencenumber: String(checkpoint.sequenceNumber), offset: checkpoint.offset, clientidentifier: ownerId };
    await blob.setMetadata(metadata).catch(async (error: { statusCode?: number }) => {
      if (error.statusCode !== 404) throw error;
      await blob.upload('', 0, { metadata });
    });
  }

  private checkpointBlob(partition: string): ReturnType<ContainerClient['getBlockBlobClient']> {
    return this.container.getBlockBlobClient(`${this.prefix}/checkpoint/${partition}`);
  }
}

/** Listings give ETags without the quotes that responses have; conditions take either with quotes only. */
function normaliseEtag(etag: string): string {
  return etag.startsWith('"') ? etag : `"${etag}"`;
}
