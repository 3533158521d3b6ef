import { requireText, settingUse } from '../../app-function';
import type { AppFunction } from '../../app-function';
import type { Clock } from '../../clock';
import type { FaultInjector } from '../../faults';
import type { HostJson } from '../../host-json';
import type { Invoker } from '../../invoker';
import { runWithRetry } from '../../retry';
import type { AppSettings } from '../../settings';
import type { TriggerListener } from '../trigger-listener';
import type { KafkaReader, KafkaRecord, KafkaTopics, Subscription } from './kafka-topics';
import { kafkaBatchData, type RecordShape } from './trigger-data';

export interface KafkaTriggerOptions {
  fn: AppFunction;
  settings: AppSettings;
  hostJson: HostJson;
  topics: KafkaTopics;
  invoker: Pick<Invoker, 'invoke'>;
  keepEmpty: boolean;
  faults: FaultInjector;
  clock: Clock;
  log: (line: string) => void;
}

const REOPEN_MIN_MS = 250;
const REOPEN_MAX_MS = 30_000;

/**
 * Runs a function over the partitions of a topic that this member of the consumer group owns: one batch at a time, which may be of several partitions.
 *
 * As in Azure, offsets are committed after a batch whether it succeeded or its retries are used up, and not while the host is stopping: those records are
 * delivered again.
 */
export class KafkaTrigger implements TriggerListener {
  private readonly subscription: Subscription;
  private readonly shape: RecordShape;
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly options: KafkaTriggerOptions) {
    const { fn, settings, hostJson } = options;
    const text = (name: string): string | undefined => (typeof fn.trigger[name] === 'string' ? (fn.trigger[name] as string) : undefined);
    // Either may be the name of a setting.
    const resolved = (name: string): string | undefined => settings.get(text(name) ?? '') ?? text(name);
    const topic = requireText(fn.name, fn.trigger, 'topic');
    requireText(fn.name, fn.trigger, 'brokerList');
    this.subscription = {
      brokers: resolved('brokerList') as string,
      topic: settings.expand(topic, settingUse(fn.name, fn.trigger, 'topic')),
      consumerGroup: text('consumerGroup') || '$Default',
      protocol: text('protocol') ?? 'NotSet',
      authenticationMode: text('authenticationMode') ?? 'NotSet',
      username: resolved('username'),
      password: resolved('password'),
      start: hostJson.kafka.autoOffsetReset,
    };
    this.shape = { topic: this.subscription.topic, binary: ['binary', 'stream'].includes((text('dataType') ?? '').toLowerCase()), keepEmpty: options.keepEmpty };
  }

  start(): Promise<void> {
    this.running ??= this.run();
    return Promise.resolve();
  }

  /** Lets the batch in hand finish and leaves the consumer group. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    for (let failures = 0; !signal.aborted; ) {
      try {
        await this.readFrom(await this.options.topics.subscribe(this.subscription), () => (failures = 0));
      } catch (error) {
        if (signal.aborted) return;
        const delay = Math.min(REOPEN_MAX_MS, REOPEN_MIN_MS * 2 ** failures++);
        this.log(`reading failed, next try in ${delay / 1000} s: ${message(error)}`);
        await this.options.clock.sleep(delay, signal);
      }
    }
  }

  /** Reads and delivers until stopped, or until the topic must be read again from the committed offsets (then it returns). */
  private async readFrom(reader: KafkaReader, onRead: () => void): Promise<void> {
    const { maxBatchSize, subscriberIntervalMs } = this.options.hostJson.kafka;
    try {
      while (!this.stopping.signal.aborted) {
        const records = await reader.next(maxBatchSize, subscriberIntervalMs);
        onRead();
        if (this.stopping.signal.aborted) return;
        if (records.length > 0 && !(await this.deliver(records, reader))) return;
      }
    } finally {
      await reader.close().catch((error: unknown) => this.log(`leaving the consumer group failed: ${message(error)}`));
    }
  }

  /** @returns false when the records are to be read again */
  private async deliver(records: readonly KafkaRecord[], reader: KafkaReader): Promise<boolean> {
    const { fn, invoker, hostJson, clock, faults } = this.options;
    const outcome = await runWithRetry((retryContext) => invoker.invoke(fn, { ...kafkaBatchData(records, this.shape), retryContext }), {
      policy: fn.retry ?? hostJson.retry,
      clock,
      signal: this.stopping.signal,
      onFailure: (error, next) => this.log(`a batch of ${records.length} records failed, ${next === null ? 'no retries left, its offsets are committed' : `retry ${next.retryCount} in ${next.delayMs / 1000} s`}: ${message(error)}`),
    });
    if (outcome === 'aborted') return false;
    if (faults.redeliver()) {
      this.log('a fault on purpose: nothing is committed and the batch will be delivered again');
      return false;
    }
    faults.at('checkpoint:before');
    await reader.commit(records);
    faults.at('checkpoint:after');
    return true;
  }

  private log(line: string): void {
    this.options.log(`[${this.options.fn.name}] ${this.subscription.topic}: ${line}`);
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
