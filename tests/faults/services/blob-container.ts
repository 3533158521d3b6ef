import type { ContainerClient } from '@azure/storage-blob';
import type { Instance } from '../instance';
import { ServiceError, type Service } from './service';

interface Block {
  id: string;
  text: string;
}

interface Blob {
  etag: string | undefined;
  committed: Block[];
  staged: Map<string, string>;
}

/** Block blobs with the rules of Azure Storage: https://learn.microsoft.com/rest/api/storageservices/put-block-list */
export class BlobContainer {
  private readonly blobs = new Map<string, Blob>();
  private etags = 0;
  private exists = false;

  constructor(readonly service: Service) {}

  /** What is used of the SDK's client, as one instance has it. */
  open(instance: Instance): ContainerClient {
    const call = <T>(what: string, effect: () => T): Promise<T> => instance.call(this.service, `${what} of ${this.service.name}`, effect);
    const client = {
      createIfNotExists: () => call('create', () => void (this.exists = true)),
      getBlockBlobClient: (name: string) => ({
        name,
        getBlockList: () => call('block list', () => this.blockList(name)),
        stageBlock: (id: string, body: Buffer) => call('stage', () => this.stage(name, id, body.toString())),
        commitBlockList: (ids: string[], { conditions = {} }: { conditions?: Conditions } = {}) => call('commit', () => this.commit(name, ids, conditions)),
      }),
    };
    return client as unknown as ContainerClient;
  }

  private blockList(name: string): { etag: string; committedBlocks: { name: string }[] } {
    const blob = this.blobs.get(name);
    if (blob?.etag === undefined) throw new ServiceError('the blob does not exist', 404, 'BlobNotFound');
    return { etag: blob.etag, committedBlocks: blob.committed.map(({ id }) => ({ name: id })) };
  }

  private stage(name: string, id: string, text: string): void {
    if (!this.exists) throw new ServiceError('the container does not exist', 404, 'ContainerNotFound');
    const blob = this.blobs.get(name) ?? { etag: undefined, committed: [], staged: new Map<string, string>() };
    this.blobs.set(name, blob);
    blob.staged.set(id, text);
  }

  /** A staged block comes before a committed one of the same id; what is staged and not named is discarded. */
  private commit(name: string, ids: string[], { ifMatch, ifNoneMatch }: Conditions): { etag: string } {
    const blob = this.blobs.get(name) ?? { etag: undefined, committed: [], staged: new Map<string, string>() };
    if (ifNoneMatch === '*' && blob.etag !== undefined) throw new ServiceError('the blob exists', 409, 'BlobAlreadyExists');
    if (ifMatch !== undefined && blob.etag !== ifMatch) throw new ServiceError('the blob has changed', 412, 'ConditionNotMet');
    const committed = ids.map((id) => {
      const text = blob.staged.get(id) ?? blob.committed.find((block) => block.id === id)?.text;
      if (text === undefined) throw new ServiceError(`there is no block ${id}`, 400, 'InvalidBlockList');
      return { id, text };
    });
    const etag = `"${++this.etags}"`;
    this.blobs.set(name, { etag, committed, staged: new Map() });
    return { etag };
  }

  /** All lines of all blobs. */
  rows(): [identity: string, content: string][] {
    return [...this.blobs.values()].flatMap(({ committed }) => committed.flatMap(({ text }) => text.split('\n').filter(Boolean).map((line): [string, string] => ['', line])));
  }
}

interface Conditions {
  ifMatch?: string;
  ifNoneMatch?: string;
}
