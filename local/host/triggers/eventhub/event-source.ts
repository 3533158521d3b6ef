/** What the trigger needs of an Event Hubs client; local/eventhubs/receiver.ts is the real one. */
export interface EventSource {
  openReceiver(options: ReceiverOptions): Promise<EventReceiver>;
  getHubProperties(connectionString: string, hub: string): Promise<{ partitionIds: string[] }>;
  getPartitionProperties(connectionString: string, hub: string, partition: string): Promise<PartitionBounds>;
}

export interface ReceiverOptions {
  connectionString: string;
  hub: string;
  consumerGroup: string;
  partition: string;
  /** A sequence number, exclusive, or an end of the partition. */
  startAfter: number | 'earliest' | 'latest';
  ownerLevel?: number;
  /** Events fetched ahead. */
  prefetch?: number;
}

export interface EventReceiver {
  /**
   * Up to `max` events; waits up to `waitMs` for the first and gives [] when none came.
   * Rejects with code 'amqp:link:stolen' when another receiver took the partition.
   */
  receive(max: number, waitMs: number): Promise<ReceivedEvent[]>;
  close(): Promise<void>;
}

export interface ReceivedEvent {
  sequenceNumber: number;
  offset: string;
  /** Milliseconds since the epoch. */
  enqueuedTime: number;
  partitionKey: string | null;
  properties: Record<string, unknown>;
  systemProperties: Record<string, unknown>;
  body: Uint8Array;
}

export interface PartitionBounds {
  beginningSequenceNumber: number;
  lastEnqueuedSequenceNumber: number;
}

/** The hub that one trigger reads, by one consumer group. */
export interface HubAddress {
  connectionString: string;
  hub: string;
  consumerGroup: string;
}
