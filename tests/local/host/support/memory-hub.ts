import type { EventReceiver, EventSource, PartitionBounds, ReceivedEvent, ReceiverOptions } from '../../../../local/host/triggers/eventhub/event-source';

/** An Event Hub in memory behind the interface that the trigger reads through. */
export class MemoryHub implements EventSource {
  readonly partitions: ReceivedEvent[][];
  /** The events before this sequence number have expired, per partition. */
  readonly expired: number[];
  readonly opened: ReceiverOptions[] = [];
  private readonly owners = new Map<string, MemoryReceiver>();

  constructor(count: number) {
    this.partitions = Array.from({ length: count }, () => []);
    this.expired = Array.from({ length: count }, () => 0);
  }

  send(partition: number, bodies: readonly string[]): void {
    const log = this.partitions[partition]!;
    for (const body of bodies) log.push(event(log.length, body));
  }

  openReceiver(options: ReceiverOptions): Promise<EventReceiver> {
    this.opened.push(options);
    this.owners.get(options.partition)?.steal();
    const index = Number(options.partition);
    const log = this.partitions[index]!;
    const from = options.startAfter === 'earliest' ? this.expired[index]! : options.startAfter === 'latest' ? log.length : options.startAfter + 1;
    const receiver = new MemoryReceiver(log, from);
    this.owners.set(options.partition, receiver);
    return Promise.resolve(receiver);
  }

  getHubProperties(): Promise<{ partitionIds: string[] }> {
    return Promise.resolve({ partitionIds: this.partitions.map((_events, index) => String(index)) });
  }

  getPartitionProperties(_connection: string, _hub: string, partition: string): Promise<PartitionBounds> {
    const index = Number(partition);
    return Promise.resolve({ beginningSequenceNumber: this.expired[index]!, lastEnqueuedSequenceNumber: this.partitions[index]!.length - 1 });
  }
}

class MemoryReceiver implements EventReceiver {
  private stolen = false;
  private closed = false;

  constructor(
    private readonly log: ReceivedEvent[],
    private next: number,
  ) {}

  steal(): void {
    this.stolen = true;
  }

  async receive(max: number, waitMs: number): Promise<ReceivedEvent[]> {
    for (const deadline = Date.now() + waitMs; ; ) {
      if (this.stolen && !this.closed) throw Object.assign(new Error('stolen'), { code: 'amqp:link:stolen' });
      const events = this.log.slice(this.next, this.next + max);
      this.next += events.length;
      if (events.length > 0 || this.closed || Date.now() >= deadline) return events;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

export function event(sequenceNumber: number, body: string, more: Partial<ReceivedEvent> = {}): ReceivedEvent {
  const enqueuedTime = Date.UTC(2026, 10, 22, 21, 27, 56, 665);
  return { sequenceNumber, offset: String(sequenceNumber * 100), enqueuedTime, partitionKey: null, properties: {}, systemProperties: {}, body: Buffer.from(body), ...more };
}
