import * as net from 'node:net';
import type { Reader } from '../../../local/eventhubs/amqp/decode';
import { AMQP_HEADER, FrameParser, SASL_HEADER, encodeFrame } from '../../../local/eventhubs/amqp/frames';
import { readPerformative } from '../../../local/eventhubs/amqp/performatives';
import type { Performative, PerformativeName, Performatives } from '../../../local/eventhubs/amqp/performatives';
import { TRANSFER, readTransfer } from '../../../local/eventhubs/amqp/transfer';

/** What came: a header's protocol id, a heartbeat, a performative, or a transfer with its payload. */
type Seen =
  | { kind: 'header'; protocol: number }
  | { kind: 'heartbeat' }
  | { kind: 'transfer'; handle: number; more: boolean; payload: Buffer; frame: number }
  | Performative;

/** A client that writes the frames it is told to, right or wrong, and keeps what comes. */
export class RawPeer {
  readonly seen: Seen[] = [];
  closed = false;
  private readonly parser = new FrameParser(2 ** 20);

  private constructor(private readonly socket: net.Socket) {
    socket.on('data', (chunk) => {
      for (const incoming of this.parser.push(chunk)) {
        if (incoming.kind === 'header') this.seen.push({ kind: 'header', protocol: incoming.bytes[4] as number });
        else if (incoming.reader.remaining === 0) this.seen.push({ kind: 'heartbeat' });
        else this.onFrame(incoming.reader);
      }
    });
    socket.on('close', () => (this.closed = true));
    socket.on('error', () => undefined);
  }

  static async connect(port: number): Promise<RawPeer> {
    const socket = net.connect(port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    return new RawPeer(socket);
  }

  /** Past SASL with this mechanism, and open, with one session on channel 0. */
  static async open(port: number, sasl: Partial<Performatives['saslInit']>, open: Partial<Performatives['open']> = {}): Promise<RawPeer> {
    const peer = await RawPeer.connect(port);
    peer.write(SASL_HEADER);
    peer.send('saslInit', sasl);
    peer.write(AMQP_HEADER);
    peer.send('open', { containerId: 'test', ...open });
    peer.send('begin', { nextOutgoingId: 0, incomingWindow: 100, outgoingWindow: 100 });
    return peer;
  }

  write(bytes: Buffer): void {
    this.socket.write(bytes);
  }

  send<K extends PerformativeName>(kind: K, body: Partial<Performatives[K]>, channel = 0): void {
    this.write(encodeFrame(kind, body, channel));
  }

  /** Waits until `count` frames of a kind have come and gives them. */
  async expect<K extends Seen['kind']>(kind: K, count = 1): Promise<Extract<Seen, { kind: K }>[]> {
    const found = (): Extract<Seen, { kind: K }>[] => this.seen.filter((seen): seen is Extract<Seen, { kind: K }> => seen.kind === kind);
    await this.until(() => found().length >= count, `${count} × ${kind}`);
    return found();
  }

  async until(condition: () => boolean, what = 'a condition'): Promise<void> {
    for (let i = 0; i < 400; i++) {
      if (condition()) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`${what} did not come; came: ${this.seen.map((seen) => seen.kind).join(', ')}`);
  }

  end(): void {
    this.socket.destroy();
  }

  private onFrame(reader: Reader): void {
    const code = reader.descriptor();
    if (code !== TRANSFER) {
      this.seen.push(readPerformative(reader, code));
      return;
    }
    const { handle, more } = readTransfer(reader);
    this.seen.push({ kind: 'transfer', handle, more, payload: Buffer.from(reader.buffer.subarray(reader.position, reader.end)), frame: reader.end });
  }
}
