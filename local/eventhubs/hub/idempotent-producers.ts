import { AmqpError, condition } from '../amqp/error';
import type { IncomingEvent, ProducerStamp } from './event';

interface ProducerState {
  epoch: number;
  sequence: number;
}

/**
 * Knows, for one partition, how far each idempotent producer has come, so that a batch that was sent again because its answer
 * got lost is not stored twice. Kept in memory: after a restart a producer's own number counts.
 */
export class IdempotentProducers {
  private readonly states = new Map<number, ProducerState>();
  private nextId = 1;

  /** Opens a producer's link: takes over what it says, and gives what it is to go on with. Throws `…producer-epoch-stolen`. */
  open(wanted: ProducerStamp): { id: number; epoch: number; sequence: number } {
    const id = wanted.id ?? this.unusedId();
    const known = this.states.get(id);
    const epoch = wanted.epoch ?? (known ? known.epoch + 1 : 0);
    if (known && epoch < known.epoch) throw stolen(id, epoch, known.epoch);
    const sequence = wanted.sequence ?? known?.sequence ?? 0;
    this.states.set(id, { epoch, sequence: known && known.epoch === epoch ? Math.max(known.sequence, sequence) : sequence });
    return { id, epoch, sequence };
  }

  /** The events that are new. Throws `…out-of-order-sequence` for a gap, `…producer-epoch-stolen` for a producer replaced. */
  admit(events: readonly IncomingEvent[]): IncomingEvent[] {
    const reached = new Map<number, ProducerState>();
    const fresh = events.filter(({ producer }) => this.isNew(producer, reached));
    // Only now: a batch is taken whole or not at all.
    for (const [id, state] of reached) this.states.set(id, state);
    return fresh;
  }

  /** The events were not stored after all: their producers may send them again. */
  forget(events: readonly IncomingEvent[]): void {
    for (const { producer } of events) if (producer.id !== null) this.states.delete(producer.id);
  }

  private isNew({ id, epoch, sequence }: ProducerStamp, reached: Map<number, ProducerState>): boolean {
    if (id === null || sequence === null) return true;
    const state = reached.get(id) ?? this.states.get(id);
    if (!state) return true;
    if (epoch !== null && epoch < state.epoch) throw stolen(id, epoch, state.epoch);
    if (sequence <= state.sequence) return false;
    if (sequence > state.sequence + 1) {
      throw new AmqpError(
        condition.outOfOrderSequence,
        `Producer ${id} sent sequence number ${sequence}; ${state.sequence + 1} was expected.`,
      );
    }
    reached.set(id, { epoch: state.epoch, sequence });
    return true;
  }

  private unusedId(): number {
    while (this.states.has(this.nextId)) this.nextId++;
    return this.nextId;
  }
}

function stolen(id: number, epoch: number, current: number): AmqpError {
  return new AmqpError(condition.producerEpochStolen, `Producer ${id} has the epoch ${epoch}; it was replaced by one with the epoch ${current}.`);
}
