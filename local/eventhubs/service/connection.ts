import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { AmqpError, condition, toAmqpError } from '../amqp/error';
import { AMQP_HEADER, FrameParser, HEARTBEAT, SASL_HEADER, encodeFrame } from '../amqp/frames';
import type { Incoming } from '../amqp/frames';
import { readPerformative } from '../amqp/performatives';
import type { Performative, Performatives } from '../amqp/performatives';
import { TRANSFER, readTransfer } from '../amqp/transfer';
import type { Transfer } from '../amqp/transfer';
import { answerPutToken } from './cbs';
import { Claims } from './claims';
import type { ConnectionScope, ServiceContext } from './contract';
import { Liveness } from './liveness';
import { answerManagement } from './management';
import { RequestNode } from './request-node';
import { MECHANISMS, checkSasl } from './sasl';
import { Session, errorValue } from './session';
import type { Transport } from './session';

const MAX_FRAME_SIZE = 65536;
const CHANNEL_MAX = 4999;
const IDLE_TIMEOUT = 240_000;
/** What no max-frame-size means: the largest that fits its field. */
const UNLIMITED = 0xffff_ffff;
/** The smallest frame size that the protocol allows to ask for (part 2.7.1). */
const MIN_MAX_FRAME_SIZE = 512;

/** Reading stops when so many bytes wait for the disk, and goes on below the second number. */
const HOLD_HIGH = 32 * 1024 * 1024;
const HOLD_LOW = 8 * 1024 * 1024;
/** A peer that does not answer our close is cut off. */
const CLOSE_GRACE = 1000;

/** One client: protocol headers, SASL, open and close, and the frames in between to their sessions. */
export class Connection implements Transport {
  readonly scope: ConnectionScope;
  maxFrameSize = MIN_MAX_FRAME_SIZE;
  writable = true;
  private readonly parser = new FrameParser(MAX_FRAME_SIZE, (channel, transfer, payload) => this.onTransfer(channel, transfer, payload));
  private readonly sessions = new Map<number, Session>();
  private readonly liveness: Liveness;
  private opened = false;
  private closing = false;
  private held = 0;
  private stopping = false;

