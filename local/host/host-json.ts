import fs from 'node:fs';
import path from 'node:path';
import type { RetryOptions } from './contract';
import { parseTimeSpan } from './timespan';

/** The settings of host.json that the local host obeys, with Azure's defaults filled in. */
export interface HostJson {
  /** Milliseconds; null = unlimited. */
  functionTimeoutMs: number | null;
  /** The default retry policy for functions that have none of their own. */
  retry: RetryOptions | undefined;
  http: { routePrefix: string; maxRequestBodyBytes: number };
  eventHubs: EventHubsSettings;
  kafka: KafkaSettings;
  queues: { base64: boolean };
  durableTask: { hubName: string; maxEntityOperationBatchSize?: number };
}

export interface EventHubsSettings {
  maxEventBatchSize: number;
  minEventBatchSize: number;
  /** Milliseconds to wait for `minEventBatchSize`; used only when that is more than 1. */
  maxWaitTimeMs: number;
  prefetchCount: number;
  batchCheckpointFrequency: number;
  /** Where a partition without a checkpoint starts; a number is an enqueued time in ms since the epoch. */
  initialOffset: 'earliest' | 'latest' | number;
}

export interface KafkaSettings {
  maxBatchSize: number;
  /** Milliseconds to wait for a full batch. */
  subscriberIntervalMs: number;
  /** Where a partition without a committed offset starts. */
  autoOffsetReset: 'earliest' | 'latest';
}

type Json = Record<string, unknown>;

/** Core Tools' own default, half an hour; Azure's differs per plan. */
const DEFAULT_TIMEOUT = '00:30:00';
/** Azure's limit for a request's body, 100 MB. */
const MAX_BODY_BYTES = 104_857_600;

/**
 * Reads `appDir/host.json`; a missing file means all defaults. Throws an Error naming the file, the property and
 * what it may be. Source of names and defaults: the host.json reference, Event Hubs extension 6.x.
 */
export function readHostJson(appDir: string): HostJson {
  const file = path.join(appDir, 'host.json');
  if (!fs.existsSync(file)) return parseHostJson({}, file);
  try {
    return parseHostJson(JSON.parse(fs.readFileSync(file, 'utf8')) as Json, file);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Error(`${file} is not JSON: ${error.message}`);
    throw error;
  }
}

/** The same over a parsed document; `file` is for messages. */
export function parseHostJson(document: Json, file: string): HostJson {
  const read = new Reader(document, file);
  return {
    functionTimeoutMs: read.duration('functionTimeout', DEFAULT_TIMEOUT, true),
    retry: readRetry(read),
    http: {
      routePrefix: read.string('extensions.http.routePrefix', 'api').replace(/^\/+|\/+$/g, ''),
      maxRequestBodyBytes: MAX_BODY_BYTES,
    },
    eventHubs: {
      maxEventBatchSize: read.count('extensions.eventHubs.maxEventBatchSize', 100),
      minEventBatchSize: read.count('extensions.eventHubs.minEventBatchSize', 1),
      maxWaitTimeMs: read.duration('extensions.eventHubs.maxWaitTime', '00:01:00') ?? 60_000,
      prefetchCount: read.count('extensions.eventHubs.prefetchCount', 300),
      batchCheckpointFrequency: read.count('extensions.eventHubs.batchCheckpointFrequency', 1),
      initialOffset: readInitialOffset(read),
    },
    kafka: {
      maxBatchSize: read.count('extensions.kafka.maxBatchSize', 64),
      subscriberIntervalMs: read.count('extensions.kafka.subscriberIntervalInSeconds', 1) * 1_000,
      autoOffsetReset: read.string('extensions.kafka.autoOffsetReset', 'earliest').toLowerCase() === 'latest' ? 'latest' : 'earliest',
    },
    queues: { base64: read.string('extensions.queues.messageEncoding', 'base64').toLowerCase() !== 'none' },
    durableTask: {
      hubName: read.string('extensions.durableTask.hubName', 'TestHubName'),
      maxEntityOperationBatchSize: read.optionalCount('extensions.durableTask.maxEntityOperationBatchSize'),
    },
  };
}

function readRetry(read: Reader): RetryOptions | undefined {
  const strategy = read.string('retry.strategy', '');
  if (strategy === '') return undefined;
  if (strategy !== 'fixedDelay' && strategy !== 'exponentialBackoff') {
    throw read.wrong('retry.strategy', strategy, '"fixedDelay" or "exponentialBackoff"');
  }
  return {
    retryStrategy: strategy,
    maxRetryCount: read.integer('retry.maxRetryCount', 0),
    delayIntervalMs: read.duration('retry.delayInterval', '00:00:00') ?? 0,
    minimumIntervalMs: read.duration('retry.minimumInterval', '00:00:01') ?? 0,
    maximumIntervalMs: read.duration('retry.maximumInterval', '00:05:00') ?? 0,
  };
}

function readInitialOffset(read: Reader): EventHubsSettings['initialOffset'] {
  const property = 'extensions.eventHubs.initialOffsetOptions.type';
  const type = read.string(property, 'fromStart');
  switch (type.toLowerCase()) {
    case 'fromstart':
      return 'earliest';
    case 'fromend':
      return 'latest';
    case 'fromenqueuedtime': {
      const time = read.string('extensions.eventHubs.initialOffsetOptions.enqueuedTimeUtc', '');
      const parsed = Date.parse(time);
      if (Number.isNaN(parsed)) {
        throw read.wrong('extensions.eventHubs.initialOffsetOptions.enqueuedTimeUtc', time, 'a time such as "2026-01-31T00:00:00Z"');
      }
      return parsed;
    }
    default:
      throw read.wrong(property, type, '"fromStart", "fromEnd" or "fromEnqueuedTime"');
  }
}

/** Typed access to a JSON document by dotted path. */
class Reader {
  constructor(
    private readonly document: Json,
    private readonly file: string,
  ) {}

  private value(property: string): unknown {
    return property.split('.').reduce<unknown>((at, key) => (at as Json | undefined | null)?.[key], this.document);
  }

  string(property: string, fallback: string): string {
    const value = this.value(property) ?? fallback;
    if (typeof value !== 'string') throw this.wrong(property, value, 'a string');
    return value;
  }

  integer(property: string, fallback: number): number {
    const value = this.value(property) ?? fallback;
    if (!Number.isInteger(value)) throw this.wrong(property, value, 'a whole number');
    return value as number;
  }

  count(property: string, fallback: number): number {
    const value = this.integer(property, fallback);
    if (value < 1) throw this.wrong(property, value, 'a whole number of at least 1');
    return value;
  }

  optionalCount(property: string): number | undefined {
    return this.value(property) === undefined ? undefined : this.count(property, 1);
  }

  /** Milliseconds; "-1" is unlimited (null) where that is allowed. */
  duration(property: string, fallback: string, unlimited = false): number | null {
    const text = this.string(property, fallback);
    if (unlimited && text === '-1') return null;
    const ms = parseTimeSpan(text);
    if (ms === null || ms < 0) throw this.wrong(property, text, 'a time span such as "00:00:30"');
    return ms;
  }

  wrong(property: string, value: unknown, expected: string): Error {
    return new Error(`${this.file}: "${property}" is ${JSON.stringify(value)}; it must be ${expected}.`);
  }
}
