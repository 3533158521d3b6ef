import { contiguousRuns, readTrigger } from '../../../shared/sources/event-hub-trigger';
import type { InputEvent } from '../../../shared/event';
import { member } from '../../../shared/values/fields';
import { formatDateTime, fromUnixMs } from '../../../shared/values/ticks';
import type { SqlRecord } from '../../../shared/values/value';

/** What the handler sees, as observed through the SDK: see the quirks in each test. */
const metadata = (count: number, more: Record<string, unknown> = {}) => ({
  partitionContext: { partitionId: '3', eventHubName: 'h', consumerGroup: 'c' },
  partitionKeyArray: ['pk'],
  sequenceNumberArray: Array.from({ length: count }, () => ({ low: 705032704, high: 1, unsigned: false })),
  propertiesArray: Array.from({ length: count }, (_, i) => ({ foo: `x${i}`, deviceId: i })),
  systemPropertiesArray: Array.from({ length: count }, (_, i) => ({ sequenceNumber: 5_000_000_000 + i, offset: '77', partitionKey: i === 1 ? 'pk' : null, enqueuedTimeUtc: '2026-11-22T21:27:56.665' })),
  ...more,
});

describe('the trigger', () => {
  it('gives 64-bit positions whole, and times as UTC whatever the zone of the machine', () => {
    const { partition, events } = readTrigger([Buffer.from('{}'), Buffer.alloc(0)], metadata(2), false);
    expect(partition).toBe('3');
    expect(events.map(({ sequenceNumber }) => sequenceNumber)).toEqual([5_000_000_000, 5_000_000_001]);
    expect(formatDateTime(events[0]?.enqueued as number)).toBe('2026-11-22T21:27:56.6650000Z');
  });

  it.each([
    [Buffer.from('{"a":1}'), '{"a":1}'],
    [Buffer.alloc(0), ''],
    [null, ''],
    ['{"a":1}', '{"a":1}'],
    [{ a: 1 }, '{"a":1}'],
    [123, '123'],
  ])('reads the body %p', (message, body) => expect(Buffer.from(readTrigger([message], metadata(1), false).events[0]?.body as Uint8Array).toString()).toBe(body));

  it('gives metadata only when asked, aligned with the events', () => {
    expect(readTrigger([null], metadata(1), false).events[0]?.metadata).toBeUndefined();
    const [first, second] = readTrigger([null, null], metadata(2), true).events.map((event) => event.metadata as SqlRecord);
    expect([member(first?.EventHub as SqlRecord, 'PartitionKey'), member(second?.EventHub as SqlRecord, 'PartitionKey')]).toEqual([null, 'pk']);
    expect([member(second?.User as SqlRecord, 'Foo'), member(second?.User as SqlRecord, 'DeviceId')]).toEqual(['x1', 1]);
    expect(member(second?.EventHub as SqlRecord, 'PartitionId')).toBe('3');
  });

  it("names IoT Hub's properties as the language does", () => {
    const system = [{ sequenceNumber: 1, enqueuedTimeUtc: '2026-01-01T00:00:00', 'iothub-connection-device-id': 'd1' }];
    expect(readTrigger([null], metadata(1, { systemPropertiesArray: system }), true).events[0]?.metadata?.IoTHub).toMatchObject({ ConnectionDeviceId: 'd1', MessageId: null });
  });

  it.each<[string, unknown[], Record<string, unknown>, RegExp]>([
    ['empty events were left out', [Buffer.from('{}')], metadata(2), /tells of 2 events, but there are 1.*IncludeEmptyEntriesInMessagePayload/],
    ['there is no partition', [null], { systemPropertiesArray: [{}] }, /no partitionContext/],
    ['a position is missing', [null], metadata(1, { systemPropertiesArray: [{ enqueuedTimeUtc: '2026-01-01T00:00:00' }] }), /sequence number undefined/],
    ['a time is none', [null], metadata(1, { systemPropertiesArray: [{ sequenceNumber: 1, enqueuedTimeUtc: 'soon' }] }), /"soon"/],
  ])('is refused when %s', (_why, messages, data, message) => expect(() => readTrigger(messages, data, false)).toThrow(message));
});

describe('runs', () => {
  const events = (...numbers: number[]): InputEvent[] => numbers.map((sequenceNumber) => ({ sequenceNumber, enqueued: fromUnixMs(0), body: Buffer.alloc(0) }));
  it.each([[[5, 6, 7, 10, 11], [[5, 6, 7], [10, 11]]], [[1], [[1]]], [[], []], [[1, 3, 5], [[1], [3], [5]]]])('%p → %p', (numbers, runs) => {
    expect(contiguousRuns(events(...numbers)).map((run) => run.map(({ sequenceNumber }) => sequenceNumber))).toEqual(runs);
  });
});
