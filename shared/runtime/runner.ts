import type { DeadLetter, EventBatch, OpenColumns, OutputBatch } from '../event';
import type { Program, Stage, TimePolicy } from '../program';
import { GroupState } from './group';
import { Ingest, type Decoder } from './ingest';
import type { IngestDelivery, LinkDelivery } from './delivery';
import type { OutboxEntry } from './outbox';
import type { ReferenceTables } from './operators/lookup';
import { PartitionState } from './partition';

export interface RunnerOptions {
  /** Decoder per lower-case input name. */
  decoders: Record<string, Decoder>;
  /** Readers of single columns per lower-case input name, where there are any. */
  readers?: Record<string, OpenColumns | undefined>;
  /** How many partitions each input has; default 1. */
  partitions?: Record<string, number>;
  policy: TimePolicy;
  references: ReferenceTables;
  onError: 'dead-letter' | 'stop';
  onOutput: (batch: OutputBatch) => void;
  onDeadLetters: (letters: DeadLetter[]) => void;
  /** Serialise and restore the state of an entity after every delivery, as a restart would. For tests. */
  roundTrip?: boolean;
  /** Rearranges the deliveries to an entity: repeats, reorders. For tests. */
  disturb?: <T>(deliveries: T[]) => T[];
}

type Entity = { state: PartitionState | GroupState; make: () => PartitionState | GroupState };

/**
 * Runs a whole program in this process: the same trigger and entity code as in Azure, with deliveries handed over directly. Used by `weir run`, tests
 * and the batch layer.
 */
export class Runner {
  private readonly ingests = new Map<string, Ingest>();
  private readonly entities = new Map<string, Entity>();
  private queue: (() => void)[] = [];

  constructor(
    private readonly program: Program,
    private readonly options: RunnerOptions,
  ) {}

  private partitionsOf(input: string): number {
    return this.options.partitions?.[input.toLowerCase()] ?? 1;
  }

  /** One batch of one partition. */
  push(batch: EventBatch): void {
    if (batch.events.length === 0) return;
    const name = batch.input.toLowerCase();
    let ingest = this.ingests.get(name);
    if (!ingest) this.ingests.set(name, (ingest = new Ingest(this.program, batch.input, { ...this.options, decoder: this.options.decoders[name] as Decoder, openColumns: this.options.readers?.[name] })));
    const { delivery, outputs, deadLetters } = ingest.run(batch);
    outputs.forEach(this.options.onOutput);
    if (deadLetters.length > 0) this.options.onDeadLetters(deadLetters);
    this.schedule([delivery], (d) => this.deliverToPartition(batch.input, batch.partition, d));
    this.settle();
  }

  /** The end of all inputs: windows that are still open are closed. */
  finish(): void {
    for (const { name, kind } of this.program.plan.inputs) {
      if (kind !== 'stream') continue;
      for (let p = 0; p < this.partitionsOf(name); p++) {
        const tick = { watermark: 'end' as const, lastSequenceNumber: -1, partitions: this.partitionsOf(name) };
        this.operate(`partition ${name.toLowerCase()} ${p}`, () => this.newPartition(name, String(p)), (state) => (state as PartitionState).tick(tick, 0));
      }
    }
    this.settle();
  }

  private schedule<T>(deliveries: T[], deliver: (delivery: T) => void): void {
    for (const delivery of this.options.disturb?.(deliveries) ?? deliveries) this.queue.push(() => deliver(delivery));
  }

  private settle(): void {
    while (this.queue.length > 0) {
      const work = this.queue;
      this.queue = [];
      for (const step of this.options.disturb?.(work) ?? work) step();
    }
  }

  private newPartition(input: string, partition: string): PartitionState {
    return new PartitionState(this.program, input, partition, { ...this.options, gapTimeoutMs: Infinity, generation: 'run' });
  }

  private deliverToPartition(input: string, partition: string, delivery: IngestDelivery): void {
    this.operate(`partition ${input.toLowerCase()} ${Number(partition)}`, () => this.newPartition(input, partition), (state) => (state as PartitionState).deliver(this.copy(delivery), 0));
  }

  private deliverToGroup(stageId: string, shard: number, delivery: LinkDelivery): void {
    const stage = this.program.plan.stages.find((s) => s.id === stageId) as Stage;
    const make = (): GroupState => new GroupState(this.program, stage, shard, { ...this.options, generation: 'run', gapTimeoutMs: Infinity });
    this.operate(`group ${stageId} ${shard}`, make, (state) => (state as GroupState).deliver(this.copy(delivery), 0));
  }

  private copy<T>(delivery: T): T {
    return this.options.roundTrip ? (JSON.parse(JSON.stringify(delivery)) as T) : delivery;
  }

  private operate(key: string, make: Entity['make'], operation: (state: Entity['state']) => void): void {
    const entity = this.entities.get(key) ?? { state: make(), make };
    this.entities.set(key, entity);
    operation(entity.state);
    if (this.options.roundTrip) {
      const restored = entity.make();
      restored.restore(JSON.parse(JSON.stringify(entity.state.snapshot())));
      entity.state = restored;
    }
    for (const entry of entity.state.outbox.release()) this.effect(entry);
  }

  private effect(entry: OutboxEntry): void {
    if (entry.kind === 'output') this.options.onOutput(entry.batch);
    else if (entry.kind === 'dead-letters') this.options.onDeadLetters(entry.letters);
    else this.schedule([entry], ({ stage, shard, delivery }) => this.deliverToGroup(stage, shard, delivery));
  }

  /** Status of every partition seen, by input. */
  status(): Record<string, ReturnType<PartitionState['status']>[]> {
    const status: Record<string, ReturnType<PartitionState['status']>[]> = {};
    for (const [key, { state }] of this.entities) if (state instanceof PartitionState) (status[key.split(' ')[1] as string] ??= []).push(state.status());
    return status;
  }
}
