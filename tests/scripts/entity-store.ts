/**
 * The stages as durable entities run them: state as JSON text, operations as signals. A few hundred characters of state are a large one, so that there are
 * logs. The store misbehaves as a real one may: a signal comes twice and in
 * any order, a batch is aborted after its effects have left.
 */
import type { DeadLetter, EventBatch, OutputBatch } from '../../shared/event';
import type { Program } from '../../shared/program';
import { blobsToRead, EntityCache, keyOfEntity, runEntity, type EntityAddress, type EntityContext, type EntityResult, type Operation } from '../../shared/runtime/entity';
import { Ingest, type IngestEnvironment } from '../../shared/runtime/ingest';
import type { PartitionStatus } from '../../shared/runtime/partition';
import type { LogLimits } from '../../shared/runtime/state-log';
import type { StateHead } from '../../shared/runtime/state-text';

export interface EntityStoreOptions {
  environment: Omit<IngestEnvironment, 'decoder'>;
  decoders: Record<string, IngestEnvironment['decoder']>;
  onOutput: (batch: OutputBatch) => void;
  onDeadLetters: (letters: DeadLetter[]) => void;
  random: () => number;
  limits?: LogLimits;
}

const SMALL: LogLimits = { inline: 300, segments: 4, times: 0, block: 1 };

interface Mailbox {
  address: EntityAddress;
  operations: Operation[];
}

const idOf = (address: EntityAddress): string => `${address.entity} ${keyOfEntity(address)}`;

export class EntityStore {
  private readonly states = new Map<string, string>();
  /** By entity and name. Those that a given up batch has left stay. */
  readonly blobs = new Map<string, Uint8Array>();
  private readonly mailboxes = new Map<string, Mailbox>();
  private readonly ingests = new Map<string, Ingest>();
  /** Small, so that states are read from their text as often as from memory. */
  private readonly cache = new EntityCache(2);
  private versions = 0;

  constructor(
    private readonly program: Program,
    private readonly options: EntityStoreOptions,
  ) {}

  /** One batch of a trigger: its outputs leave at once, the rest is signalled. */
  push(batch: EventBatch): void {
    const ingest = this.ingests.get(batch.input) ?? new Ingest(this.program, batch.input, { ...this.options.environment, decoder: this.options.decoders[batch.input.toLowerCase()] as IngestEnvironment['decoder'] });
    this.ingests.set(batch.input, ingest);
    const { delivery, outputs, deadLetters } = ingest.run(batch);
    outputs.forEach(this.options.onOutput);
    if (deadLetters.length > 0) this.options.onDeadLetters(deadLetters);
    this.signal({ entity: 'partition', input: batch.input, partition: batch.partition }, 'deliver', delivery);
  }

  /** Runs until no signal is left. */
  settle(): void {
    for (let busy = this.busy(); busy.length > 0; busy = this.busy()) this.step(busy[Math.floor(this.options.random() * busy.length)] as Mailbox);
  }

  /** The end of an input: windows that are still open are closed. */
  end(input: string, partitions: number): void {
    for (let p = 0; p < partitions; p++) this.signal({ entity: 'partition', input, partition: String(p) }, 'tick', { watermark: 'end', lastSequenceNumber: -1, partitions });
  }

  private busy(): Mailbox[] {
    return [...this.mailboxes.values()].filter((box) => box.operations.length > 0);
  }

  private signal(address: EntityAddress, name: string, input: unknown): void {
    const box = this.mailboxes.get(idOf(address)) ?? { address, operations: [] };
    this.mailboxes.set(idOf(address), box);
    const { random } = this.options;
    for (let copies = random() < 0.3 ? 2 : 1; copies > 0; copies--) {
      box.operations.splice(Math.floor(random() * (box.operations.length + 1)), 0, { name, input: JSON.parse(JSON.stringify(input)) as unknown });
    }
  }

  private step(box: Mailbox): void {
    const { random, environment } = this.options;
    const batch = box.operations.slice(0, 1 + Math.floor(random() * 4));
    const { stateText, effects, blobs } = this.run(box.address, batch, environment);
    for (const { name, bytes } of blobs.write) this.blobs.set(`${idOf(box.address)} ${name}`, bytes);
    for (const name of blobs.remove) this.blobs.delete(`${idOf(box.address)} ${name}`);
    effects.outputs.forEach(this.options.onOutput);
    if (effects.deadLetters.length > 0) this.options.onDeadLetters(effects.deadLetters);
    for (const { address, operation, input } of effects.signals) this.signal(address, operation, input);
    if (random() < 0.2) return;
    this.states.set(idOf(box.address), stateText);
    batch.forEach((operation) => box.operations.splice(box.operations.indexOf(operation), 1));
  }

  private run(address: EntityAddress, batch: readonly Operation[], environment: EntityStoreOptions['environment']): EntityResult {
    const before = this.states.get(idOf(address)) ?? null;
    const blobs = new Map(blobsToRead(address, before, this.cache).map((name) => [name, this.blobs.get(`${idOf(address)} ${name}`) as Uint8Array]));
    const context: EntityContext = { program: this.program, environment: { ...environment, gapTimeoutMs: Infinity }, nowMs: 0, random: () => `v${this.versions++}`, cache: this.cache, limits: this.options.limits ?? SMALL, blobs };
    return runEntity(address, before, batch, context);
  }

  /** Status of every partition, by lower-case input. */
  status(): Record<string, PartitionStatus[]> {
    const status: Record<string, PartitionStatus[]> = {};
    for (const { address } of this.mailboxes.values()) {
      const text = this.states.get(idOf(address));
      if (address.entity !== 'partition' || text === undefined) continue;
      (status[address.input.toLowerCase()] ??= []).push((JSON.parse(text) as StateHead).c as PartitionStatus);
    }
    return status;
  }
}
