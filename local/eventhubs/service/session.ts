import { encodeFrame } from '../amqp/frames';
import { AmqpError, condition, toAmqpError } from '../amqp/error';
import type { PerformativeName, Performatives } from '../amqp/performatives';
import { readTerminus } from '../amqp/terminus';
import type { Transfer } from '../amqp/transfer';
import type { Raw} from '../amqp/types';
import { Described, symbol } from '../amqp/types';
import { MAX_MESSAGE_SIZE } from './contract';
import type { ConnectionScope, LinkRequest } from './contract';
import { SendingLink } from './sending-link';
import type { Sender } from './sending-link';
import { ReceivingLink } from './receiving-link';
import type { Receiver } from './receiving-link';
import { openSink, openSource } from './router';
import { advance, distance } from '../amqp/sequence';

/** What a session needs of its connection. */
export interface Transport {
  scope: ConnectionScope;
  maxFrameSize: number;
  writable: boolean;
  write(bytes: Buffer): void;
  hold(bytes: number): void;
}

type Attach = Performatives['attach'];
type Flow = Performatives['flow'];

/** Transfer frames taken before the peer must hear from us. */
const INCOMING_WINDOW = 5000;
const HANDLE_MAX = 255;

const ACCEPTED = new Described(0x24, []);
const REJECTED = 0x25;
const ERROR = 0x1d;

/** An error as the protocol has it: condition, description and info, all three always there. */
export function errorValue({ code, message }: AmqpError): Described {
  return new Described(ERROR, [symbol(code), message, new Map()]);
}

/** One session: windows, and the links in it. Its channel and its links' handles are numbered as the peer numbers them. */
export class Session implements Sender, Receiver {
  /** Transfer frames that the peer still takes. */
  window: number;
  private nextIncomingId: number;
  private incomingWindow = INCOMING_WINDOW;
  private nextOutgoingId = 0;
  private deliveryId = 0;
  private readonly links = new Map<number, SendingLink | ReceivingLink>();

  constructor(
    readonly channel: number,
    begin: Performatives['begin'],
    private readonly transport: Transport,
  ) {
    this.nextIncomingId = begin.nextOutgoingId;
    this.window = begin.incomingWindow;
    this.send('begin', {
      remoteChannel: channel,
      nextOutgoingId: this.nextOutgoingId,
      incomingWindow: INCOMING_WINDOW,
      outgoingWindow: INCOMING_WINDOW,
      handleMax: HANDLE_MAX,
    });
  }

  get maxFrameSize(): number {
    return this.transport.maxFrameSize;
  }

  get writable(): boolean {
    return this.transport.writable;
  }

  onAttach(attach: Attach): void {
    if (attach.handle > HANDLE_MAX || this.links.has(attach.handle)) {
      throw new AmqpError(condition.notAllowed, `The handle ${attach.handle} is in use or beyond ${HANDLE_MAX}.`);
    }
    try {
      if (attach.role) this.openSending(attach);
      else this.openReceiving(attach);
    } catch (thrown) {
      const error = toAmqpError(thrown);
      this.transport.scope.context.log(`link ${attach.name} refused: ${error.code}: ${error.message}`);
      this.answer(attach, new Map(), { source: null, target: null });
      this.send('detach', { handle: attach.handle, closed: true, error: errorValue(error) });
    }
  }

  onFlow(flow: Flow): void {
    // Before the peer has seen our begin it knows no next-incoming-id; then it counts from our first.
    this.window = distance(this.nextOutgoingId, advance(flow.nextIncomingId ?? 0, flow.incomingWindow));
    const link = flow.handle === null ? undefined : this.links.get(flow.handle);
    if (link instanceof SendingLink) link.onFlow(flow.deliveryCount ?? 0, flow.linkCredit ?? 0, flow.drain === true);
    this.wakeAll();
    if (flow.echo !== true) return;
    if (link instanceof SendingLink) this.sendFlow(link.handle, link.state);
    else if (link instanceof ReceivingLink) link.sendCredit();
    else this.send('flow', this.flowState());
  }

  onTransfer(transfer: Transfer, payload: Buffer): void {
    this.nextIncomingId = advance(this.nextIncomingId);
    this.incomingWindow--;
    if (this.incomingWindow <= INCOMING_WINDOW / 2) {
      this.incomingWindow = INCOMING_WINDOW;
      this.send('flow', this.flowState());
    }
    const link = this.links.get(transfer.handle);
    // Late frames of a link that this side has detached are no error.
    if (link instanceof ReceivingLink) link.onTransfer(transfer, payload);
  }

