import { parseHostJson } from '../../../local/host/host-json';

const parse = (document: Record<string, unknown>) => parseHostJson(document, 'host.json');

describe('host.json', () => {
  it("has Azure's defaults", () => {
    expect(parse({})).toMatchObject({
      functionTimeoutMs: 1_800_000,
      retry: undefined,
      http: { routePrefix: 'api', maxRequestBodyBytes: 104_857_600 },
      eventHubs: { maxEventBatchSize: 100, minEventBatchSize: 1, maxWaitTimeMs: 60_000, prefetchCount: 300, batchCheckpointFrequency: 1, initialOffset: 'earliest' },
      queues: { base64: true },
      durableTask: { hubName: 'TestHubName', maxEntityOperationBatchSize: undefined },
    });
  });

  it('reads what is set', () => {
    const read = parse({
      functionTimeout: '-1',
      retry: { strategy: 'exponentialBackoff', maxRetryCount: -1, minimumInterval: '00:00:02', maximumInterval: '00:01:00' },
      extensions: {
        http: { routePrefix: '/v1/' },
        eventHubs: { maxEventBatchSize: 1000, initialOffsetOptions: { type: 'fromEnqueuedTime', enqueuedTimeUtc: '2026-01-01T00:00:00Z' } },
        queues: { messageEncoding: 'none' },
        durableTask: { hubName: 'weir', maxEntityOperationBatchSize: 50 },
      },
    });
    expect(read.functionTimeoutMs).toBeNull();
    expect(read.retry).toMatchObject({ retryStrategy: 'exponentialBackoff', maxRetryCount: -1, minimumIntervalMs: 2000, maximumIntervalMs: 60_000 });
    expect(read.http.routePrefix).toBe('v1');
    expect(read.eventHubs).toMatchObject({ maxEventBatchSize: 1000, initialOffset: Date.UTC(2026, 0, 1) });
    expect(read.queues.base64).toBe(false);
    expect(read.durableTask).toEqual({ hubName: 'weir', maxEntityOperationBatchSize: 50 });
  });

  it.each([
    [{ functionTimeout: 'long' }, /"functionTimeout" is "long"; it must be a time span/],
    [{ extensions: { eventHubs: { maxEventBatchSize: 0 } } }, /maxEventBatchSize" is 0; it must be a whole number of at least 1/],
    [{ extensions: { eventHubs: { initialOffsetOptions: { type: 'middle' } } } }, /"fromStart", "fromEnd" or "fromEnqueuedTime"/],
    [{ retry: { strategy: 'often' } }, /"fixedDelay" or "exponentialBackoff"/],
  ])('refuses %j', (document, message) => expect(() => parse(document)).toThrow(message));
});
