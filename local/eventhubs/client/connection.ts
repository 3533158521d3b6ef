import { randomUUID } from 'node:crypto';
import { AmqpError, condition } from '../amqp/error';
import { encodeFrame } from '../amqp/frames';
import type { Incoming } from '../amqp/frames';
import { readPerformative } from '../amqp/performatives';
import type { AmqpMap, Performative, PerformativeName, Performatives } from '../amqp/performatives';
import { TRANSFER, TRANSFER_HEAD, readTransfer, writeTransferHead } from '../amqp/transfer';
import type { Transfer } from '../amqp/transfer';
import { Described } from '../amqp/types';
import type { Raw } from '../amqp/types';
import type { ConnectionSettings } from '../connection-string';
import { advance } from '../amqp/sequence';
import { ClientTransport, MAX_FRAME_SIZE, withTimeout } from './transport';

/** Which link to open. */
export interface LinkSpec {
  role: 'sender' | 'receiver';
  source: Raw;
  target: Raw;
  properties?: AmqpMap;
}

export interface LinkEvents {
  /** A whole message; receivers only. A view into the receive buffer. */
  onMessage?(message: Buffer): void;
  /** The peer wants so many more messages; senders only. */
  onCredit?(credit: number): void;
  /** The link is gone, by the peer or with the connection. Called once. */
  onDetached(error: Error): void;
}

interface Link extends LinkEvents {
  handle: number;
  name: string;
  role: LinkSpec['role'];
  deliveryCount: number;
  pieces: Buffer[];
  attached: (error?: Error) => void;
}

/** An open link of a client. */
export interface ClientLink {
  send(message: Buffer, messageFormat?: number): void;
  /** Lets the peer send `credit` more messages in all, counted from what has arrived. */
  grant(credit: number): void;
}

const INCOMING_WINDOW = 50_000;
const IDLE_TIMEOUT = 120_000;
const CLOSE_GRACE = 1000;
/** The smallest frame size that the protocol allows to ask for (part 2.7.1). */
const MIN_MAX_FRAME_SIZE = 512;

/** A client's AMQP connection with one session. */
export class ClientConnection {
  private readonly links = new Map<number, Link>();
  private readonly byRemoteHandle = new Map<number, Link>();
  private nextHandle = 0;
  private nextOutgoingId = 0;
  private deliveryId = 0;
  private remoteFrameSize = MIN_MAX_FRAME_SIZE;
  private nextIncomingId = 0;
  private incomingWindow = INCOMING_WINDOW;
  private begun: (error?: Error) => void = () => undefined;
  private failure: Error | null = null;

  private constructor(readonly transport: ClientTransport) {}

  /** Connects and opens. Rejects with the socket's error, or the peer's reason. */
  static async open(settings: ConnectionSettings): Promise<ClientConnection> {
    const connection = new ClientConnection(await ClientTransport.connect(settings));
    const begun = new Promise<void>((resolve, reject) => {
      connection.begun = (error) => (error ? reject(error) : resolve());
    });
    connection.transport.start(connection);
    connection.send('open', {
      containerId: randomUUID(),
      hostname: settings.host,
      maxFrameSize: MAX_FRAME_SIZE,
      channelMax: 1,
      idleTimeOut: IDLE_TIMEOUT,
      properties: new Map([['product', 'weir']]),
    });
    connection.send('begin', { nextOutgoingId: 0, incomingWindow: INCOMING_WINDOW, outgoingWindow: INCOMING_WINDOW, handleMax: 255 });
    try {
      await withTimeout('Opening the AMQP connection', begun);
    } catch (error) {
      await connection.close();
      throw error;
    }
    return connection;
  }

  /** Opens a link. Rejects with the peer's reason, its condition as `code`. */
  async attach(spec: LinkSpec, events: LinkEvents): Promise<ClientLink> {
    if (this.failure) throw this.failure;
    const handle = this.nextHandle++;
    const name = `weir-${randomUUID()}`;
    const answered = new Promise<void>((resolve, reject) => {
      const attached = (error?: Error): void => (error ? reject(error) : resolve());
      this.links.set(handle, { ...events, handle, name, role: spec.role, deliveryCount: 0, pieces: [], attached });
    });
    this.send('attach', {
      name,
      handle,
      role: spec.role === 'receiver',
      // A receiver asks for settled messages: nothing has to be answered, the caller keeps checkpoints itself.
      sndSettleMode: spec.role === 'receiver' ? 1 : 2,
      rcvSettleMode: 0,
      source: spec.source,
      target: spec.target,
      initialDeliveryCount: spec.role === 'sender' ? 0 : null,
      properties: spec.properties ?? new Map(),
    });
    await withTimeout('Attaching a link', answered);
    const link = this.links.get(handle);
    if (!link) throw this.failure ?? new AmqpError(condition.linkDetachForced, 'The link was detached at once.');
    return { send: (message, messageFormat = 0) => this.transfer(link, message, messageFormat), grant: (credit) => this.grant(link, credit) };
  }

  onFrame({ reader }: Extract<Incoming, { kind: 'frame' }>): void {
    if (reader.remaining === 0) return;
    const code = reader.descriptor();
    if (code === TRANSFER) this.onTransfer(readTransfer(reader), reader.buffer.subarray(reader.position, reader.end));
    else this.onPerformative(readPerformative(reader, code));
  }