  constructor(
    private readonly socket: Socket,
    context: ServiceContext,
  ) {
    const claims = new Claims();
    const nodes = {
      cbs: new RequestNode((request) => answerPutToken(request, claims, context)),
      management: new RequestNode((request) => answerManagement(request, claims, context)),
    };
    this.scope = { context, claims, nodes };
    this.liveness = new Liveness(IDLE_TIMEOUT, () => this.write(HEARTBEAT), () => this.fail(new AmqpError(condition.resourceLimitExceeded, `Nothing came for ${IDLE_TIMEOUT} ms.`)));
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.onData(chunk));
    socket.on('drain', () => this.onDrain());
    // Whatever the reason: a socket that is gone must not leave links, owner levels and timers behind.
    socket.on('close', () => this.dispose());
    socket.on('error', (error) => context.log(`connection lost: ${error.message}`));
  }

  write(bytes: Buffer): void {
    if (this.socket.destroyed || !this.socket.writable) return;
    this.liveness.sent();
    this.writable = this.socket.write(bytes);
  }

  hold(bytes: number): void {
    this.held += bytes;
    if (this.held > HOLD_HIGH) this.socket.pause();
    else if (this.held < HOLD_LOW && !this.stopping && this.socket.isPaused()) this.socket.resume();
  }

  /** Takes nothing more from the peer, to stop soon. */
  pause(): void {
    this.stopping = true;
    this.socket.pause();
  }

  /** Ends in an orderly way; the peer's SDK comes back by itself. Resolves when the socket is gone. */
  async stop(): Promise<void> {
    if (this.socket.destroyed) return;
    const gone = new Promise<void>((resolve) => this.socket.once('close', () => resolve()));
    const forced = new AmqpError(condition.linkDetachForced, 'The emulator is stopping.');
    for (const session of this.sessions.values()) session.detachSenders(forced);
    this.close(null);
    this.socket.resume();
    await gone;
  }

  private onData(chunk: Buffer): void {
    this.liveness.received();
    try {
      for (const incoming of this.parser.push(chunk)) {
        if (this.closing && incoming.kind === 'header') return;
        this.onIncoming(incoming);
      }
    } catch (error) {
      this.fail(toAmqpError(error));
    }
  }

  private onIncoming(incoming: Incoming): void {
    if (incoming.kind === 'header') return this.onHeader(incoming.bytes);
    const { channel, reader } = incoming;
    if (reader.remaining === 0) return;
    const code = reader.descriptor();
    if (code === TRANSFER) this.onTransfer(channel, readTransfer(reader), reader.buffer.subarray(reader.position, reader.end));
    else this.onPerformative(channel, readPerformative(reader, code));
  }

  private onHeader(header: Buffer): void {
    if (header.equals(SASL_HEADER)) {
      this.write(SASL_HEADER);
      this.write(encodeFrame('saslMechanisms', { mechanisms: MECHANISMS }));
    } else if (header.equals(AMQP_HEADER)) {
      this.write(AMQP_HEADER);
    } else {
      // The answer to any other version is the one that is spoken here, and the end (part 2.2).
      this.write(SASL_HEADER);
      this.socket.end();
    }
  }

  private onTransfer(channel: number, transfer: Transfer, payload: Buffer): void {
    if (!this.closing) this.sessions.get(channel)?.onTransfer(transfer, payload);
  }

  private onPerformative(channel: number, frame: Performative): void {
    // Frames for a session that is gone are late, not wrong: clients write flows after their end.
    const session = this.sessions.get(channel);
    switch (frame.kind) {
      case 'saslInit':
        return this.onSaslInit(frame);
      case 'open':
        return this.onOpen(frame);
      case 'begin':
        return this.onBegin(channel, frame);
      case 'attach':
        if (!this.closing) session?.onAttach(frame);
        return;
      case 'flow':
        return session?.onFlow(frame);
      case 'detach':
        return session?.onDetach(frame);
      case 'end':
        return this.onEnd(channel);
      case 'close':
        return this.onClose();
      default:
      // Dispositions: all that is sent is settled.
    }
  }

  private onSaslInit({ mechanism, initialResponse }: Performatives['saslInit']): void {
    const outcome = checkSasl(mechanism, initialResponse, this.scope.context.key);
    if (outcome === 'full-access') this.scope.claims.grantAll();
    this.write(encodeFrame('saslOutcome', { code: outcome === 'refused' ? 1 : 0 }));
    if (outcome === 'refused') this.socket.end();
  }

  private onOpen(open: Performatives['open']): void {
    if (this.opened) throw new AmqpError(condition.notAllowed, 'The connection is open already.');
    this.opened = true;
    this.maxFrameSize = Math.max(MIN_MAX_FRAME_SIZE, open.maxFrameSize ?? UNLIMITED);
    this.write(
      encodeFrame('open', {
        containerId: randomUUID(),
        hostname: open.hostname,
        maxFrameSize: MAX_FRAME_SIZE,
        channelMax: CHANNEL_MAX,
        idleTimeOut: IDLE_TIMEOUT,
        properties: new Map([['product', 'weir-eventhubs']]),
      }),
    );
    this.liveness.start(open.idleTimeOut);
  }

  private onBegin(channel: number, begin: Performatives['begin']): void {
    if (!this.opened || channel > CHANNEL_MAX || this.sessions.has(channel)) {
      throw new AmqpError(condition.notAllowed, `A session cannot begin on channel ${channel} now.`);
    }
    this.sessions.set(channel, new Session(channel, begin, this));
  }

  private onEnd(channel: number): void {
    const session = this.sessions.get(channel);
    if (!session) return;
    session.close();
    this.sessions.delete(channel);
    this.write(encodeFrame('end', {}, channel));
  }

  private onClose(): void {
    if (!this.closing) this.write(encodeFrame('close', {}));
    this.closing = true;
    this.socket.end();
  }

  private onDrain(): void {
    this.writable = true;
    for (const session of this.sessions.values()) session.wakeAll();
  }

  /** The peer broke the protocol, or this side did: says so and ends. */
  private fail(error: AmqpError): void {
    this.scope.context.log(`connection closed: ${error.code}: ${error.message}`);
    if (this.opened) this.close(error);
    else this.socket.destroy();
  }

  private close(error: AmqpError | null): void {
    if (this.closing) return;
    this.closing = true;
    this.write(encodeFrame('close', { error: error && errorValue(error) }));
    setTimeout(() => this.socket.destroy(), CLOSE_GRACE).unref();
  }

  private dispose(): void {
    this.closing = true;
    this.liveness.stop();
    for (const session of this.sessions.values()) session.close();
    this.sessions.clear();
  }
}
