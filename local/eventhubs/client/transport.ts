import * as net from 'node:net';
import * as tls from 'node:tls';
import { AmqpError, condition } from '../amqp/error';
import { AMQP_HEADER, FrameParser, HEARTBEAT, SASL_HEADER, encodeFrame } from '../amqp/frames';
import type { Incoming } from '../amqp/frames';
import { readPerformative } from '../amqp/performatives';
import type { Transfer } from '../amqp/transfer';
import type { ConnectionSettings } from '../connection-string';

export const MAX_FRAME_SIZE = 1024 * 1024;
/** Connecting, and every other step that waits for the peer. */
export const OPERATION_TIMEOUT = 30_000;

/** Rejects with code ETIMEDOUT when the peer does not answer in time. */
export async function withTimeout<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new AmqpError('ETIMEDOUT', `${what} took longer than ${OPERATION_TIMEOUT} ms; is the server up and reachable?`);
    timer = setTimeout(() => reject(error), OPERATION_TIMEOUT);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What comes in once the peer has let us in. */
export interface TransportEvents {
  onFrame(frame: Extract<Incoming, { kind: 'frame' }>): void;
  /** A transfer of the usual form, instead of {@link onFrame}. */
  onTransfer(transfer: Transfer, payload: Buffer): void;
  /** The socket is gone; called once. */
  onLost(error: Error): void;
}

/** A socket to the server: TLS, or plain TCP for an emulator, past SASL ANONYMOUS (access is granted by `$cbs` later). */
export class ClientTransport {
  private readonly parser = new FrameParser(MAX_FRAME_SIZE, (_channel, transfer, payload) => this.events?.onTransfer(transfer, payload));
  private events: TransportEvents | null = null;
  private heartbeat: NodeJS.Timeout | null = null;
  private lost: Error | null = null;
  private onReady: (error?: Error) => void = () => undefined;

  private constructor(
    private readonly socket: net.Socket,
    private readonly host: string,
  ) {
    socket.setNoDelay(true);
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () => this.fail(new AmqpError('ECONNRESET', `The connection to ${host} was closed.`)));
    socket.on('data', (chunk) => this.onData(chunk));
  }

  static async connect({ host, port, emulator }: ConnectionSettings): Promise<ClientTransport> {
    const socket = emulator ? net.connect({ host, port }) : tls.connect({ host, port, servername: host });
    const transport = new ClientTransport(socket, host);
    const ready = new Promise<void>((resolve, reject) => {
      transport.onReady = (error) => (error ? reject(error) : resolve());
    });
    socket.write(SASL_HEADER);
    try {
      await withTimeout(`Connecting to ${host}:${port}`, ready);
    } catch (error) {
      socket.destroy();
      throw error;
    }
    return transport;
  }

  /** Says who gets the frames from now on. */
  start(events: TransportEvents): void {
    this.events = events;
    if (this.lost) events.onLost(this.lost);
  }

  write(bytes: Buffer): void {
    if (!this.socket.destroyed && this.socket.writable) this.socket.write(bytes);
  }

  /** Writes pieces in one go, without joining them. */
  writeAll(pieces: readonly Buffer[]): void {
    this.socket.cork();
    for (const piece of pieces) this.write(piece);
    this.socket.uncork();
  }

  /** Bytes that wait for the socket. */
  get unsent(): number {
    return this.socket.writableLength;
  }

  /** Sends a heartbeat often enough for a peer that gives up after `idleTimeout` ms of silence. */
  keepAlive(idleTimeout: number): void {
    this.heartbeat ??= setInterval(() => this.write(HEARTBEAT), Math.max(idleTimeout / 2, 100)).unref();
  }

  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** Ends the socket and waits until it is gone; a peer that keeps it open is cut off after `grace` ms. */
  async end(grace: number): Promise<void> {
    if (this.socket.closed) return;
    const closed = new Promise<void>((resolve) => this.socket.once('close', () => resolve()));
    const timer = setTimeout(() => this.socket.destroy(), grace);
    this.socket.resume();
    this.socket.end();
    await closed;
    clearTimeout(timer);
  }

  private onData(chunk: Buffer): void {
    try {
      for (const incoming of this.parser.push(chunk)) {
        if (this.events && incoming.kind === 'frame') this.events.onFrame(incoming);
        else this.handshake(incoming);
      }
    } catch (error) {
      this.socket.destroy(error as Error);
    }
  }

  /** Header, mechanisms, our choice, outcome, and then the header of AMQP proper. */
  private handshake(incoming: Incoming): void {
    if (incoming.kind === 'header') {
      const expected = incoming.bytes.equals(SASL_HEADER) || incoming.bytes.equals(AMQP_HEADER);
      if (!expected) throw new AmqpError(condition.framingError, `${this.host} does not speak AMQP 1.0 here.`);
      if (incoming.bytes.equals(AMQP_HEADER)) this.onReady();
      return;
    }
    const frame = readPerformative(incoming.reader, incoming.reader.descriptor());
    if (frame.kind === 'saslMechanisms') {
      this.write(encodeFrame('saslInit', { mechanism: 'ANONYMOUS', initialResponse: Buffer.from('weir'), hostname: this.host }));
    } else if (frame.kind === 'saslOutcome') {
      if (frame.code !== 0) throw new AmqpError(condition.unauthorized, `${this.host} refused the SASL mechanism ANONYMOUS with code ${frame.code}.`);
      this.write(AMQP_HEADER);
    }
  }

  private fail(error: Error): void {
    if (this.lost) return;
    this.lost = error;
    if (this.heartbeat) clearInterval(this.heartbeat);
    this.onReady(error);
    this.events?.onLost(error);
  }
}

