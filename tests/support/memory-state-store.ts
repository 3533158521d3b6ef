import type { StateStore } from '../../shared/sources/state-store';

/** A state store in memory, whose requests can be made to fail. */
export class MemoryStateStore implements StateStore {
  readonly blobs = new Map<string, { bytes: Uint8Array; created: number }>();
  nowMs = 0;
  fails: (request: keyof StateStore, name: string) => boolean = () => false;

  private request<T>(kind: keyof StateStore, name: string, effect: () => T): Promise<T> {
    return this.fails(kind, name) ? Promise.reject(new Error(`${kind} failed`)) : Promise.resolve(effect());
  }

  put(name: string, bytes: Uint8Array): Promise<void> {
    if (this.blobs.has(name)) return Promise.reject(new Error(`${name} exists`));
    return this.request('put', name, () => void this.blobs.set(name, { bytes, created: this.nowMs }));
  }

  get(name: string): Promise<Uint8Array | undefined> {
    return this.request('get', name, () => this.blobs.get(name)?.bytes);
  }

  delete(name: string): Promise<void> {
    return this.request('delete', name, () => void this.blobs.delete(name));
  }

  list(prefix: string): Promise<{ name: string; created: number }[]> {
    return this.request('list', prefix, () => [...this.blobs].filter(([name]) => name.startsWith(prefix)).map(([name, { created }]) => ({ name, created })));
  }
}
