/** What is measured of a batch of a trigger and of an activation of an entity: once for each, never for an event. */
import type { DeadLetter } from '../event';
import { countFate, newCounters } from '../runtime/counters';
import type { IngestDelivery } from '../runtime/delivery';
import type { EntityProgress } from '../runtime/entity';
import type { Labels, Telemetry } from '../telemetry';

/** Reasons that Stream Analytics counts as input deserialization errors and as data conversion errors; those of the time policy have metrics of their own. */
const DESERIALIZATION = new Set(['invalid-json', 'empty-event', 'not-an-object', 'invalid-csv', 'invalid-compression', 'number-out-of-range', 'invalid-timestamp', 'invalid-timestamp-key']);
const CONVERSION = new Set(['type-conversion', 'cast-failed', 'row-too-large']);
const TIME = new Set(['early', 'late', 'out-of-order']);

export interface MeasuredBatch {
  input: string;
  deliveries: readonly IngestDelivery[];
  milliseconds: number;
}

/** A batch that came through; one that fails is measured when it comes again and does. */
export function measureBatch(telemetry: Telemetry, { input, deliveries, milliseconds }: MeasuredBatch): void {
  const [first] = deliveries;
  if (!first) return;
  const labels: Labels = { LogicalName: input, PartitionId: first.source.slice(first.source.lastIndexOf('/') + 1) };
  const counters = newCounters();
  for (const { fates } of deliveries) for (const [fate, count] of fates) countFate(counters, fate, count);
  telemetry.count('InputEvents', counters.events, labels);
  telemetry.count('InputEventBytes', deliveries.reduce((sum, { bytes }) => sum + bytes, 0), labels);
  telemetry.count('LateInputEvents', counters.late, labels);
  telemetry.count('EarlyInputEvents', counters.early, labels);
  telemetry.count('FilteredEvents', counters.filtered, labels);
  telemetry.measure('BatchEvents', counters.events, labels);
  telemetry.measure('BatchMilliseconds', milliseconds, labels);
}

/** What was set aside, once it has been written or handed to the binding that writes it. */
export function measureDeadLetters(telemetry: Telemetry, letters: readonly DeadLetter[]): void {
  const groups = new Map<string, { letter: DeadLetter; count: number }>();
  for (const letter of letters) {
    const key = `${letter.reason} ${letter.input} ${letter.partition}`;
    const group = groups.get(key);
    if (group) group.count++;
    else groups.set(key, { letter, count: 1 });
  }
  for (const { letter, count } of groups.values()) {
    const { reason, input, partition } = letter;
    telemetry.count('DeadLetteredEvents', count, { Reason: reason });
    const labels: Labels = { LogicalName: input, ...(partition === '' ? {} : { PartitionId: partition }) };
    if (DESERIALIZATION.has(reason)) telemetry.count('DeserializationError', count, labels);
    else if (CONVERSION.has(reason)) telemetry.count('ConversionErrors', count, labels);
    else if (!TIME.has(reason)) telemetry.count('Errors', count, { Reason: reason });
  }
}

export interface MeasuredActivation {
  entity: string;
  operations: number;
  /** Of the state's own text. */
  stateBytes: number;
  /** Of what was written to the state container. */
  blobBytes: number;
  milliseconds: number;
  progress: EntityProgress | undefined;
  nowMs: number;
}

export function measureActivation(telemetry: Telemetry, { entity, operations, stateBytes, blobBytes, milliseconds, progress, nowMs }: MeasuredActivation): void {
  const labels: Labels = { Entity: entity };
  telemetry.measure('EntityOperations', operations, labels);
  telemetry.measure('EntityMilliseconds', milliseconds, labels);
  telemetry.measure('EntityStateBytes', stateBytes, labels);
  telemetry.measure('EntityBlobBytes', blobBytes, labels);
  if (!progress) return;
  const { input, partition, before, after } = progress;
  const source: Labels = { LogicalName: input, PartitionId: partition };
  telemetry.count('DroppedOrAdjustedEvents', after.outOfOrder - before.outOfOrder, source);
  telemetry.count('MissingEvents', after.gap - before.gap, source);
  if (after.position > before.position && after.watermark !== null) telemetry.measure('OutputWatermarkDelaySeconds', delaySeconds(after.watermark, nowMs), source);
}

/** `watermark` in ISO 8601. */
export function delaySeconds(watermark: string, nowMs: number): number {
  return Math.max(0, (nowMs - Date.parse(watermark)) / 1_000);
}
