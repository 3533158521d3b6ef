import { WeirError } from '../errors';
import type { DeadLetter, EventBatch, OutputBatch } from '../event';
import { createDecoder, type FormatOptions } from '../formats/decoder';
import type { Signal } from '../runtime/entity';
import { Ingest, type IngestEnvironment } from '../runtime/ingest';
import { contiguousRuns, readTrigger } from '../sources/event-hub-trigger';
import type { HubProperties } from '../sources/event-hub-properties';
import type { InputDefinition, JobDefinition } from './definition';
import type { Job } from './load';

export interface InputEffects {
  signals: Signal[];
  outputs: OutputBatch[];
  deadLetters: DeadLetter[];
}

/** One streaming input of the job: its trigger's batches become deliveries to the partition entities. */
export class JobInput {
  private readonly ingest: Ingest;
  private readonly withMetadata: boolean;
  /** Per partition: the first event that it still held, and the next one expected. */
  private readonly positions = new Map<string, { begin: number; next: number }>();

  readonly definition: InputDefinition;

  constructor(
    { program, definition: job, policy }: Job,
    readonly name: string,
    readonly properties: HubProperties,
    environment: Omit<IngestEnvironment, 'decoder' | 'policy'>,
  ) {
    this.definition = job.inputs[name] as InputDefinition;
    const { format, compression } = this.definition;
    this.ingest = new Ingest(program, name, { ...environment, policy, decoder: createDecoder(formatOf(job, format, compression)) });
    this.withMetadata = program.plan.operators.some((op) => op.kind === 'scan' && op.input.toLowerCase() === name.toLowerCase() && op.columns.some(({ from }) => from === 'metadata'));
  }

  /** Decodes, filters and projects one batch of the trigger. Events that cannot be used become dead letters; only faults reject. */
  async run(messages: unknown, metadata: Readonly<Record<string, unknown>>): Promise<InputEffects> {
    if (!Array.isArray(messages)) throw new WeirError('trigger-metadata', `the trigger of ${this.name} must give batches (cardinality "many"), found ${typeof messages}`, 'stop');
    const effects: InputEffects = { signals: [], outputs: [], deadLetters: [] };
    if (messages.length === 0) return effects;
    const { partition, events } = readTrigger(messages, metadata, this.withMetadata);
    const partitionCount = (await this.properties.partitionIds()).length;
    for (const run of contiguousRuns(events)) {
      const batch = { input: this.name, partition, partitionCount, begin: await this.beginOf(partition, run), events: run };
      const { delivery, outputs, deadLetters } = this.ingest.run(batch);
      effects.signals.push({ address: { entity: 'partition', input: this.name, partition }, operation: 'deliver', input: delivery });
      effects.outputs.push(...outputs);
      effects.deadLetters.push(...deadLetters);
    }
    return effects;
  }

  /** Asked for again only after a jump: what was the beginning once is a true bound for ever. */
  private async beginOf(partition: string, events: EventBatch['events']): Promise<number> {
    const [first, last] = [events[0]?.sequenceNumber as number, events[events.length - 1]?.sequenceNumber as number];
    const known = this.positions.get(partition);
    const begin = known && first <= known.next ? known.begin : (await this.properties.bounds(partition)).begin;
    // The events just read are there, even if they have expired since.
    this.positions.set(partition, { begin: Math.min(begin, first), next: last + 1 });
    return Math.min(begin, first);
  }
}

export function formatOf({ compatibilityLevel }: JobDefinition, format: FormatOptions['format'], compression: FormatOptions['compression'] = 'none'): FormatOptions {
  return { format, compression, booleansAsBit: compatibilityLevel === '1.2' };
}
