import type { Clock } from './clock';
import type { HostFaults } from './faults';
import type { DurableEngineFactory } from './durable-functions';
import type { EventSource } from './triggers/eventhub/event-source';
import type { KafkaTopics } from './triggers/kafka/kafka-topics';
import type { LeaseIntervals } from './triggers/eventhub/event-hub-trigger';

export interface HostOptions {
  /** Holds package.json, whose `main` names the functions' files, and host.json. */
  appDir: string;
  /** 0 = any free port. */
  port: number;
  /** Where durable state and this host's identity are kept. */
  dataDir: string;
  /** The app settings: what local.settings.json calls Values. They are the worker's process.env. */
  settings: Record<string, string>;
  log: (line: string) => void;
  faults?: HostFaults;
  /** Default 127.0.0.1. */
  address?: string;
  /** Origins that may call from a browser; '*' = any. Default: pages on this machine. */
  corsOrigins?: string[];
  /** Ask for function keys as Azure does. Default false, like Core Tools. */
  enforceKeys?: boolean;
  /** Default 10 s renewal, 30 s expiry. */
  leases?: LeaseIntervals;
  /** How long {@link LocalHost.stop} waits for running invocations; ms, default 10,000. */
  shutdownMs?: number;
  /** The worker thread ended by itself. The default logs the error and ends the process with code 1. */
  onCrash?: (error: Error) => void;
}

/** The parts that the host is put together from; tests replace them. */
export interface HostParts {
  eventSource: EventSource;
  /** Without it a Kafka trigger does not run. */
  kafka?: KafkaTopics;
  createDurableEngine: DurableEngineFactory;
  clock: Clock;
  /** The compiled worker-entry; undefined = the one beside worker-runtime. */
  workerEntry?: string;
}

export interface LocalHost {
  port: number;
  /** Names of the functions that are running. */
  functions: string[];
  /** Stops taking events, waits for running invocations, releases partitions, ends the worker. */
  stop(): Promise<void>;
}