  onTransfer(transfer: Transfer, payload: Buffer): void {
    this.nextIncomingId = advance(this.nextIncomingId);
    if (--this.incomingWindow <= INCOMING_WINDOW / 2) {
      this.incomingWindow = INCOMING_WINDOW;
      this.send('flow', this.flowState());
    }
    const link = this.byRemoteHandle.get(transfer.handle);
    if (!link) return;
    if (transfer.more || link.pieces.length > 0) link.pieces.push(payload);
    if (transfer.more) return;
    const message = link.pieces.length === 0 ? payload : Buffer.concat(link.pieces);
    link.pieces = [];
    link.deliveryCount = advance(link.deliveryCount);
    if (!transfer.settled && transfer.deliveryId !== null) this.accept(transfer.deliveryId);
    if (!transfer.aborted) link.onMessage?.(message);
  }

  onLost(error: Error): void {
    this.failure ??= error;
    this.begun(this.failure);
    for (const link of [...this.links.values()]) this.drop(link, this.failure);
  }

  /** Says good-bye and waits until the socket is gone. */
  async close(): Promise<void> {
    this.failure ??= new AmqpError(condition.connectionForced, 'The connection was closed.');
    this.send('close', {});
    await this.transport.end(CLOSE_GRACE);
  }

  private onPerformative(frame: Performative): void {
    switch (frame.kind) {
      case 'open':
        this.remoteFrameSize = Math.min(MAX_FRAME_SIZE, Math.max(MIN_MAX_FRAME_SIZE, frame.maxFrameSize ?? MAX_FRAME_SIZE));
        if (frame.idleTimeOut) this.transport.keepAlive(frame.idleTimeOut);
        return;
      case 'begin':
        this.nextIncomingId = frame.nextOutgoingId;
        return this.begun();
      case 'attach':
        return this.onAttach(frame);
      case 'flow':
        return this.onFlow(frame);
      case 'detach':
        return this.onDetach(frame);
      case 'end':
      case 'close':
        this.failure ??= errorOf(frame.error, 'The server closed the connection.');
        void this.transport.end(CLOSE_GRACE);
        return;
      default:
      // Dispositions of requests: what counts is the reply.
    }
  }

  private onAttach(attach: Performatives['attach']): void {
    const link = [...this.links.values()].find((candidate) => candidate.name === attach.name);
    if (!link) return;
    this.byRemoteHandle.set(attach.handle, link);
    link.deliveryCount = link.role === 'receiver' ? (attach.initialDeliveryCount ?? 0) : 0;
    // A refusal is an attach without the terminus, followed by a detach that says why.
    const refused = (link.role === 'receiver' ? attach.source : attach.target) === null;
    if (!refused) link.attached();
  }

  private onFlow({ handle, deliveryCount, linkCredit, echo }: Performatives['flow']): void {
    const link = handle === null ? undefined : this.byRemoteHandle.get(handle);
    if (link?.role === 'sender') link.onCredit?.(advance(deliveryCount ?? 0, linkCredit ?? 0) - link.deliveryCount);
    if (echo) this.send('flow', this.flowState());
  }

  private onDetach({ handle, error }: Performatives['detach']): void {
    const link = this.byRemoteHandle.get(handle);
    if (!link) return;
    this.byRemoteHandle.delete(handle);
    this.send('detach', { handle: link.handle, closed: true });
    this.drop(link, errorOf(error, 'The server detached the link.'));
  }

  private drop(link: Link, error: Error): void {
    this.links.delete(link.handle);
    link.attached(error);
    link.onDetached(error);
  }

  /** For a server that did not send settled although it was asked to. */
  private accept(deliveryId: number): void {
    const state = new Described(0x24, []);
    this.send('disposition', { role: true, first: deliveryId, last: deliveryId, settled: true, state });
  }

  private grant(link: Link, credit: number): void {
    this.send('flow', { ...this.flowState(), handle: link.handle, deliveryCount: link.deliveryCount, linkCredit: credit });
  }

  /** Settled, in as many frames as the peer's frame size asks for. The message's bytes are not copied: they must stay as they are until they are written. */
  private transfer(link: Link, message: Buffer, messageFormat: number): void {
    const room = this.remoteFrameSize - TRANSFER_HEAD;
    const deliveryId = this.deliveryId;
    this.deliveryId = advance(this.deliveryId);
    link.deliveryCount = advance(link.deliveryCount);
    for (let at = 0; at === 0 || at < message.length; at += room) {
      const payload = message.subarray(at, at + room);
      const head = Buffer.allocUnsafe(TRANSFER_HEAD);
      writeTransferHead(head, 0, { channel: 0, handle: link.handle, deliveryId, settled: true, more: at + room < message.length, messageFormat, payload: payload.length });
      this.nextOutgoingId = advance(this.nextOutgoingId);
      this.transport.writeAll([head, payload]);
    }
  }

  private flowState(): Pick<Performatives['flow'], 'nextIncomingId' | 'incomingWindow' | 'nextOutgoingId' | 'outgoingWindow'> {
    return {
      nextIncomingId: this.nextIncomingId,
      incomingWindow: this.incomingWindow,
      nextOutgoingId: this.nextOutgoingId,
      outgoingWindow: INCOMING_WINDOW,
    };
  }

  private send<K extends PerformativeName>(kind: K, body: Partial<Performatives[K]>): void {
    this.transport.write(encodeFrame(kind, body));
  }
}

function errorOf(value: unknown, otherwise: string): AmqpError {
  const fields: unknown = value instanceof Described ? value.value : null;
  if (!Array.isArray(fields)) return new AmqpError(condition.connectionForced, otherwise);
  return new AmqpError(String(fields[0]), typeof fields[1] === 'string' ? fields[1] : otherwise);
}
