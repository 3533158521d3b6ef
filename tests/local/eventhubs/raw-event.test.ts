import fc from 'fast-check';
import { encode } from '../../../local/eventhubs/amqp/encode';
import { Described, symbol } from '../../../local/eventhubs/amqp/types';
import { decodeRawEvent } from '../../../local/eventhubs/client/raw-event';
import { readBatch, recordBound, writeRecord } from '../../../local/eventhubs/hub/event';
import { readRecord } from '../../../local/eventhubs/log/record';

const place = fc.record({ sequence: fc.nat(2 ** 40), offset: fc.nat(2 ** 45), enqueuedTime: fc.nat(2 ** 43) });
const bytes = (max: number): fc.Arbitrary<Buffer> => fc.uint8Array({ maxLength: max }).map((array) => Buffer.from(array));

/** A producer's message as a consumer of the emulator gets it. */
function sent(message: Buffer, at: { sequence: number; offset: number; enqueuedTime: number }): Buffer {
  const [event] = readBatch(message, 0).events;
  const record = Buffer.alloc(recordBound(event!) + 3);
  const size = writeRecord(event!, at, record, 3);
  return readRecord(record.subarray(0, 3 + size), 3).message;
}

describe('decodeRawEvent', () => {
  it('gives the same whether an event has only a body or more', () => {
    fc.assert(
      fc.property(bytes(600), place, fc.boolean(), (body, at, hasMore) => {
        const data = encode(new Described(0x75, body));
        const message = hasMore ? Buffer.concat([encode(new Described(0x72, new Map([[symbol('x-own'), 'own']]))), encode(new Described(0x74, new Map([['p', 'q']]))), data]) : data;
        const event = decodeRawEvent(sent(message, at));
        expect({ ...event, body: Buffer.from(event.body) }).toEqual({
          sequenceNumber: at.sequence,
          offset: String(at.offset),
          enqueuedTime: at.enqueuedTime,
          partitionKey: null,
          properties: hasMore ? { p: 'q' } : {},
          systemProperties: hasMore ? { 'x-own': 'own' } : {},
          body,
        });
      }),
    );
  });

  it('reads a body of several sections, and refuses one that is cut off', () => {
    const whole = sent(Buffer.concat([encode(new Described(0x75, Buffer.from('ab'))), encode(new Described(0x75, Buffer.from('cdefgh')))]), { sequence: 1, offset: 2, enqueuedTime: 3 });
    expect(Buffer.from(decodeRawEvent(whole).body).toString()).toBe('abcdefgh');
    expect(() => decodeRawEvent(whole.subarray(0, whole.length - 1))).toThrow(expect.objectContaining({ code: 'amqp:decode-error' }));
  });
});
