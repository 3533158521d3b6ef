import { WeirError } from '../errors';
import type { DeadLetter, InputEvent, OutputBatch } from '../event';
import { createDecoder, type FormatOptions } from '../formats/decoder';
import type { Signal } from '../runtime/entity';
import { Ingest, type IngestEnvironment } from '../runtime/ingest';
import { contiguousRuns, readTrigger } from '../sources/event-hub-trigger';
import type { HubProperties } from '../sources/event-hub-properties';
import { fromUnixMs, TICKS_PER_SECOND } from '../values/ticks';
import type { DataFormat, EventHubInput, JobDefinition } from './definition';
import type { Job } from './load';

export interface InputEffects {
  signals: Signal[];
  outputs: OutputBatch[];
  deadLetters: DeadLetter[];
}

/** How far a partition was read: the first event that it still held, the next one expected, and the hub it was. */
interface Position {
  begin: number;
  next: number;
  epoch: number | undefined;
}

/** An event that was enqueued this much before the hub was made is of the hub before it, in ticks. The service's clocks may differ a little. */
const CLOCK_SKEW = 2 * TICKS_PER_SECOND;

/** One streaming input of the job: its trigger's batches become deliveries to the partition entities. */
export class JobInput {
  private readonly ingest: Ingest;
  private readonly withMetadata: boolean;
  private readonly positions = new Map<string, Position>();

  readonly name: string;
  readonly definition: EventHubInput;

  constructor(
    { program, definition: job, policy }: Job,
    { name, definition }: { name: string; definition: EventHubInput },
    readonly properties: HubProperties,
    environment: Omit<IngestEnvironment, 'decoder' | 'policy'>,
  ) {
    this.name = name;
    this.definition = definition;
    this.ingest = new Ingest(program, name, { ...environment, policy, decoder: createDecoder(formatOf(job, definition)) });
    this.withMetadata = program.plan.operators.some((op) => op.kind === 'scan' && op.input.toLowerCase() === name.toLowerCase() && op.columns.some(({ from }) => from === 'metadata'));
  }

  /** Decodes, filters and projects one batch of the trigger. Events that cannot be used become dead letters; only faults reject. */
  async run(messages: unknown, metadata: Readonly<Record<string, unknown>>): Promise<InputEffects> {
    if (!Array.isArray(messages)) throw new WeirError('trigger-metadata', `the trigger of ${this.name} must give batches (cardinality "many"), found ${typeof messages}`, 'stop');
    const effects: InputEffects = { signals: [], outputs: [], deadLetters: [] };
    if (messages.length === 0) return effects;
    const { partition, events } = readTrigger(messages, metadata, this.withMetadata);
    let absent: number | undefined;
    for (const run of contiguousRuns(events)) {
      const { begin, epoch, partitionCount } = await this.placeOf(partition, run);
      const { delivery, outputs, deadLetters } = this.ingest.run({ input: this.name, partition, partitionCount, begin, ...(absent === undefined ? {} : { absent }), ...(epoch === undefined ? {} : { epoch }), events: run });
      // One reader gives events in order: what is missing between two of a batch is not there.
      absent = lastOf(run).sequenceNumber + 1;
      effects.signals.push({ address: { entity: 'partition', input: this.name, partition }, operation: 'deliver', input: delivery });
      effects.outputs.push(...outputs);
      effects.deadLetters.push(...deadLetters);
    }
    return effects;
  }

  /**
   * Which hub the events are of, and where it begins. Asked for again after a jump: what was the beginning once is a true bound for as long as
   * the hub lives, and only one that was made again goes back.
   */
  private async placeOf(partition: string, events: readonly InputEvent[]): Promise<{ begin: number; epoch: number | undefined; partitionCount: number }> {
    const [first, last] = [firstOf(events), lastOf(events)];
    const known = this.positions.get(partition);
    const follows = known?.next === first.sequenceNumber;
    const { partitionIds, made } = await this.properties.facts(follows ? undefined : 0);
    // A batch that has been tried for a while may have outlived its hub.
    const isOfOldHub = first.enqueued < fromUnixMs(made) - CLOCK_SKEW;
    const epoch = isOfOldHub ? known?.epoch : made;
    const asked = follows && known.epoch === epoch ? known.begin : isOfOldHub ? first.sequenceNumber : (await this.properties.bounds(partition)).begin;
    // The events just read are there, even if they have expired since.
    const begin = Math.min(asked, first.sequenceNumber);
    this.positions.set(partition, { begin, next: last.sequenceNumber + 1, epoch });
    return { begin, epoch, partitionCount: partitionIds.length };
  }
}

const firstOf = (events: readonly InputEvent[]): InputEvent => events[0] as InputEvent;
const lastOf = (events: readonly InputEvent[]): InputEvent => events[events.length - 1] as InputEvent;

/** How a part of the job is written. */
export function formatOf({ compatibilityLevel }: JobDefinition, part: { format: DataFormat; delimiter?: string; compression?: FormatOptions['compression'] }): FormatOptions {
  const { format, delimiter, compression = 'none' } = part;
  return { format, compression, ...(delimiter === undefined ? {} : { csv: { delimiter } }), booleansAsBit: compatibilityLevel === '1.2' };
}
