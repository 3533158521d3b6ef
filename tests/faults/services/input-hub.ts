import { createHubProperties, type HubProperties, type PropertiesClient } from '../../../shared/sources/event-hub-properties';
import type { Instance } from '../instance';
import type { Service } from './service';

/** One event of a partition, at the place in the list that is its sequence number. */
export interface StoredEvent {
  enqueuedMs: number;
  body: Buffer;
  raw: { system?: Record<string, unknown>; user?: Record<string, unknown> };
}

/** The Event Hub of an input. */
export class InputHub {
  readonly partitions: StoredEvent[][];
  private waiting: (() => void)[] = [];

  constructor(
    readonly service: Service,
    partitionCount: number,
    private readonly created: Date,
  ) {
    this.partitions = Array.from({ length: partitionCount }, () => []);
  }

  publish(partition: number, event: StoredEvent): void {
    (this.partitions[partition] as StoredEvent[]).push(event);
    const waiting = this.waiting;
    this.waiting = [];
    for (const go of waiting) go();
  }

  /** Resolves when something has been published. */
  published(): Promise<void> {
    return new Promise((done) => this.waiting.push(done));
  }

  /** The facts that the SDK's client tells, as one instance asks for them. */
  properties(instance: Instance): HubProperties {
    const call = <T>(what: string, effect: () => T): Promise<T> => instance.call(this.service, `${what} of ${this.service.name}`, effect);
    const ids = this.partitions.map((_, i) => String(i));
    const client = {
      getEventHubProperties: () => call('properties', () => ({ name: this.service.name, createdOn: this.created, partitionIds: ids })),
      getPartitionProperties: (id: string) => call('partition properties', () => this.describe(id)),
      close: async () => undefined,
    };
    return createHubProperties(client as unknown as PropertiesClient, () => instance.nowMs);
  }

  private describe(id: string): object {
    const events = this.partitions[Number(id)] as StoredEvent[];
    const last = events[events.length - 1];
    return { beginningSequenceNumber: 0, lastEnqueuedSequenceNumber: events.length - 1, isEmpty: events.length === 0, lastEnqueuedOnUtc: new Date(last?.enqueuedMs ?? 0) };
  }
}
