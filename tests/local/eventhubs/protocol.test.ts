import { EventHubProducerClient } from '@azure/event-hubs';
import { SASL_HEADER } from '../../../local/eventhubs/amqp/frames';
import { sourceOf, targetOf } from '../../../local/eventhubs/amqp/terminus';
import { TRANSFER_HEAD, writeTransferHead } from '../../../local/eventhubs/amqp/transfer';
import type { Described } from '../../../local/eventhubs/amqp/types';
import { quickRetries, startEmulator } from './emulator';
import type { Emulator } from './emulator';
import { RawPeer } from './raw-peer';

const PARTITION = 'events/ConsumerGroups/$Default/Partitions/0';
const PLAIN = { mechanism: 'PLAIN', initialResponse: Buffer.from('\0RootManageSharedAccessKey\0SAS_KEY_VALUE') };
const ANONYMOUS = { mechanism: 'ANONYMOUS' };

let emulator: Emulator;
let peers: RawPeer[] = [];

beforeAll(async () => {
  emulator = await startEmulator();
  const producer = new EventHubProducerClient(emulator.connectionString, 'events', quickRetries);
  await producer.sendBatch(Array.from({ length: 10 }, (_, i) => ({ body: `${i}`.repeat(100) })), { partitionId: '0' });
  await producer.close();
});

afterEach(() => {
  for (const peer of peers) peer.end();
  peers = [];
});

afterAll(() => emulator.dispose());

async function open(...[sasl, options]: [Parameters<typeof RawPeer.open>[1], Parameters<typeof RawPeer.open>[2]?]): Promise<RawPeer> {
  const peer = await RawPeer.open(emulator.port, sasl, options);
  peers.push(peer);
  return peer;
}

const attachReceiver = (peer: RawPeer, handle = 0): void =>
  peer.send('attach', { name: `r${handle}`, handle, role: true, source: sourceOf(PARTITION), target: targetOf(null) });

const flow = { nextIncomingId: 0, incomingWindow: 100, nextOutgoingId: 0, outgoingWindow: 100, deliveryCount: 0 };

/** The condition in an error field. */
const conditionOf = (error: unknown): unknown => ((error as Described).value as unknown[])[0];

