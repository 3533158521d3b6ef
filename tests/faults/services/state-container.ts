import type { StateStore } from '../../../shared/sources/state-store';
import type { Instance } from '../instance';
import type { World } from '../world';
import { ServiceError, type Service } from './service';

/** Blobs of large states: written once, and there until they are deleted. */
export class StateContainer {
  private readonly blobs = new Map<string, { bytes: Uint8Array; created: number }>();

  constructor(
    private readonly world: World,
    private readonly service: Service,
  ) {}

  /** The container as one instance has it. */
  open(instance: Instance): StateStore {
    const call = <T>(what: string, effect: () => T): Promise<T> => instance.call(this.service, `${what} of ${this.service.name}`, () => this.answer(what, effect));
    return {
      put: (name, bytes) => call('put', () => this.put(name, bytes)),
      get: (name) => call('get', () => this.blobs.get(name)?.bytes),
      delete: (name) => call('delete', () => this.delete(name)),
      list: (prefix) => call('list', () => [...this.blobs].filter(([name]) => name.startsWith(prefix)).map(([name, { created }]) => ({ name, created }))),
    };
  }

  /** It may have done what was asked and not say so. */
  private answer<T>(what: string, effect: () => T): T {
    const result = effect();
    if (this.world.faults.strikes('state-times-out', this.world.clock.now, what)) throw new ServiceError(`${this.service.name} did not answer in time`, 408, 'RequestTimeout');
    return result;
  }

  private put(name: string, bytes: Uint8Array): void {
    if (this.blobs.has(name)) throw new ServiceError('the blob exists', 409, 'BlobAlreadyExists');
    this.blobs.set(name, { bytes, created: this.world.clock.now });
  }

  private delete(name: string): void {
    this.blobs.delete(name);
  }

  /** By the names that a state has for them. */
  deleteAll(names: readonly string[]): void {
    for (const name of [...this.blobs.keys()]) if (names.some((own) => name.endsWith(`/${own}`))) this.blobs.delete(name);
  }
}
