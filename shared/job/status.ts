import { messageOf } from '../errors';
import type { PartitionEnvironment, PartitionStatus } from '../runtime/partition';
import { PartitionState } from '../runtime/partition';
import { keyOfEntity, planOf, type EntityAddress } from '../runtime/entity';
import { requireReadable, type StateHead } from '../runtime/state-text';
import type { PartitionBounds } from '../sources/source';
import type { MemoryTelemetry } from '../telemetry';
import { formatDateTime } from '../values/ticks';
import { boundsOf, type HubBounds } from './clock';
import type { JobInput } from './input';
import type { Job } from './load';
import type { Outputs } from './outputs';
import { headOf, waitingAtGroups } from './waiting';

/** Reads an entity's state as the durable client gives it; undefined when there is none. */
export type ReadEntity = (address: EntityAddress) => Promise<unknown>;

interface PartitionView extends PartitionStatus {
  /** Enqueued, but not yet received. */
  backlog: number;
}

export interface InputView extends Omit<PartitionView, 'position' | 'epoch'> {
  /** Why its service does not answer. The rest is what the entities of the partitions that are known tell; of a backlog nothing is known, and none is told. */
  error?: string;
  partitions: Record<string, PartitionView>;
}

export interface OutputView {
  /** Rows written by this instance since it started; a row that came again counts again. */
  rows: number;
  /** Time of the latest row: for rows of windows, the end of the last window. */
  lastWindowEnd: string | null;
  errors: number;
  lastError?: string;
}

/** What `GET /api/status` answers. For each input, `events = filtered + deadLettered + applied + pending`. */
export interface JobStatus {
  job: string;
  inputs: Record<string, InputView>;
  outputs: Record<string, OutputView>;
  /** Deliveries that wait at each group stage: it grows where an output is slow. */
  waiting: Record<string, number>;
  /** Why the job has stopped: an output's policy on this instance, or states that are of another query. */
  stopped?: string;
  query: string;
}

export interface StatusSources {
  job: Job;
  inputs: readonly JobInput[];
  outputs: Outputs;
  telemetry: MemoryTelemetry;
  environment: PartitionEnvironment;
}

/** Puts together what the entities and this process know. */
export class StatusReport {
  /** Why a state could not be read. */
  private refused: string | undefined;
  /** Partitions of each input, as its service told last. */
  private readonly known = new Map<string, string[]>();

  constructor(private readonly sources: StatusSources) {}

  async read(readEntity: ReadEntity): Promise<JobStatus> {
    const { job, inputs, outputs } = this.sources;
    this.refused = undefined;
    const senders: Partial<StateHead>[] = [];
    const noting: ReadEntity = async (address) => {
      const state = await readEntity(address);
      senders.push((state ?? {}) as Partial<StateHead>);
      return state;
    };
    const views = await Promise.all(inputs.map(async (input) => [input.name, await this.input(input, noting)] as const));
    const waiting: Record<string, number> = {};
    for (const { stage, count } of await waitingAtGroups(job.program.plan, senders, readEntity)) waiting[stage] = (waiting[stage] ?? 0) + Math.max(0, count);
    return {
      job: job.definition.name,
      inputs: Object.fromEntries(views),
      outputs: Object.fromEntries([...outputs.recent.keys()].map((name) => [name, this.output(name)])),
      waiting,
      ...(outputs.stopped || this.refused ? { stopped: outputs.stopped?.message ?? this.refused } : {}),
      query: job.query,
    };
  }

  private async input(input: JobInput, readEntity: ReadEntity): Promise<InputView> {
    const hub = await boundsOf(input.source).catch((error: unknown) => ({ error: messageOf(error) }));
    const views = 'error' in hub ? await this.knownPartitions(input.name, readEntity) : await this.partitions(input.name, hub, readEntity);
    this.known.set(input.name, views.map(([partition]) => partition));
    return { ...sum(views.map(([, view]) => view)), ...('error' in hub ? { error: hub.error } : {}), partitions: Object.fromEntries(views) };
  }

  private partitions(input: string, { bounds, made }: HubBounds, readEntity: ReadEntity): Promise<(readonly [string, PartitionView])[]> {
    return Promise.all(bounds.map(async (bound) => [bound.partition, await this.partition(input, { ...bound, made }, readEntity)] as const));
  }

  /** Without the hub: which partitions there are is what it told last. */
  private knownPartitions(input: string, readEntity: ReadEntity): Promise<(readonly [string, PartitionView])[]> {
    const known = this.known.get(input) ?? [];
    return Promise.all(known.map(async (partition) => [partition, { ...this.statusOf(input, partition, await headOf({ entity: 'partition', input, partition }, readEntity)), backlog: 0 }] as const));
  }

  private async partition(input: string, bound: PartitionBounds & { made: number | undefined }, readEntity: ReadEntity): Promise<PartitionView> {
    const status = this.statusOf(input, bound.partition, await headOf({ entity: 'partition', input, partition: bound.partition }, readEntity));
    // Nothing has come yet of a hub that was made after the one that was read last.
    const position = status.epoch !== null && bound.made !== undefined && status.epoch < bound.made ? -1 : status.position;
    const expired = position < 0 ? 0 : Math.max(0, bound.begin - 1 - position);
    const received = Math.max(position, bound.begin - 1) + status.pending;
    return { ...status, gap: status.gap + expired, backlog: bound.isEmpty ? 0 : Math.max(0, bound.last - received) };
  }

  private statusOf(input: string, partition: string, head: Partial<StateHead> | undefined): PartitionStatus {
    if (head && this.isReadable({ entity: 'partition', input, partition }, head) && head.c) return head.c;
    return new PartitionState(this.sources.job.program, input, partition, { ...this.sources.environment, generation: '' }).status();
  }

  private isReadable(address: EntityAddress, head: Partial<StateHead>): boolean {
    try {
      requireReadable(head, keyOfEntity(address), planOf(address, this.sources.job));
      return true;
    } catch (error) {
      this.refused = messageOf(error);
      return false;
    }
  }

  private output(name: string): OutputView {
    const { outputs, telemetry } = this.sources;
    const lastTime = outputs.recent.get(name)?.lastTime;
    const lastError = outputs.lastError.get(name);
    return {
      rows: telemetry.total('OutputEvents', { LogicalName: name }),
      lastWindowEnd: lastTime === undefined ? null : formatDateTime(lastTime),
      errors: telemetry.total('OutputErrors', { LogicalName: name }),
      ...(lastError === undefined ? {} : { lastError }),
    };
  }
}

const COUNTS = ['events', 'bytes', 'filtered', 'applied', 'late', 'early', 'outOfOrder', 'pending', 'gap', 'backlog'] as const;

/** An input is as far as its slowest partition that has a time at all. */
function sum(partitions: readonly PartitionView[]): Omit<PartitionView, 'position' | 'epoch'> {
  const counts = Object.fromEntries(COUNTS.map((name) => [name, partitions.reduce((total, view) => total + view[name], 0)])) as Record<(typeof COUNTS)[number], number>;
  const deadLettered: Record<string, number> = {};
  for (const view of partitions) for (const [reason, count] of Object.entries(view.deadLettered)) deadLettered[reason] = (deadLettered[reason] ?? 0) + count;
  const watermarks = partitions.flatMap(({ watermark }) => watermark ?? []).sort();
  const resets = Math.max(0, ...partitions.map((view) => view.resets));
  return { ...counts, resets, deadLettered, watermark: watermarks[0] ?? null };
}
