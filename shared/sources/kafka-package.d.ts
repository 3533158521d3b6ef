/**
 * What is used of `@platformatic/kafka` (1.35). The package is installed by those whose job has a Kafka input, and not with the app: parts of it declare a later Node than
 * the app does, and every other job is spared its size.
 */
declare module '@platformatic/kafka' {
  export interface RecordBatch {
    attributes: number;
    firstOffset: bigint;
    lastOffsetDelta: number;
    firstTimestamp: bigint;
    maxTimestamp: bigint;
    producerId: bigint;
    records: { offsetDelta: number; timestampDelta: bigint; key: Buffer | null; value: Buffer | null; headers: [Buffer | null, Buffer | null][] }[];
  }

  export interface FetchedPartition {
    partitionIndex: number;
    lastStableOffset: bigint;
    abortedTransactions?: { firstOffset: bigint; producerId: bigint }[];
    records?: RecordBatch[];
  }

  /** Offsets by topic, a list by partition. */
  export type Offsets = Map<string, bigint[]>;

  export class Consumer {
    constructor(options: object);
    readonly topics: { track(topic: string): void };
    readonly assignments?: { topic: string; partitions: number[] }[];
    metadata(options: { topics: string[]; metadataMaxAge?: number }): Promise<{ topics: Map<string, { id: string; partitionsCount: number; partitions: { leader: number }[] }> }>;
    listOffsets(options: object): Promise<Offsets>;
    listCommittedOffsets(options: object): Promise<Offsets>;
    fetch(options: object): Promise<{ responses: { partitions: FetchedPartition[] }[] }>;
    joinGroup(options: object): Promise<unknown>;
    commit(options: object): Promise<void>;
    on(event: 'consumer:group:join', listener: () => void): this;
    close(force: boolean): Promise<void>;
  }
}
