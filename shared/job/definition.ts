/** What job.json says. Names in it are as the query uses them, in any case. */
export interface JobDefinition {
  name: string;
  /** File with the query, relative to the job folder. */
  query: string;
  compatibilityLevel: '1.0' | '1.1' | '1.2';
  inputs: Record<string, InputDefinition>;
  referenceData: Record<string, ReferenceDefinition>;
  outputs: Record<string, OutputDefinition>;
  deadLetter: { connection: string; container: string };
  time: { early: string; late: string; outOfOrder: string; action: 'adjust' | 'drop' };
  shards: number;
  onError: 'dead-letter' | 'stop';
}

/** How the events of an input are written. */
interface InputFormat {
  format: 'json' | 'csv';
  compression: 'none' | 'gzip' | 'deflate';
  /** The payload column by which the input's partitions are chosen. */
  partitionKey?: string;
}

/** An Event Hub, or the built-in endpoint of an IoT Hub, which is one. */
export interface EventHubInput extends InputFormat {
  type: 'eventHub' | 'iotHub';
  /** Setting with the connection. */
  connection: string;
  eventHub: string;
  consumerGroup: string;
}

export type InputDefinition = EventHubInput;

export type ReferenceDefinition =
  | { type: 'file'; path: string; format: 'json' | 'csv' }
  /** A blob under a fixed path. */
  | { type: 'blob'; connection: string; container: string; path: string; format: 'json' | 'csv' };

export interface EventHubOutput {
  type: 'eventHub';
  connection: string;
  eventHub: string;
  /** Where consumers find the row's identity, to drop what they have. */
  identity: 'body' | 'property' | 'none';
  /** The column whose value is the messages' partition key. */
  partitionKey?: string;
  /** Columns that also become properties of the message. */
  properties?: string[];
}

export interface CosmosOutput {
  type: 'cosmos';
  connection: string;
  database: string;
  container: string;
  /** The column that is the document's id. */
  documentId?: string;
  /** Path of the container's partition key; the container is made with it when it does not exist. */
  partitionKey: string;
  /** Write through the SDK's bulk operations instead of the output binding. */
  bulk: boolean;
}

export interface BlobOutput {
  type: 'blob';
  connection: string;
  container: string;
  /** Path pattern, see shared/sinks/path-pattern.ts. */
  path: string;
  dateFormat?: string;
  timeFormat?: string;
}

export type OutputDefinition = EventHubOutput | CosmosOutput | BlobOutput;
