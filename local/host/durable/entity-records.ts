import type { DurableStore } from './store';
import type { EntityRecord } from './transaction';

/** Characters of state kept in memory; the store holds everything. */
const CACHED_CHARACTERS = 32 * 1024 * 1024;

const ABSENT: EntityRecord = { exists: false, state: null, modified: 0 };

/** The committed records of entities; those used last come from memory. */
export class EntityRecords {
  private readonly cache = new Map<string, EntityRecord>();
  private size = 0;

  constructor(
    private readonly store: DurableStore,
    private readonly limit = CACHED_CHARACTERS,
  ) {}

  /** The last committed record; one that does not exist if there is none. */
  get(id: string): EntityRecord {
    const cached = this.cache.get(id);
    return cached ?? this.store.entity(id) ?? ABSENT;
  }

  /** To be called after the commit of `record`. */
  committed(id: string, record: EntityRecord): void {
    this.forget(id);
    this.cache.set(id, record);
    this.size += cost(id, record);
    // A Map keeps the order of insertion, so the first is the one that was written longest ago.
    for (const oldest of this.cache.keys()) {
      if (this.size <= this.limit) return;
      this.forget(oldest);
    }
  }

  private forget(id: string): void {
    const record = this.cache.get(id);
    if (record === undefined) return;
    this.cache.delete(id);
    this.size -= cost(id, record);
  }
}

function cost(id: string, record: EntityRecord): number {
  return id.length + (record.state?.length ?? 0) + 100;
}
