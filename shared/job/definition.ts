/** What job.json says. Names in it are as the query uses them, in any case. */
export interface JobDefinition {
  name: string;
  /** Raised to start beside the state of the version before; see docs/upgrades.md. */
  version: number;
  /** ISO times: this version writes the rows with `from <= time < until`. */
  from?: string;
  until?: string;
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

/** How rows are written in a file or an event. */
export type DataFormat = 'json' | 'csv' | 'avro';

/** A file that stands for an input on a developer's machine: `weir run` and `weir test` read it. */
export interface SampleFile {
  /** Relative to the job folder. */
  path: string;
  /** Default: by the file's ending. */
  format?: DataFormat;
  /** Of CSV; default a comma. */
  delimiter?: string;
}

/** Where a part is declared, for messages; absent: in job.json. */
interface Declared {
  declaredIn?: string;
}

/** How the events of an input are written. */
interface InputFormat {
  format: DataFormat;
  /** Of CSV; default a comma. */
  delimiter?: string;
  compression: 'none' | 'gzip' | 'deflate';
  /** The payload column by which the input's partitions are chosen. */
  partitionKey?: string;
}

/** Blobs under a path, each read once. */
export interface BlobInput extends InputFormat, Declared {
  type: 'blob';
  sample?: SampleFile;
  connection: string;
  container: string;
  /** What their names begin with, with {date} and {time}; see shared/sources/blob-path.ts. */
  path: string;
  dateFormat?: string;
  timeFormat?: string;
}

/** An input whose events a service gives. */
export type StreamInput = EventHubInput | KafkaInput | BlobInput;

export type InputDefinition = StreamInput | FileInput;

/** An input that is read from files only: the job can be run over files, not be deployed. */
export interface FileInput extends Declared {
  type: 'file';
  sample?: SampleFile;
  /** Why it is not more than that. */
  refused?: string;
}

/** An Event Hub, or the built-in endpoint of an IoT Hub, which is one. */
export interface EventHubInput extends InputFormat, Declared {
  type: 'eventHub' | 'iotHub';
  sample?: SampleFile;
  /** Setting with the connection. */
  connection: string;
  eventHub: string;
  consumerGroup: string;
}

/** A topic of a Kafka cluster. */
export interface KafkaInput extends InputFormat, Declared {
  type: 'kafka';
  sample?: SampleFile;
  /** `host:port`, several separated by commas. */
  brokers: string;
  topic: string;
  consumerGroup: string;
  protocol: 'plaintext' | 'ssl' | 'saslPlaintext' | 'saslSsl';
  /** How to authenticate; with a `sasl…` protocol. */
  mechanism?: 'plain' | 'scramSha256' | 'scramSha512';
  username?: string;
  /** Setting with the password. */
  password?: string;
}

/** How snapshots tell their time. */
interface SnapshotFormat {
  /** For {date}; default `YYYY/MM/DD`. */
  dateFormat?: string;
  /** For {time}; default `HH`. */
  timeFormat?: string;
}

export type ReferenceDefinition = FileReference | BlobReference;

/** A file of the job folder, deployed with it. */
export interface FileReference extends Declared, SnapshotFormat {
  type: 'file';
  /** Relative to the job folder; with {date} and {time}, of snapshots. */
  path: string;
  format: DataFormat;
  delimiter?: string;
  /** Why the job cannot be deployed with it. */
  refused?: string;
  sample?: undefined;
}

/** A blob under a fixed path, or snapshots under a path with {date} and {time}. */
export interface BlobReference extends Declared, SnapshotFormat {
  type: 'blob';
  connection: string;
  container: string;
  path: string;
  format: DataFormat;
  delimiter?: string;
  sample?: SampleFile;
}

/**
 * What becomes of a row that the output can never take (an invalid document id, a message too large): `retry` tries a few times more and then sets it
 * aside as a dead letter, `dead-letter` sets it aside at once, `stop` stops the job. Failures that may pass are tried again for ever, whatever this says.
 */
export type OnRefused = 'retry' | 'dead-letter' | 'stop';

export interface EventHubOutput extends Declared {
  type: 'eventHub';
  connection: string;
  /** Default `retry`. */
  onError?: OnRefused;
  eventHub: string;
  /** Where consumers find the row's identity, to drop what they have. */
  identity: 'body' | 'property' | 'none';
  /** The column whose value is the messages' partition key. */
  partitionKey?: string;
  /** Columns that also become properties of the message. */
  properties?: string[];
}

export interface CosmosOutput extends Declared {
  type: 'cosmos';
  connection: string;
  /** Default `retry`. */
  onError?: OnRefused;
  database: string;
  container: string;
  /** The column that is the document's id. */
  documentId?: string;
  /** Path of the container's partition key; the container is made with it when it does not exist. */
  partitionKey: string;
  /** Write through the SDK's bulk operations instead of the output binding. */
  bulk: boolean;
}

export interface BlobOutput extends Declared {
  type: 'blob';
  connection: string;
  /** Default `retry`. */
  onError?: OnRefused;
  container: string;
  /** Path pattern, see shared/sinks/path-pattern.ts. */
  path: string;
  /** An object a line, an array of objects, or CSV with a header; default `json`. */
  format?: 'json' | 'json-array' | 'csv';
  /** Of CSV; default a comma. */
  delimiter?: string;
  /** Of CSV: the form of its numbers; default `en-US`. */
  locale?: string;
  dateFormat?: string;
  timeFormat?: string;
}

/** An output that only `weir run` and `weir test` write: the job cannot be deployed. */
export interface FileOutput extends Declared {
  type: 'file';
  onError?: undefined;
  /** Why it is not more than that. */
  refused?: string;
}

/** An output that a deployed job can write. */
export type ServiceOutput = EventHubOutput | CosmosOutput | BlobOutput;

export type OutputDefinition = ServiceOutput | FileOutput;