  onDetach({ handle, closed }: Performatives['detach']): void {
    const link = this.links.get(handle);
    if (!link) return;
    this.links.delete(handle);
    link.close();
    this.send('detach', { handle, closed });
  }

  /** The socket takes bytes again, or the window has opened. */
  wakeAll(): void {
    for (const link of this.links.values()) if (link instanceof SendingLink) link.wake();
  }

  /** Ends every sending link with `error`: consumers come back at once then, and not after their wait is over. */
  detachSenders(error: AmqpError): void {
    for (const link of [...this.links.values()]) if (link instanceof SendingLink) this.detach(link.handle, error);
  }

  close(): void {
    for (const link of this.links.values()) link.close();
    this.links.clear();
  }

  nextDelivery(frames: number): number {
    const id = this.deliveryId;
    this.deliveryId = advance(this.deliveryId);
    this.nextOutgoingId = advance(this.nextOutgoingId, frames);
    this.window -= frames;
    return id;
  }

  write(bytes: Buffer): void {
    this.transport.write(bytes);
  }

  sendFlow(handle: number, link: { deliveryCount: number; linkCredit: number; available: number; drain: boolean }): void {
    this.send('flow', { ...this.flowState(), handle, ...link });
  }

  sendCredit(handle: number, link: { deliveryCount: number; linkCredit: number }): void {
    this.sendFlow(handle, { ...link, available: 0, drain: false });
  }

  settle(deliveryId: number, error: AmqpError | null): void {
    const state = error ? new Described(REJECTED, [errorValue(error)]) : ACCEPTED;
    this.send('disposition', { role: true, first: deliveryId, last: deliveryId, settled: true, state, batchable: false });
  }

  hold(bytes: number): void {
    this.transport.hold(bytes);
  }

  private openSending(attach: Attach): void {
    const source = openSource(requestOf(attach), this.transport.scope);
    const link = new SendingLink(attach.handle, source, this);
    this.links.set(attach.handle, link);
    this.answer(attach, source.properties, attach);
    link.open((error) => this.detach(attach.handle, toAmqpError(error)));
  }

  private openReceiving(attach: Attach): void {
    const sink = openSink(requestOf(attach), this.transport.scope);
    const link = new ReceivingLink(attach.handle, sink, this, attach.initialDeliveryCount ?? 0);
    this.links.set(attach.handle, link);
    this.answer(attach, sink.properties, attach);
    link.open();
  }

  private detach(handle: number, error: AmqpError): void {
    const link = this.links.get(handle);
    if (!link) return;
    this.links.delete(handle);
    link.close();
    this.send('detach', { handle, closed: true, error: errorValue(error) });
  }

  private answer(attach: Attach, properties: Map<unknown, unknown>, termini: { source: Raw | null; target: Raw | null }): void {
    this.send('attach', {
      name: attach.name,
      handle: attach.handle,
      role: !attach.role,
      sndSettleMode: attach.sndSettleMode ?? 2,
      rcvSettleMode: attach.rcvSettleMode ?? 0,
      source: termini.source,
      target: termini.target,
      incompleteUnsettled: false,
      initialDeliveryCount: attach.role ? 0 : null,
      maxMessageSize: MAX_MESSAGE_SIZE,
      properties,
    });
  }

  private flowState(): Pick<Flow, 'nextIncomingId' | 'incomingWindow' | 'nextOutgoingId' | 'outgoingWindow'> {
    return {
      nextIncomingId: this.nextIncomingId,
      incomingWindow: this.incomingWindow,
      nextOutgoingId: this.nextOutgoingId,
      outgoingWindow: INCOMING_WINDOW,
    };
  }

  private send<K extends PerformativeName>(kind: K, body: Partial<Performatives[K]>): void {
    this.transport.write(encodeFrame(kind, body, this.channel));
  }
}

function requestOf(attach: Attach): LinkRequest {
  const wanted = attach.desiredCapabilities;
  return {
    name: attach.name,
    source: readTerminus(attach.source),
    target: readTerminus(attach.target),
    properties: attach.properties ?? new Map(),
    desiredCapabilities: Array.isArray(wanted) ? wanted : [wanted],
  };
}
