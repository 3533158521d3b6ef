import type { Cursor } from '../log/cursor';
import { PartitionLog } from '../log/partition-log';
import type { LogEnd, PartitionLogOptions } from '../log/partition-log';
import { recordBound, writeRecord } from './event';
import type { IncomingEvent } from './event';
import { IdempotentProducers } from './idempotent-producers';
import { Ownership } from './ownership';
import { startOf } from './position';

/** One partition of a hub: its log, and who reads and writes it. */
export class Partition {
  readonly producers = new IdempotentProducers();
  private readonly ownerships = new Map<string, Ownership>();

  private constructor(
    readonly id: string,
    private readonly log: PartitionLog,
  ) {}

  static open(id: string, directory: string, options: PartitionLogOptions): Partition {
    return new Partition(id, PartitionLog.open(directory, options));
  }

  get end(): LogEnd {
    return this.log.end;
  }

  get beginning(): number {
    return this.log.beginning;
  }

  get isEmpty(): boolean {
    return this.log.isEmpty;
  }

  /** Stores events; resolves when they are on disk. Rejects with an AmqpError for an idempotent producer's wrong number. */
  async append(events: readonly IncomingEvent[], now: number): Promise<void> {
    const fresh = this.producers.admit(events);
    try {
      // Also when nothing is new: what was sent twice may not be on disk the first time yet.
      await this.log.append({ count: fresh.length, bytes: fresh.reduce((sum, event) => sum + recordBound(event), 0), write: (i, place, buffer, at) => writeRecord(fresh[i] as IncomingEvent, place, buffer, at) }, now);
    } catch (error) {
      this.producers.forget(fresh);
      throw error;
    }
  }

  /** A reader from where a selector says. Throws `com.microsoft:argument-error`. */
  openCursor(selector: string | null): Cursor {
    return this.log.openCursor(startOf(selector, this.log.end));
  }

  /** Calls `listener` whenever there is more to read; gives the way to stop that. */
  onCommit(listener: () => void): () => void {
    return this.log.onCommit(listener);
  }

  ownership(consumerGroup: string): Ownership {
    const key = consumerGroup.toLowerCase();
    const ownership = this.ownerships.get(key) ?? new Ownership();
    this.ownerships.set(key, ownership);
    return ownership;
  }

  expire(now: number): Promise<void> {
    return this.log.expire(now);
  }

  close(): Promise<void> {
    return this.log.close();
  }
}
