import { batchData, singleData, toLong } from '../../../../../local/host/triggers/eventhub/trigger-data';
import type { EventShape } from '../../../../../local/host/triggers/eventhub/trigger-data';
import { event } from '../../support/memory-hub';

const shape: EventShape = {
  binary: false,
  keepEmpty: false,
  partition: { fullyQualifiedNamespace: 'localhost', eventHubName: 'hub', consumerGroup: '$Default', partitionId: '1' },
};
const events = [
  event(5_000_000_000, '{"v":1}', { partitionKey: 'pk', properties: { Foo: 'x', deviceId: 0 }, systemProperties: { 'x-opt-other': 1 } }),
  event(5_000_000_001, ''),
  event(5_000_000_002, 'text', { enqueuedTime: Date.UTC(2026, 0, 1, 0, 0, 0, 100) }),
];

describe('Event Hubs batches on the wire', () => {
  it('has the .NET host\'s shapes and quirks', () => {
    const { data, metadata } = batchData(events, shape);
    expect(data).toEqual({ collectionString: { string: ['{"v":1}', 'text'] } });
    expect(metadata.PartitionContext!.json).toBe('{"FullyQualifiedNamespace":"localhost","EventHubName":"hub","ConsumerGroup":"$Default","PartitionId":"1"}');
    expect(metadata.PartitionKeyArray).toEqual({ collectionString: { string: ['pk'] } });
    expect(metadata.OffsetArray).toEqual({ collectionString: { string: ['500000000000', '500000000100', '500000000200'] } });
    expect(metadata.SequenceNumberArray!.collectionSint64!.sint64[0]).toEqual({ low: 705032704, high: 1, unsigned: false });
    expect(metadata.EnqueuedTimeUtcArray!.json).toBe('["2026-11-22T21:27:56.665","2026-11-22T21:27:56.665","2026-01-01T00:00:00.1"]');
    expect(JSON.parse(metadata.PropertiesArray!.json!)).toEqual([{ Foo: 'x', deviceId: 0 }, {}, {}]);
    expect(JSON.parse(metadata.SystemPropertiesArray!.json!)).toEqual([
      { 'x-opt-other': 1, SequenceNumber: 5_000_000_000, Offset: '500000000000', PartitionKey: 'pk', EnqueuedTimeUtc: '2026-11-22T21:27:56.665' },
      { SequenceNumber: 5_000_000_001, Offset: '500000000100', PartitionKey: null, EnqueuedTimeUtc: '2026-11-22T21:27:56.665' },
      { SequenceNumber: 5_000_000_002, Offset: '500000000200', PartitionKey: null, EnqueuedTimeUtc: '2026-01-01T00:00:00.1' },
    ]);
  });

  it('keeps empty events for an app that asks for them, and bytes for binary', () => {
    const { data } = batchData(events, { ...shape, binary: true, keepEmpty: true });
    expect(data.collectionBytes!.bytes.map((bytes) => Buffer.from(bytes).toString())).toEqual(['{"v":1}', '', 'text']);
  });

  it('gives one event its own metadata names', () => {
    const { data, metadata } = singleData(events[0]!, shape);
    expect(data).toEqual({ string: '{"v":1}' });
    expect(Object.keys(metadata)).toEqual(['PartitionContext', 'PartitionKey', 'Offset', 'SequenceNumber', 'EnqueuedTimeUtc', 'Properties', 'SystemProperties']);
    expect(metadata.SequenceNumber).toEqual({ json: '5000000000' });
    expect(singleData(events[1]!, { ...shape, binary: true })).toMatchObject({ data: { bytes: Buffer.from('') }, metadata: { PartitionKey: {} } });
  });

  it.each([0, 1, 2 ** 31, 2 ** 32 - 1, 2 ** 32, 5e9, Number.MAX_SAFE_INTEGER, -1, -5e9])('splits %d into halves', (value) => {
    const { low, high } = toLong(value);
    expect(BigInt.asIntN(64, (BigInt(high) << 32n) | BigInt(low >>> 0))).toBe(BigInt(value));
  });
});
