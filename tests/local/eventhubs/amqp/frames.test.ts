import fc from 'fast-check';
import { AMQP_HEADER, FrameParser, HEARTBEAT, encodeFrame } from '../../../../local/eventhubs/amqp/frames';
import { readPerformative } from '../../../../local/eventhubs/amqp/performatives';
import { Reader } from '../../../../local/eventhubs/amqp/decode';
import { TRANSFER, TRANSFER_HEAD, readFixedTransfer, readTransfer, writeTransferHead } from '../../../../local/eventhubs/amqp/transfer';
import { symbol } from '../../../../local/eventhubs/amqp/types';

describe('FrameParser', () => {
  it('finds the same frames however the bytes come', () => {
    const stream = Buffer.concat([
      AMQP_HEADER,
      encodeFrame('open', { containerId: 'c', hostname: 'h', properties: new Map([['product', 'p']]) }),
      HEARTBEAT,
      encodeFrame('end', {}, 300),
      encodeFrame('close', { error: null }),
    ]);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 60 }), (cuts) => {
        const parser = new FrameParser(1000);
        const seen: unknown[] = [];
        let at = 0;
        for (const cut of [...cuts, stream.length]) {
          for (const incoming of parser.push(stream.subarray(at, at + cut))) {
            if (incoming.kind === 'header') seen.push('header');
            else if (incoming.reader.remaining === 0) seen.push('heartbeat');
            else seen.push([incoming.channel, readPerformative(incoming.reader, incoming.reader.descriptor()).kind]);
          }
          at += cut;
        }
        expect(seen).toEqual(['header', [0, 'open'], 'heartbeat', [300, 'end'], [0, 'close']]);
      }),
    );
  });

  it.each([
    ['larger than agreed', '00010000 02000000'],
    ['smaller than a head', '00000004 02000000'],
    ['with data before its head ends', '00000008 01000000'],
  ])('refuses a frame %s', (_what, hex) => {
    const parser = new FrameParser(512);
    expect(() => [...parser.push(Buffer.from(hex.replace(/ /g, ''), 'hex'))]).toThrow(expect.objectContaining({ code: 'amqp:connection:framing-error' }));
  });
});

describe('performatives', () => {
  it('writes every field, null where there is none', () => {
    const reader = new Reader(encodeFrame('attach', { name: 'n', handle: 0, role: true }), 8);
    expect(reader.descriptor()).toBe(0x12);
    expect(reader.compound().count).toBe(14);
  });

  it.each([
    ['a mandatory field is missing', '45', 0x12, 'attach has no name'],
    ['a field has another type', 'c0 04 02 a1 00 41', 0x12, 'handle of attach is no uint'],
    ['the code is unknown', '45', 0x99, 'no frame body'],
  ])('refuses a body when %s', (_what, hex, code, message) => {
    const bytes = Buffer.from(hex.replace(/ /g, ''), 'hex');
    expect(() => readPerformative(new Reader(bytes), code)).toThrow(message);
  });
});

describe('transfers', () => {
  it('reads what it writes', () => {
    const frame = Buffer.alloc(TRANSFER_HEAD + 3);
    writeTransferHead(frame, 0, { channel: 7, handle: 300, deliveryId: 70_000, settled: true, more: true, messageFormat: 0x80013700, payload: 3 });
    const [incoming] = [...new FrameParser(1000).push(frame)];
    if (incoming?.kind !== 'frame') throw new Error('a frame was expected');
    expect(incoming.channel).toBe(7);
    expect(incoming.reader.descriptor()).toBe(TRANSFER);
    const expected = { handle: 300, deliveryId: 70_000, messageFormat: 0x80013700, settled: true, more: true, aborted: false };
    expect(readTransfer(incoming.reader)).toEqual(expected);
    expect(incoming.reader.remaining).toBe(3);
  });

  it('is in form a performative like any other', () => {
    const frame = Buffer.alloc(TRANSFER_HEAD);
    writeTransferHead(frame, 0, { channel: 0, handle: 1, deliveryId: 2, settled: false, more: false, payload: 0 });
    const fields = (new Reader(frame, 8).read() as { value: unknown[] }).value;
    expect(fields).toEqual([1, 2, Buffer.from([0, 0, 0, 2]), 0, false, false, null, null, false, false, false]);
  });
});

describe('encodeFrame', () => {
  it('marks SASL frames', () => {
    expect(encodeFrame('saslOutcome', { code: 0 })[5]).toBe(1);
    expect(encodeFrame('detach', { handle: 0, error: symbol('x') })[5]).toBe(0);
  });
});

describe('transfers of fixed width', () => {
  const bool = fc.boolean();
  const uint = fc.integer({ min: 0, max: 2 ** 32 - 1 });

  it('are read as field by field', () => {
    fc.assert(
      fc.property(fc.record({ channel: fc.nat(4999), handle: uint, deliveryId: uint, messageFormat: uint, settled: bool, more: bool }), fc.uint8Array({ maxLength: 20 }), (head, payload) => {
        const frame = Buffer.concat([Buffer.alloc(3), Buffer.alloc(TRANSFER_HEAD), payload]);
        writeTransferHead(frame, 3, { ...head, payload: payload.length });
        const reader = new Reader(frame, 11);
        expect(reader.descriptor()).toBe(TRANSFER);
        expect(readFixedTransfer(frame, 3, frame.length - 3)).toEqual(readTransfer(reader));
        const got: unknown[] = [];
        const parser = new FrameParser(1000, (channel, transfer, bytes) => got.push([channel, transfer.handle, Buffer.from(bytes)]));
        expect([...parser.push(frame.subarray(3))]).toEqual([]);
        expect(got).toEqual([[head.channel, head.handle, Buffer.from(payload)]]);
      }),
    );
  });

  it('of any other form are left to the reader', () => {
    const frame = Buffer.alloc(TRANSFER_HEAD);
    writeTransferHead(frame, 0, { channel: 0, handle: 1, deliveryId: 2, settled: true, more: false, payload: 0 });
    for (const at of [4, 5, 9, 10, 11, 12, 13, 14, 19, 24, 25, 30, 37, 38]) {
      const other = Buffer.from(frame);
      other[at] = (other[at] as number) ^ 0x80;
      expect(readFixedTransfer(other, 0, other.length)).toBeNull();
    }
    expect(readFixedTransfer(frame, 0, TRANSFER_HEAD - 1)).toBeNull();
  });
});
