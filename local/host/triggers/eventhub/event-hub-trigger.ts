import type { ContainerClient } from '@azure/storage-blob';
import { requireText, settingUse } from '../../app-function';
import type { AppFunction } from '../../app-function';
import type { Clock } from '../../clock';
import type { FaultInjector } from '../../faults';
import type { HostJson } from '../../host-json';
import type { Invoker } from '../../invoker';
import type { RetryContext } from '../../retry';
import type { AppSettings } from '../../settings';
import type { TriggerListener } from '../trigger-listener';
import { CheckpointStore } from './checkpoint-store';
import type { Ownership } from './checkpoint-store';
import type { EventSource, HubAddress, ReceivedEvent } from './event-source';
import { chooseClaims } from './load-balancer';
import { PartitionPump } from './partition-pump';
import { batchForThread, singleData } from './trigger-data';
import type { EventShape } from './trigger-data';

/** How often ownership is renewed and rebalanced, and after how long without renewal it is free; milliseconds. */
export interface LeaseIntervals {
  renewMs: number;
  expiryMs: number;
}

export interface EventHubTriggerOptions {
  fn: AppFunction;
  settings: AppSettings;
  hostJson: HostJson;
  source: EventSource;
  /** Opens the container for ownership and checkpoints. */
  container: () => Promise<ContainerClient>;
  invoker: Invoker;
  keepEmpty: boolean;
  ownerId: string;
  leases: LeaseIntervals;
  faults: FaultInjector;
  clock: Clock;
  log: (line: string) => void;
}

