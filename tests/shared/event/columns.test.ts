import type { InputEvent } from '../../../shared/event';
import { EventColumns } from '../../../shared/event/columns';

const file = Buffer.from('one\ntwo\nthree\n');
const EVENTS: InputEvent[] = [
  { sequenceNumber: 7, enqueued: 70, body: file, from: 0, to: 3 },
  { sequenceNumber: 8, enqueued: 80, body: file, from: 4, to: 7, metadata: { User: { a: 1 } } },
  { sequenceNumber: 10, enqueued: 90, body: Buffer.from('alone') },
];

describe('events in columns', () => {
  const columns = EventColumns.of(EVENTS);
  const texts = (events: EventColumns): string[] => Array.from({ length: events.length }, (_, i) => events.at(i)).map(({ body, from, to }) => Buffer.from(body).toString('utf8', from, to));

  it('are what they were', () => {
    expect([columns.at(0), columns.at(1), columns.at(2)]).toEqual([EVENTS[0], EVENTS[1], { ...EVENTS[2], from: 0, to: 5 }]);
    expect([columns.length, columns.first, columns.last]).toEqual([3, 7, 10]);
  });
  it('have their bytes', () => expect(texts(columns)).toEqual(['one', 'two', 'alone']));
  it('of one piece of memory may have their lists in common', () => {
    const both = [0, 1].map((offset) => new EventColumns([offset], [0], { bodies: file, from: [0, 4], to: [3, 7], offset }));
    expect(both.map(texts)).toEqual([['one'], ['two']]);
    expect(texts(new EventColumns([0, 1], [0, 0], { bodies: file, from: [0, 4], to: [3, 7], offset: 0 }).slice(1))).toEqual(['two']);
  });
  it('can be cut', () => {
    const cut = columns.slice(1, 2);
    expect(texts(cut)).toEqual(['two']);
    expect(cut.at(0)).toEqual(EVENTS[1]);
    expect(texts(columns.slice(1))).toEqual(['two', 'alone']);
    expect(texts(columns.slice(-2))).toEqual(['two', 'alone']);
    expect(texts(columns.slice(0, -1))).toEqual(['one', 'two']);
  });
});
