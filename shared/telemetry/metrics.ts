/**
 * The app's metrics. Those that Stream Analytics has too carry the names that it uses in Azure Monitor
 * (https://learn.microsoft.com/azure/stream-analytics/stream-analytics-job-metrics); the others are named in the same way.
 */
export interface MetricDefinition {
  /** `counter`: a total that only grows. `histogram`: count, sum, least and greatest of what was measured in an interval. */
  kind: 'counter' | 'histogram';
  unit: string;
  description: string;
}

const counter = (unit: string, description: string): MetricDefinition => ({ kind: 'counter', unit, description });
const histogram = (unit: string, description: string): MetricDefinition => ({ kind: 'histogram', unit, description });

/** By the input: labels LogicalName and PartitionId. */
const INPUT = {
  InputEvents: counter('{event}', 'Events that triggers handed over; one that is delivered again counts again'),
  InputEventBytes: counter('By', 'Bytes of their bodies'),
  LateInputEvents: counter('{event}', 'Events that came later than the late arrival tolerance'),
  EarlyInputEvents: counter('{event}', 'Events that came earlier than the early arrival tolerance'),
  DroppedOrAdjustedEvents: counter('{event}', 'Out-of-order events, dropped or adjusted'),
  FilteredEvents: counter('{event}', 'Events that no step of the query wants'),
  MissingEvents: counter('{event}', 'Positions that had expired before they could be read'),
  DeserializationError: counter('{event}', 'Events that could not be decoded'),
  ConversionErrors: counter('{event}', 'Events with a value that does not convert'),
  InputEventsSourcesBacklogged: histogram('{event}', 'Enqueued, but not yet read'),
  PendingEvents: histogram('{event}', 'Read, but held since earlier ones are missing'),
  OutputWatermarkDelaySeconds: histogram('s', 'How far the watermark of a partition is behind the clock'),
  BatchEvents: histogram('{event}', 'Events of a batch of the trigger'),
  BatchMilliseconds: histogram('ms', 'What a batch of the trigger took, from its events to the last output'),
  Retries: counter('{batch}', 'Batches of the trigger that came again since they had failed; without PartitionId'),
};

/** By the output: label LogicalName. */
const OUTPUT = {
  OutputEvents: counter('{row}', 'Rows written; a row that comes again counts again'),
  OutputErrors: counter('{write}', 'Writes that failed and come again'),
  OutputMilliseconds: histogram('ms', 'What a write took; of an output binding: what handing over took'),
};

/** By the entity: label Entity. */
const ENTITY = {
  EntityOperations: histogram('{operation}', 'Operations of an activation'),
  EntityMilliseconds: histogram('ms', 'What an activation took, from its state to the last output'),
  EntityStateBytes: histogram('By', "Size of the state's own text that an activation leaves"),
  EntityBlobBytes: histogram('By', 'What an activation writes to the state container'),
};

const JOB = {
  /** By Reason. */
  DeadLetteredEvents: counter('{event}', 'Events and rows that were set aside'),
  Errors: counter('{error}', 'Failures of the query: of a row that was set aside, or of an activation that comes again'),
};

export const METRICS = { ...INPUT, ...OUTPUT, ...ENTITY, ...JOB } satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof METRICS;
