import type { DeadLetter } from '../../../shared/event';
import { measureBatch, measureDeadLetters } from '../../../shared/job/measure';
import type { IngestDelivery } from '../../../shared/runtime/delivery';
import { MemoryTelemetry } from '../../../shared/telemetry';

const delivery = (first: number, fates: IngestDelivery['fates'], bytes: number): IngestDelivery => ({ source: 'readings/3', first, last: first + fates.reduce((sum, [, count]) => sum + count, 0) - 1, partitions: 4, bytes, fates, scans: {}, channels: {} }) as IngestDelivery;

it('a batch is measured as a whole, whatever runs it was cut into', () => {
  const telemetry = new MemoryTelemetry();
  const deliveries = [delivery(5, [['applied', 3], ['applied+late', 2], ['filtered', 1]], 60), delivery(20, [['dead:early', 1], ['dead:late', 2], ['dead:invalid-json', 1]], 40)];
  measureBatch(telemetry, { input: 'Readings', deliveries, milliseconds: 7 });
  const labels = { LogicalName: 'Readings', PartitionId: '3' };
  const counted = (['InputEvents', 'InputEventBytes', 'LateInputEvents', 'EarlyInputEvents', 'FilteredEvents'] as const).map((name) => telemetry.total(name, labels));
  expect(counted).toEqual([10, 100, 4, 1, 1]);
  expect(telemetry.distribution('BatchEvents', labels)).toMatchObject({ count: 1, sum: 10 });
  expect(telemetry.distribution('BatchMilliseconds', labels)).toMatchObject({ count: 1, sum: 7 });
});

it('an empty batch is none', () => {
  const telemetry = new MemoryTelemetry();
  measureBatch(telemetry, { input: 'Readings', deliveries: [], milliseconds: 1 });
  expect(telemetry.distribution('BatchMilliseconds', { LogicalName: 'Readings', PartitionId: '' })).toBeUndefined();
});

it.each([
  ['invalid-json', 'DeserializationError', { LogicalName: 'readings', PartitionId: '3' }],
  ['type-conversion', 'ConversionErrors', { LogicalName: 'readings', PartitionId: '3' }],
  ['division-by-zero', 'Errors', { Reason: 'division-by-zero' }],
] as const)('a dead letter with the reason %s counts as %s', (reason, metric, labels) => {
  const telemetry = new MemoryTelemetry();
  const letter: DeadLetter = { reason, message: '', input: 'readings', partition: '3', sequenceNumber: 1, enqueued: '', body: '' };
  measureDeadLetters(telemetry, [letter, letter]);
  expect([telemetry.total('DeadLetteredEvents', { Reason: reason }), telemetry.total(metric, labels)]).toEqual([2, 2]);
});

it('what the time policy sets aside is counted as that, not as an error', () => {
  const telemetry = new MemoryTelemetry();
  for (const reason of ['late', 'early', 'out-of-order']) measureDeadLetters(telemetry, [{ reason, message: '', input: 'readings', partition: '3', sequenceNumber: 1, enqueued: '', body: '' }]);
  expect(['late', 'early', 'out-of-order'].map((reason) => [telemetry.total('DeadLetteredEvents', { Reason: reason }), telemetry.total('Errors', { Reason: reason })])).toEqual([[1, 0], [1, 0], [1, 0]]);
});
