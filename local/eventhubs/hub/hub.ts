import * as fs from 'node:fs';
import * as path from 'node:path';
import { AmqpError, condition } from '../amqp/error';
import { Partition } from './partition';
import type { IncomingBatch } from './event';
import { partitionOfKey } from './partition-key';

/** What a hub is to be. */
export interface HubConfig {
  name: string;
  /** 1 to 32. A hub can grow; it cannot shrink. */
  partitionCount: number;
  /** Besides `$Default`, which always exists. */
  consumerGroups?: string[];
  /** Events older than this may be deleted. Default: 7 days, the most that the service's standard tier keeps. */
  retentionMs?: number;
}

interface HubMetadata {
  name: string;
  /** Milliseconds since the epoch. */
  createdAt: number;
  partitionCount: number;
}

const DAY = 24 * 60 * 60 * 1000;
const DEFAULT_RETENTION = 7 * DAY;
const SEGMENT_BYTES = 16 * 1024 * 1024;
const MAX_PARTITIONS = 32;
/** A hub's name is a folder's too. https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules */
const NAME = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,254}[A-Za-z0-9])?$/;

/** An event hub: partitions, consumer groups, and the rule by which events find their partition. */
export class Hub {
  private roundRobin = 0;

  private constructor(
    readonly name: string,
    readonly createdAt: number,
    readonly partitions: readonly Partition[],
    private readonly consumerGroups: ReadonlySet<string>,
  ) {}

  /** Opens the hub's folder in `dataDir`, making it at `now`. Throws when the configuration cannot be. */
  static open(config: HubConfig, dataDir: string, now: number): Hub {
    validate(config);
    const directory = path.join(dataDir, config.name.toLowerCase());
    fs.mkdirSync(directory, { recursive: true });
    const { createdAt } = openMetadata(directory, config, now);
    const options = { segmentBytes: SEGMENT_BYTES, retentionMs: config.retentionMs ?? DEFAULT_RETENTION };
    const ids = Array.from({ length: config.partitionCount }, (_, i) => String(i));
    const partitions = ids.map((id) => Partition.open(id, path.join(directory, id), options));
    const groups = ['$Default', ...(config.consumerGroups ?? [])].map((group) => group.toLowerCase());
    return new Hub(config.name, createdAt, partitions, new Set(groups));
  }

  hasConsumerGroup(name: string): boolean {
    return this.consumerGroups.has(name.toLowerCase());
  }

  /** Throws `com.microsoft:argument-out-of-range` for a partition that does not exist. */
  partition(id: string): Partition {
    const partition = this.partitions.find((candidate) => candidate.id === id);
    if (partition) return partition;
    const last = this.partitions.length - 1;
    throw new AmqpError(
      condition.argumentOutOfRange,
      `The specified partition is invalid for an EventHub partition sender or receiver. It should be between 0 and ${last}. Parameter name: PartitionId; actual value was ${id}.`,
    );
  }

  /** The partition for a batch: by its key, or the next in turn. */
  route(batch: IncomingBatch): Partition {
    const count = this.partitions.length;
    const index = batch.partitionKey === null ? this.roundRobin++ % count : partitionOfKey(batch.partitionKey, count);
    return this.partitions[index] as Partition;
  }

  async expire(now: number): Promise<void> {
    for (const partition of this.partitions) await partition.expire(now);
  }

  async close(): Promise<void> {
    await Promise.all(this.partitions.map((partition) => partition.close()));
  }
}

function validate({ name, partitionCount, retentionMs }: HubConfig): void {
  if (!NAME.test(name)) {
    throw new Error(`"${name}" is no event hub name: letters, digits, periods, hyphens and underscores, starting and ending with a letter or digit.`);
  }
  if (!Number.isInteger(partitionCount) || partitionCount < 1 || partitionCount > MAX_PARTITIONS) {
    throw new Error(`Event hub ${name}: the partition count must be from 1 to ${MAX_PARTITIONS}, not ${partitionCount}.`);
  }
  if (retentionMs !== undefined && !(retentionMs > 0)) {
    throw new Error(`Event hub ${name}: the retention must be a positive number of milliseconds, not ${retentionMs}.`);
  }
}

function openMetadata(directory: string, config: HubConfig, now: number): HubMetadata {
  const file = path.join(directory, 'hub.json');
  const stored = fs.existsSync(file) ? (JSON.parse(fs.readFileSync(file, 'utf8')) as HubMetadata) : null;
  if (stored && stored.partitionCount > config.partitionCount) {
    throw new Error(
      `Event hub ${config.name} has ${stored.partitionCount} partitions in ${directory}, and ${config.partitionCount} are configured; a hub cannot lose partitions. Configure ${stored.partitionCount}, or delete that folder and its events.`,
    );
  }
  const metadata = { name: config.name, createdAt: stored?.createdAt ?? now, partitionCount: config.partitionCount };
  const fresh = `${file}.new`;
  fs.writeFileSync(fresh, `${JSON.stringify(metadata)}\n`);
  fs.renameSync(fresh, file);
  return metadata;
}
