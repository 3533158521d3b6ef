import type { World } from '../world';

const HOUR = 3_600_000;

/** What an Azure service says when it does not do what it is asked. */
export class ServiceError extends Error {
  constructor(
    message: string,
    readonly statusCode: number,
    readonly code: string,
  ) {
    super(message);
  }
}

/** Something behind a network that may fail before or after it has done what it was asked. */
export class Service {
  private downUntil = 0;

  constructor(
    private readonly world: World,
    readonly name: string,
    private readonly isSink: boolean,
  ) {}

  /** Does what is asked, or fails: with or without having done it. */
  answer<T>(what: string, effect: () => T): T {
    const { clock, faults } = this.world;
    const strikes = (kind: Parameters<typeof faults.strikes>[0]): boolean => faults.strikes(kind, clock.now, what);
    if (clock.now < this.downUntil) throw new ServiceError(`${this.name} is down`, 503, 'ServerBusy');
    if (!this.isSink) {
      if (strikes('storage-fails')) throw new ServiceError(`${this.name} failed`, 500, 'InternalError');
      return effect();
    }
    if (strikes('sink-down')) {
      this.downUntil = clock.now + HOUR;
      throw new ServiceError(`${this.name} goes down`, 503, 'ServerBusy');
    }
    if (strikes('sink-throttles')) throw new ServiceError(`${this.name} is throttled`, 429, 'TooManyRequests');
    if (strikes('sink-fails')) throw new ServiceError(`${this.name} failed`, 500, 'InternalError');
    const result = effect();
    if (strikes('sink-times-out')) throw new ServiceError(`${this.name} did not answer in time`, 408, 'RequestTimeout');
    return result;
  }

  /** Whether a request with several parts does only some of them. */
  halves(what: string): boolean {
    return this.world.faults.strikes('sink-half-writes', this.world.clock.now, what);
  }
}
