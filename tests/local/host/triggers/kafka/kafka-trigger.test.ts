import type { AppFunction } from '../../../../../local/host/app-function';
import type { RetryOptions } from '../../../../../local/host/contract';
import { parseHostJson } from '../../../../../local/host/host-json';
import type { TriggerInput } from '../../../../../local/host/invoker';
import { AppSettings } from '../../../../../local/host/settings';
import type { KafkaReader, KafkaRecord, KafkaTopics, Subscription } from '../../../../../local/host/triggers/kafka/kafka-topics';
import { KafkaTrigger } from '../../../../../local/host/triggers/kafka/kafka-trigger';
import { kafkaBatchData } from '../../../../../local/host/triggers/kafka/trigger-data';
import { AutoClock } from '../../support/auto-clock';
import { waitFor } from '../../support/wait';

const record = (offset: number, partition = 0, value: string | null = `{"v":${offset}}`): KafkaRecord => ({ partition, offset, timestamp: Date.UTC(2026, 0, 1), key: null, value: value === null ? null : Buffer.from(value), headers: [] });

/** A topic with one member in its group: reads on from what was committed. */
class MemoryTopic implements KafkaTopics {
  readonly subscriptions: Subscription[] = [];
  committed = 0;
  failing = 0;

  constructor(readonly records: KafkaRecord[]) {}

  subscribe(subscription: Subscription): Promise<KafkaReader> {
    this.subscriptions.push(subscription);
    let position = this.committed;
    return Promise.resolve({
      next: async (max) => {
        if (this.failing-- > 0) throw new Error('broker gone');
        const batch = this.records.slice(position, position + max);
        position += batch.length;
        if (batch.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
        return batch;
      },
      commit: (records) => {
        this.committed = this.records.indexOf(records.at(-1) as KafkaRecord) + 1;
        return Promise.resolve();
      },
      close: () => Promise.resolve(),
    });
  }
}

function setup(topic: MemoryTopic, options: { handle?: (call: number) => void; retry?: RetryOptions; redeliver?: () => boolean } = {}) {
  const calls: TriggerInput[] = [];
  const log: string[] = [];
  const binding = { type: 'kafkaTrigger', direction: 'in', name: 'records', brokerList: 'BROKERS', topic: 'readings', consumerGroup: 'weir', dataType: 'binary', protocol: 'SaslSsl', authenticationMode: 'Plain', username: 'me', password: 'PASSWORD' };
  const trigger = new KafkaTrigger({
    fn: { name: 'ingest', functionId: 'f', trigger: binding, inputs: [], outputs: [], retry: options.retry } as AppFunction,
    settings: new AppSettings({ BROKERS: 'a:1,b:2', PASSWORD: 'secret' }),
    hostJson: parseHostJson({ extensions: { kafka: { maxBatchSize: 2 } } }, 'host.json'),
    topics: topic,
    invoker: {
      invoke: (_fn, input) => {
        calls.push(input);
        try {
          options.handle?.(calls.length);
        } catch (error) {
          return Promise.reject(error as Error);
        }
        return Promise.resolve({ outputData: [] });
      },
    },
    keepEmpty: true,
    faults: { at: () => undefined, redeliver: options.redeliver ?? (() => false) },
    clock: new AutoClock(),
    log: (line) => log.push(line),
  });
  return { trigger, calls, log };
}

const offsets = (input: TriggerInput): number[] => (input.metadata.OffsetArray?.collectionSint64?.sint64 ?? []).map(({ low }) => low);

describe('the Kafka trigger', () => {
  it('gives batches in order and commits after each; names of settings become their values', async () => {
    const topic = new MemoryTopic([1, 2, 5, 6, 9].map((offset) => record(offset)));
    const { trigger, calls } = setup(topic);
    await trigger.start();
    await waitFor('all committed', () => topic.committed === 5);
    await trigger.stop();
    expect(calls.map(offsets)).toEqual([[1, 2], [5, 6], [9]]);
    expect(topic.subscriptions).toEqual([{ brokers: 'a:1,b:2', topic: 'readings', consumerGroup: 'weir', protocol: 'SaslSsl', authenticationMode: 'Plain', username: 'me', password: 'secret', start: 'earliest' }]);
  });

  it('tries a failed batch again before it goes on', async () => {
    const topic = new MemoryTopic([1, 2, 3].map((offset) => record(offset)));
    const handle = (call: number): void => {
      if (call <= 2) throw new Error('sink down');
    };
    const { trigger, calls, log } = setup(topic, { handle, retry: { retryStrategy: 'fixedDelay', maxRetryCount: -1, delayIntervalMs: 1 } });
    await trigger.start();
    await waitFor('all committed', () => topic.committed === 3);
    await trigger.stop();
    expect(calls.map(offsets)).toEqual([[1, 2], [1, 2], [1, 2], [3]]);
    expect(calls[1]?.retryContext).toEqual({ retryCount: 1, maxRetryCount: -1 });
    expect(log[0]).toMatch(/\[ingest\] readings: a batch of 2 records failed, retry 1.*sink down/);
  });

  it('reads again from the committed offsets after a redelivery on purpose or a broken connection', async () => {
    const topic = new MemoryTopic([1, 2, 3].map((offset) => record(offset)));
    topic.failing = 1;
    let once = true;
    const { trigger, calls, log } = setup(topic, { redeliver: () => once && !(once = false) });
    await trigger.start();
    await waitFor('all committed', () => topic.committed === 3);
    await trigger.stop();
    expect(calls.map(offsets)).toEqual([[1, 2], [1, 2], [3]]);
    expect(log.join('\n')).toMatch(/reading failed, next try in 0.25 s: broker gone/);
  });
});

describe('what a batch looks like', () => {
  const records = [record(5_000_000_001, 2), { ...record(7, 0, null), key: 'k', timestamp: Date.UTC(2026, 0, 1, 0, 0, 0, 120), headers: [{ key: 'h', value: Buffer.from('v') }] }];

  it('is that of the .NET extension', () => {
    const { data, metadata } = kafkaBatchData(records, { topic: 't', binary: true, keepEmpty: true });
    expect(data.collectionBytes?.bytes.map((bytes) => Buffer.from(bytes).toString())).toEqual(['{"v":5000000001}', '']);
    expect(metadata).toMatchObject({
      PartitionArray: { json: '[2,0]' },
      OffsetArray: { collectionSint64: { sint64: [{ low: 705032705, high: 1, unsigned: false }, { low: 7, high: 0, unsigned: false }] } },
      TimestampArray: { json: '["2026-01-01T00:00:00Z","2026-01-01T00:00:00.12Z"]' },
      TopicArray: { collectionString: { string: ['t', 't'] } },
      KeyArray: { json: '[null,"k"]' },
      HeadersArray: { json: '[[],[{"Key":"h","Value":"dg=="}]]' },
    });
  });

  it('leaves out tombstones unless the worker keeps empty entries', () => {
    expect(kafkaBatchData(records, { topic: 't', binary: false, keepEmpty: false }).data).toEqual({ collectionString: { string: ['{"v":5000000001}'] } });
  });
});
