/** What job.json says. Names in it are as the query uses them, in any case. */
export interface JobDefinition {
  name: string;
  /** File with the query, relative to the job folder. */
  query: string;
  compatibilityLevel: '1.0' | '1.1' | '1.2';
  inputs: Record<string, InputDefinition>;
  referenceData: Record<string, ReferenceDefinition>;
  outputs: Record<string, OutputDefinition>;
  time: { early: string; late: string; outOfOrder: string; action: 'adjust' | 'drop' };
  shards: number;
  onError: 'dead-letter' | 'stop';
}

export interface InputDefinition {
  type: 'eventHub';
  /** Setting with the connection. */
  connection: string;
  eventHub: string;
  consumerGroup: string;
  format: 'json' | 'csv';
  compression: 'none' | 'gzip' | 'deflate';
  /** The payload column by which the hub's partitions are chosen. */
  partitionKey?: string;
}

export interface ReferenceDefinition {
  type: 'file';
  path: string;
  format: 'json' | 'csv';
}

export type OutputDefinition =
  | { type: 'eventHub'; connection: string; eventHub: string; identity: 'body' | 'property' | 'none' }
  | { type: 'cosmos'; connection: string; database: string; container: string; documentId?: string }
  | { type: 'blob'; connection: string; container: string; path: string; dateFormat?: string; timeFormat?: string };
