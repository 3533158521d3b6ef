/** What the trigger needs of a Kafka client; local/kafka/topics.ts is the real one. */
export interface KafkaTopics {
  /** Joins the consumer group; rejects when no broker can be reached or the topic is not there. */
  subscribe(options: Subscription): Promise<KafkaReader>;
}

export interface Subscription {
  /** `host:port`, several separated by commas. */
  brokers: string;
  topic: string;
  consumerGroup: string;
  /** As in the trigger's binding, for example `SaslSsl` and `Plain`. */
  protocol: string;
  authenticationMode: string;
  username: string | undefined;
  password: string | undefined;
  /** Where a partition without a committed offset starts. */
  start: 'earliest' | 'latest';
}

export interface KafkaReader {
  /**
   * Up to `max` records of any of the partitions that this member of the group owns, each partition's in order; waits up to `waitMs` for that many and
   * gives what came. Rejects when the client has failed: the reader must be closed and opened again.
   */
  next(max: number, waitMs: number): Promise<KafkaRecord[]>;
  /** Commits the offsets behind these records. */
  commit(records: readonly KafkaRecord[]): Promise<void>;
  close(): Promise<void>;
}

export interface KafkaRecord {
  partition: number;
  offset: number;
  /** Milliseconds since 1970. */
  timestamp: number;
  key: string | null;
  /** null: a tombstone. */
  value: Uint8Array | null;
  headers: { key: string; value: Uint8Array | null }[];
}
