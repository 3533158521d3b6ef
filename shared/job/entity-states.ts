/** Runs entities whose states are partly in blobs: reads what a batch needs, and writes what the new state will refer to. */
import { randomUUID } from 'node:crypto';
import { WeirError } from '../errors';
import { blobsToRead, EntityCache, keyOfEntity, runEntity, type BlobChanges, type EntityAddress, type EntityContext, type EntityResult, type Operation } from '../runtime/entity';
import { LOG_LIMITS, type LogLimits } from '../runtime/state-log';
import type { Settings } from '../settings';
import type { StateStore } from '../sources/state-store';
import type { JobVersion } from './entity-batch';
import type { Services } from './services';
import { entityPrefix } from './version';

/** In the account where the Functions host keeps the entities themselves. */
const CONTAINER = 'weir-state';

/** How many blobs are read at the same time. */
const READS = 16;

export class EntityStates {
  private readonly cache = new EntityCache();

  constructor(
    private readonly job: JobVersion,
    private readonly store: StateStore,
    private readonly limits: LogLimits,
  ) {}

  /** One batch on a state. Without effects when it rejects. */
  async run(address: EntityAddress, before: string | null, operations: readonly Operation[], context: Pick<EntityContext, 'program' | 'fingerprints' | 'environment' | 'nowMs'>): Promise<EntityResult> {
    const blobs = await this.read(address, blobsToRead(address, before, this.cache));
    return runEntity(address, before, operations, { ...context, random: randomUUID, cache: this.cache, limits: this.limits, blobs });
  }

  private async read(address: EntityAddress, names: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>> {
    const found = new Map<string, Uint8Array>();
    const waiting = [...names];
    const reader = async (): Promise<void> => {
      for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
        const bytes = await this.store.get(`${this.folderOf(address)}${name}`);
        if (bytes !== undefined) found.set(name, bytes);
      }
    };
    await Promise.all(Array.from({ length: Math.min(READS, names.length) }, reader));
    return found;
  }

  /** To be called before the state of the batch is committed. Gives how many bytes were written. */
  async write(address: EntityAddress, { write, remove, sweep }: BlobChanges): Promise<number> {
    const folder = this.folderOf(address);
    await Promise.all(write.map(({ name, bytes }) => this.store.put(`${folder}${name}`, bytes)));
    // What stays although it is not needed any more is swept later.
    await Promise.allSettled(remove.map((name) => this.store.delete(`${folder}${name}`)));
    if (sweep) await this.sweep(folder, sweep).catch(() => undefined);
    return write.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  private async sweep(own: string, { folder, beforeMs, keep }: NonNullable<BlobChanges['sweep']>): Promise<void> {
    const kept = new Set(keep.map((name) => `${own}${name}`));
    const left = (await this.store.list(`${own}${folder}`)).filter(({ name, created }) => created < beforeMs && !kept.has(name));
    await Promise.all(left.map(({ name }) => this.store.delete(name)));
  }

  /** Parts of an entity's key are parted by `|`, which other names cannot have. */
  private folderOf(address: EntityAddress): string {
    return `${entityPrefix(this.job)}/${address.entity}/${keyOfEntity(address).replace('|', '/')}/`;
  }
}

/** Throws a WeirError that names the setting that is missing or wrong. */
export function openEntityStates(job: JobVersion, settings: Settings, services: Services): EntityStates {
  const store = services.openStateStore(settings.connection('AzureWebJobsStorage', 'storage', 'the states of entities'), CONTAINER);
  return new EntityStates(job, store, limitsOf(settings));
}

/** `WEIR_STATE_INLINE`: up to how many characters a state is kept in the entity itself, whatever comes. */
function limitsOf(settings: Settings): LogLimits {
  const text = settings.text('WEIR_STATE_INLINE');
  if (text === undefined) return LOG_LIMITS;
  const inline = Number(text);
  if (Number.isInteger(inline) && inline >= 0) return { ...LOG_LIMITS, inline, times: 0 };
  throw new WeirError('invalid-setting', `the setting WEIR_STATE_INLINE is ${JSON.stringify(text)}, and must be a whole number of characters, 0 or more, or be left out; example: WEIR_STATE_INLINE=${LOG_LIMITS.inline}`, 'stop');
}
