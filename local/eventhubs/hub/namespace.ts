import { AmqpError, condition } from '../amqp/error';
import { Hub } from './hub';
import type { HubConfig } from './hub';
import type { Partition } from './partition';

/** What a link's address means. */
export type Address =
  | { node: 'cbs' }
  | { node: 'management' }
  | { node: 'hub'; hub: Hub; partition: Partition | null; consumerGroup: string | null };

/** The hubs of one emulator. */
export class Namespace {
  private readonly hubs = new Map<string, Hub>();

  /** Opens every hub under `dataDir`; the new ones are created at `now` (ms since the epoch). */
  constructor(configs: readonly HubConfig[], dataDir: string, now: number) {
    try {
      for (const config of configs) this.add(config, dataDir, now);
    } catch (error) {
      void this.close();
      throw error;
    }
  }

  /** Throws `amqp:not-found`. */
  hub(name: string): Hub {
    const hub = this.hubs.get(name.toLowerCase());
    if (hub) return hub;
    const known = [...this.hubs.values()].map((other) => other.name).join(', ');
    throw new AmqpError(condition.notFound, `The messaging entity '${name}' could not be found. This emulator has: ${known || 'no event hubs'}.`);
  }

  /**
   * Understands `$cbs`, `$management`, `hub/$management`, `hub`, `hub/Partitions/n` and `hub/ConsumerGroups/g/Partitions/n`, with
   * or without a scheme and host in front, in any case. Throws what a link is to be refused with.
   */
  resolve(address: string): Address {
    const path = address.replace(/^amqps?:\/\/[^/]*\//i, '').replace(/^\/|\/$/g, '');
    const parts = path.split('/');
    const words = parts.map((part) => part.toLowerCase());
    if (path.toLowerCase() === '$cbs') return { node: 'cbs' };
    if (words[words.length - 1] === '$management') return { node: 'management' };
    if (parts.length === 1 && path !== '') return { node: 'hub', hub: this.hub(path), partition: null, consumerGroup: null };
    const hasGroup = words[1] === 'consumergroups';
    const [consumerGroup, id] = hasGroup ? [parts[2], parts[4]] : [null, parts[2]];
    if (words[hasGroup ? 3 : 1] !== 'partitions' || !id?.trim() || parts.length !== (hasGroup ? 5 : 3)) throw invalidAddress(address);
    const hub = this.hub(parts[0] as string);
    if (consumerGroup && !hub.hasConsumerGroup(consumerGroup)) {
      throw new AmqpError(condition.notFound, `The messaging entity '${hub.name}/ConsumerGroups/${consumerGroup}' could not be found.`);
    }
    return { node: 'hub', hub, partition: hub.partition(id), consumerGroup: consumerGroup ?? null };
  }

  async expire(now: number): Promise<void> {
    for (const hub of this.hubs.values()) await hub.expire(now);
  }

  async close(): Promise<void> {
    await Promise.all([...this.hubs.values()].map((hub) => hub.close()));
  }

  private add(config: HubConfig, dataDir: string, now: number): void {
    const key = config.name.toLowerCase();
    if (this.hubs.has(key)) throw new Error(`Event hub ${config.name} is configured twice; names must differ by more than case.`);
    this.hubs.set(key, Hub.open(config, dataDir, now));
  }
}

function invalidAddress(address: string): AmqpError {
  return new AmqpError(
    condition.argumentError,
    `Invalid EventHub address '${address}'. It must be either of the following. Sender: <EventHubName>. Partition Sender: <EventHubName>/Partitions/<PartitionNumber>. ` +
      'Partition Receiver: <EventHubName>/ConsumerGroups/<ConsumerGroupName>/Partitions/<PartitionNumber>.',
  );
}