/** Runs a function over the partitions of a hub that this host owns, and shares the partitions with other hosts. */
export class EventHubTrigger implements TriggerListener {
  private readonly address: HubAddress;
  private readonly shape: Omit<EventShape, 'partition'>;
  private readonly namespace: string;
  private readonly pumps = new Map<string, PartitionPump>();
  private readonly etags = new Map<string, string>();
  /** Pumps of lost partitions whose last batch is still running; such a partition is not claimed again yet. */
  private readonly ending = new Map<string, Promise<void>>();
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly options: EventHubTriggerOptions) {
    const { fn, settings } = options;
    const connection = fn.trigger.connection as string | undefined;
    const connectionString = settings.connection(connection, 'eventHubs', settingUse(fn.name, fn.trigger, 'connection'));
    const consumerGroup = (fn.trigger.consumerGroup as string | undefined) || '$Default';
    this.address = { connectionString, hub: requireText(fn.name, fn.trigger, 'eventHubName'), consumerGroup };
    this.namespace = namespaceOf(connectionString);
    this.shape = { binary: ['binary', 'stream'].includes(String(fn.trigger.dataType).toLowerCase()), keepEmpty: options.keepEmpty };
  }

  start(): Promise<void> {
    this.running ??= this.run();
    return Promise.resolve();
  }

  /** Lets the batches in hand finish, then releases the partitions for other hosts. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await Promise.all([...[...this.pumps.values()].map((pump) => pump.stop()), ...this.ending.values()]);
    const store = this.pumps.size === 0 ? undefined : await this.openStore();
    await Promise.all([...this.pumps.keys()].map((partition) => store!.claim(partition, '', this.etags.get(partition))));
    this.pumps.clear();
  }

  private async openStore(): Promise<CheckpointStore> {
    return new CheckpointStore(await this.options.container(), { ...this.address, fullyQualifiedNamespace: this.namespace });
  }

  private async run(): Promise<void> {
    const { leases, clock, log, fn, source } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        const store = await this.openStore();
        // Each time: partitions may have been added.
        const { partitionIds } = await source.getHubProperties(this.address.connectionString, this.address.hub);
        await this.balance(store, partitionIds);
        await clock.sleep(leases.renewMs, signal);
      } catch (error) {
        log(`[${fn.name}] ${this.address.hub}: looking after partitions failed: ${error instanceof Error ? error.message : String(error)}`);
        await clock.sleep(Math.min(1000, leases.renewMs), signal);
      }
    }
  }

  /** One round: renew what is owned, drop what was lost, claim the fair share. */
  private async balance(store: CheckpointStore, partitions: string[]): Promise<void> {
    const { ownerId: me, leases, clock } = this.options;
    const seen = new Map((await store.listOwnership()).map((ownership) => [ownership.partition, ownership]));
    await Promise.all([...this.pumps.keys()].map((partition) => this.renew(store, partition, seen.get(partition))));
    const mayClaim = (partition: string): boolean => !this.pumps.has(partition) && !this.ending.has(partition);
    const ownerships = [...seen.values()].map((ownership) => (this.pumps.has(ownership.partition) ? { ...ownership, ownerId: me } : ownership));
    for (const partition of chooseClaims({ partitions, ownerships, me, now: clock.now(), expiryMs: leases.expiryMs })) {
      if (mayClaim(partition)) await this.claim(store, partition, seen.get(partition));
    }
    // Owned by this id but not running: what a crashed run of this same host left behind.
    for (const { partition, ownerId } of seen.values()) {
      if (ownerId === me && mayClaim(partition) && partitions.includes(partition)) await this.claim(store, partition, seen.get(partition));
    }
  }

  private async renew(store: CheckpointStore, partition: string, seen: Ownership | undefined): Promise<void> {
    const etag = seen?.ownerId === this.options.ownerId ? await store.claim(partition, this.options.ownerId, seen.etag) : null;
    if (etag !== null) this.etags.set(partition, etag);
    else this.lose(partition);
  }

  private async claim(store: CheckpointStore, partition: string, seen: Ownership | undefined): Promise<void> {
    const etag = await store.claim(partition, this.options.ownerId, seen?.etag);
    if (etag === null) return;
    // Stopped while claiming: nobody would renew it, and other hosts would wait for it to expire.
    if (this.stopping.signal.aborted) return void (await store.claim(partition, '', etag));
    this.etags.set(partition, etag);
    this.pumps.set(partition, this.startPump(store, partition));
  }

  /** Does not wait for the batch in hand: renewing the other partitions must not depend on a slow function. */
  private lose(partition: string): void {
    const pump = this.pumps.get(partition);
    if (pump === undefined) return;
    this.options.log(`[${this.options.fn.name}] ${this.address.hub}/${partition}: another host took the partition`);
    this.pumps.delete(partition);
    this.etags.delete(partition);
    this.ending.set(partition, pump.stop(false).finally(() => this.ending.delete(partition)));
  }

  private startPump(store: CheckpointStore, partition: string): PartitionPump {
    const { fn, hostJson, source, ownerId, faults, clock, log } = this.options;
    return new PartitionPump({
      address: this.address,
      partition,
      ownerId,
      functionName: fn.name,
      settings: hostJson.eventHubs,
      retry: fn.retry ?? hostJson.retry,
      source,
      store,
      faults,
      clock,
      log,
      single: String(fn.trigger.cardinality).toLowerCase() === 'one',
      deliver: (events, retryContext) => this.deliver(partition, events, retryContext),
      onStolen: () => this.lose(partition),
    });
  }

  private deliver(partition: string, events: ReceivedEvent[], retryContext: RetryContext | undefined): Promise<unknown> {
    const { fn, invoker } = this.options;
    const { hub, consumerGroup } = this.address;
    const shape: EventShape = { ...this.shape, partition: { fullyQualifiedNamespace: this.namespace, eventHubName: hub, consumerGroup, partitionId: partition } };
    if (String(fn.trigger.cardinality).toLowerCase() !== 'one') return invoker.invoke(fn, { ...batchForThread(events, shape), retryContext });
    const [event] = events;
    const payload = (): unknown => parseJson(event!.body);
    return invoker.invoke(fn, { ...singleData(event!, shape), retryContext, payload });
  }
}

/** The host name of the connection string's endpoint, without the port, as Azure's extension names its blobs. */
export function namespaceOf(connectionString: string): string {
  const endpoint = /(?:^|;)\s*Endpoint\s*=\s*sb:\/\/([^;/:]+)/i.exec(connectionString)?.[1];
  if (endpoint === undefined) throw new Error('The Event Hubs connection string has no "Endpoint=sb://HOST/".');
  return endpoint;
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    return undefined;
  }
}