describe('connections', () => {
  it('offers SASL and answers every step with all fields', async () => {
    const peer = await open(ANONYMOUS);
    const [mechanisms] = await peer.expect('saslMechanisms');
    expect(mechanisms?.mechanisms).toEqual(['MSSBCBS', 'PLAIN', 'ANONYMOUS']);
    const [opened] = await peer.expect('open');
    expect(opened).toMatchObject({ maxFrameSize: 65536, channelMax: 4999, idleTimeOut: 240_000 });
    const [begun] = await peer.expect('begin');
    expect(begun).toMatchObject({ remoteChannel: 0, handleMax: 255 });
  });

  it('refuses a wrong password and an unknown mechanism', async () => {
    for (const sasl of [{ ...PLAIN, initialResponse: Buffer.from('\0a\0b') }, { mechanism: 'GSSAPI' }]) {
      const peer = await open(sasl);
      const [outcome] = await peer.expect('saslOutcome');
      expect(outcome?.code).toBe(1);
      await peer.until(() => peer.closed);
    }
  });

  it.each([
    ['HTTP', Buffer.from('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n')],
    ['another version of AMQP', Buffer.from([0x41, 0x4d, 0x51, 0x50, 0, 0, 9, 1])],
    ['a huge frame', Buffer.from([0x7f, 0, 0, 0, 2, 0, 0, 0])],
  ])('hangs up on %s', async (_what, bytes) => {
    const peer = await RawPeer.connect(emulator.port);
    peers.push(peer);
    peer.write(bytes);
    await peer.until(() => peer.closed);
  });

  it('tells what was wrong with a frame', async () => {
    const peer = await open(ANONYMOUS);
    await peer.expect('begin');
    peer.write(Buffer.from([0, 0, 0, 12, 2, 0, 0, 0, 0, 0x53, 0x99, 0x45]));
    const [closed] = await peer.expect('close');
    expect(conditionOf(closed?.error)).toBe('amqp:decode-error');
    await peer.until(() => peer.closed);
  });

  it('sends heartbeats in half the time that the peer asks for', async () => {
    const peer = await open(ANONYMOUS, { idleTimeOut: 200 });
    await peer.expect('heartbeat', 3);
  });

  it('forgets a client that is gone: its place can be taken', async () => {
    for (let i = 0; i < 8; i++) {
      const peer = await open(PLAIN);
      attachReceiver(peer);
      await peer.expect('attach');
      expect(peer.seen.some(({ kind }) => kind === 'detach')).toBe(false);
      peer.end();
      await peer.until(() => peer.closed);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  });
});

describe('links', () => {
  it('refuses who has shown no token', async () => {
    const peer = await open(ANONYMOUS);
    attachReceiver(peer);
    peer.send('attach', { name: 's', handle: 1, role: false, source: sourceOf(null), target: targetOf('events') });
    const detached = await peer.expect('detach', 2);
    expect(detached.map(({ error }) => conditionOf(error))).toEqual(['amqp:unauthorized-access', 'amqp:unauthorized-access']);
    const [attached] = await peer.expect('attach');
    expect(attached).toMatchObject({ source: null, target: null, maxMessageSize: 1_048_576 });
  });

  it('sends no more than the credit, and goes on with more', async () => {
    const peer = await open(PLAIN);
    attachReceiver(peer);
    peer.send('flow', { ...flow, handle: 0, linkCredit: 3 });
    await peer.expect('transfer', 3);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(peer.seen.filter(({ kind }) => kind === 'transfer')).toHaveLength(3);
    peer.send('flow', { ...flow, nextIncomingId: 3, deliveryCount: 3, handle: 0, linkCredit: 2 });
    await peer.expect('transfer', 5);
  });

  it('sends no more than the session takes', async () => {
    const peer = await open(PLAIN);
    attachReceiver(peer);
    peer.send('flow', { ...flow, incomingWindow: 4, handle: 0, linkCredit: 50 });
    await peer.expect('transfer', 4);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(peer.seen.filter(({ kind }) => kind === 'transfer')).toHaveLength(4);
    peer.send('flow', { nextIncomingId: 4, incomingWindow: 100, nextOutgoingId: 0, outgoingWindow: 100 });
    await peer.expect('transfer', 10);
  });

  it('gives the rest of the credit back when it is to drain', async () => {
    const peer = await open(PLAIN);
    attachReceiver(peer);
    peer.send('flow', { ...flow, handle: 0, linkCredit: 50, drain: true });
    await peer.expect('transfer', 10);
    const [drained] = await peer.expect('flow');
    expect(drained).toMatchObject({ handle: 0, deliveryCount: 50, linkCredit: 0, drain: true });
  });

  it('answers a flow that wants an echo', async () => {
    const peer = await open(PLAIN);
    peer.send('flow', { nextIncomingId: 0, incomingWindow: 100, nextOutgoingId: 0, outgoingWindow: 100, echo: true });
    const [echo] = await peer.expect('flow');
    expect(echo).toMatchObject({ handle: null, incomingWindow: 5000 });
  });

  it('cuts messages to the frame size of the peer', async () => {
    const whole = await open(PLAIN);
    attachReceiver(whole);
    whole.send('flow', { ...flow, handle: 0, linkCredit: 10 });
    const expected = (await whole.expect('transfer', 10)).map(({ payload }) => payload.toString('hex'));
    const producer = new EventHubProducerClient(emulator.connectionString, 'events', quickRetries);
    await producer.sendBatch([{ body: 'y'.repeat(3000) }], { partitionId: '0' });
    await producer.close();
    const small = await open(PLAIN, { maxFrameSize: 512 });
    attachReceiver(small);
    small.send('flow', { ...flow, handle: 0, linkCredit: 11 });
    await small.until(() => small.seen.filter((seen) => seen.kind === 'transfer' && !seen.more).length === 11);
    const transfers = await small.expect('transfer');
    expect(transfers.length).toBeGreaterThan(11);
    expect(Math.max(...transfers.map(({ frame }) => frame))).toBeLessThanOrEqual(512);
    const messages: Buffer[] = [];
    let pieces: Buffer[] = [];
    for (const { payload, more } of transfers) {
      pieces.push(payload);
      if (more) continue;
      messages.push(Buffer.concat(pieces));
      pieces = [];
    }
    expect(messages.slice(0, 10).map((message) => message.toString('hex'))).toEqual(expected);
  });

  it('takes no notice of frames that come late', async () => {
    const peer = await open(PLAIN);
    attachReceiver(peer);
    peer.send('end', {});
    peer.send('flow', { ...flow, handle: 0, linkCredit: 5 });
    peer.send('detach', { handle: 0, closed: true });
    await peer.expect('end');
    peer.send('begin', { nextOutgoingId: 0, incomingWindow: 100, outgoingWindow: 100 });
    await peer.expect('begin', 2);
    expect(peer.closed).toBe(false);
  });

  it('refuses what is no message, and goes on', async () => {
    const peer = await open(PLAIN);
    peer.send('attach', { name: 's', handle: 0, role: false, source: sourceOf(null), target: targetOf('events/Partitions/1'), initialDeliveryCount: 0 });
    const [credit] = await peer.expect('flow');
    expect(credit?.linkCredit).toBeGreaterThan(100);
    // The last one is a data section, and good.
    const payloads = ['ffff', '005375', '', '005375a00178'].map((hex) => Buffer.from(hex, 'hex'));
    payloads.forEach((payload, deliveryId) => {
      const frame = Buffer.alloc(TRANSFER_HEAD + payload.length);
      const messageFormat = deliveryId === 2 ? 0x80013700 : 0;
      writeTransferHead(frame, 0, { channel: 0, handle: 0, deliveryId, settled: false, more: false, messageFormat, payload: payload.length });
      payload.copy(frame, TRANSFER_HEAD);
      peer.write(frame);
    });
    const answers = await peer.expect('disposition', 4);
    const byId = [...answers].sort((a, b) => a.first - b.first).map(({ state }) => (state as Described).descriptor);
    expect(byId).toEqual([0x25, 0x25, 0x25, 0x24]);
  });
});

it('speaks its own header before SASL frames', async () => {
  const peer = await RawPeer.connect(emulator.port);
  peers.push(peer);
  peer.write(SASL_HEADER);
  expect(await peer.expect('header')).toEqual([{ kind: 'header', protocol: 3 }]);
});
