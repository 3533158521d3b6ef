import { WeirError } from '../errors';
import type { DeadLetter, OutputBatch } from '../event';
import { createDecoder, openColumnsOf, type FormatOptions } from '../formats/decoder';
import { keyOfEntity, planOf, type Signal } from '../runtime/entity';
import { Ingest, type IngestEnvironment } from '../runtime/ingest';
import { requireReadable } from '../runtime/state-text';
import type { Program } from '../program';
import type { Source } from '../sources/source';
import { Brake } from './brake';
import type { BlobInput, DataFormat, JobDefinition, StreamInput } from './definition';
import type { Job } from './load';
import { Replay } from './replay';
import type { ReadEntity } from './status';
import { firstArrival } from './version';

export interface InputEffects {
  signals: Signal[];
  outputs: OutputBatch[];
  deadLetters: DeadLetter[];
}

/** One streaming input of the job: its trigger's batches become deliveries to the partition entities. */
export class JobInput {
  private readonly ingest: Ingest;
  private readonly withMetadata: boolean;
  private readonly brake: Brake;
  private readonly replay: Replay;

  readonly name: string;
  readonly definition: StreamInput;

  constructor(
    { program, definition: job, policy, fingerprints }: Job,
    { name, definition }: { name: string; definition: StreamInput },
    readonly source: Source,
    environment: Omit<IngestEnvironment, 'decoder' | 'policy'>,
  ) {
    this.name = name;
    this.definition = definition;
    const format = formatOf(job, definition.type === 'blob' ? eventFormat(definition) : definition);
    this.ingest = new Ingest(program, name, { ...environment, policy, decoder: createDecoder(format), openColumns: openColumnsOf(format) });
    this.replay = new Replay(firstArrival(job, program.plan, policy));
    this.brake = new Brake({
      input: name,
      plan: program.plan,
      check: (address, head) => requireReadable(head, keyOfEntity(address), planOf(address, { program, fingerprints })),
      sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    });
    this.withMetadata = readsMetadata(program, name);
  }

  /** Decodes, filters and projects one batch of the trigger. Events that cannot be used become dead letters; only faults reject. */
  async run(messages: unknown, metadata: Readonly<Record<string, unknown>>, readEntity?: ReadEntity): Promise<InputEffects> {
    if (!Array.isArray(messages)) throw new WeirError('trigger-metadata', `the trigger of ${this.name} must give batches (cardinality "many"), found ${typeof messages}`, 'stop');
    const effects: InputEffects = { signals: [], outputs: [], deadLetters: [] };
    if (messages.length === 0) return effects;
    for (const read of await this.source.read(messages, metadata, this.withMetadata)) {
      const batch = this.replay.wanted(read);
      if (!batch) continue;
      if (readEntity) await this.brake.pass(batch.partition, readEntity);
      const { delivery, outputs, deadLetters } = this.ingest.run({ input: this.name, ...batch });
      this.brake.note(batch.partition, delivery);
      effects.signals.push({ address: { entity: 'partition', input: this.name, partition: batch.partition }, operation: 'deliver', input: delivery });
      effects.outputs.push(...outputs);
      effects.deadLetters.push(...deadLetters);
    }
    return effects;
  }
}

/** Whether a query asks what a service notes on the events of this input. */
export function readsMetadata({ plan }: Program, input: string): boolean {
  return plan.operators.some((op) => op.kind === 'scan' && op.input.toLowerCase() === input.toLowerCase() && op.columns.some(({ from }) => from === 'metadata'));
}

/** Blobs are unpacked and cut into events before those are decoded; see shared/sources/blob-events.ts. */
function eventFormat({ format, delimiter }: BlobInput): { format: DataFormat; delimiter?: string } {
  return { format: format === 'csv' ? 'csv' : 'json', ...(delimiter === undefined ? {} : { delimiter }) };
}

/** How a part of the job is written. */
export function formatOf({ compatibilityLevel }: JobDefinition, part: { format: DataFormat; delimiter?: string; compression?: FormatOptions['compression'] }): FormatOptions {
  const { format, delimiter, compression = 'none' } = part;
  return { format, compression, ...(delimiter === undefined ? {} : { csv: { delimiter } }), booleansAsBit: compatibilityLevel === '1.2' };
}
