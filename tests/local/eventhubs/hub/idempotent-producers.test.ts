import { IdempotentProducers } from '../../../../local/eventhubs/hub/idempotent-producers';
import type { IncomingEvent } from '../../../../local/eventhubs/hub/event';

const nobody = { id: null, epoch: null, sequence: null };
const events = (id: number, epoch: number, ...sequences: number[]): IncomingEvent[] =>
  sequences.map((sequence) => ({ header: Buffer.alloc(0), pairs: [], partitionKey: null, rest: Buffer.alloc(0), producer: { id, epoch, sequence } }));
const sequencesOf = (admitted: IncomingEvent[]): (number | null)[] => admitted.map(({ producer }) => producer.sequence);

describe('IdempotentProducers', () => {
  it('gives every producer an id of its own', () => {
    const producers = new IdempotentProducers();
    const first = producers.open(nobody);
    expect(first).toMatchObject({ epoch: 0, sequence: 0 });
    expect(producers.open(nobody).id).not.toBe(first.id);
  });

  it('drops what was sent before', () => {
    const producers = new IdempotentProducers();
    const { id } = producers.open(nobody);
    expect(sequencesOf(producers.admit(events(id, 0, 1, 2)))).toEqual([1, 2]);
    expect(sequencesOf(producers.admit(events(id, 0, 1, 2)))).toEqual([]);
    expect(sequencesOf(producers.admit(events(id, 0, 2, 3)))).toEqual([3]);
  });

  it('refuses a gap, and the whole batch with it', () => {
    const producers = new IdempotentProducers();
    const { id } = producers.open(nobody);
    expect(() => producers.admit(events(id, 0, 1, 3))).toThrow(expect.objectContaining({ code: 'com.microsoft:out-of-order-sequence' }));
    expect(sequencesOf(producers.admit(events(id, 0, 1)))).toEqual([1]);
  });

  it('refuses a producer that was replaced', () => {
    const producers = new IdempotentProducers();
    const { id } = producers.open(nobody);
    expect(producers.open({ id, epoch: null, sequence: null })).toMatchObject({ id, epoch: 1 });
    const stolen = expect.objectContaining({ code: 'com.microsoft:producer-epoch-stolen' });
    expect(() => producers.admit(events(id, 0, 1))).toThrow(stolen);
    expect(() => producers.open({ id, epoch: 0, sequence: 0 })).toThrow(stolen);
  });

  it('takes an event again that could not be stored', () => {
    const producers = new IdempotentProducers();
    const { id } = producers.open(nobody);
    producers.forget(producers.admit(events(id, 0, 1)));
    expect(sequencesOf(producers.admit(events(id, 0, 1)))).toEqual([1]);
  });
});
