import { AmqpError, condition, toAmqpError } from '../amqp/error';
import type { Transfer } from '../amqp/transfer';
import { MAX_MESSAGE_SIZE } from './contract';
import type { MessageSink } from './contract';
import { advance } from '../amqp/sequence';

/** What a link needs of its session and connection to receive. */
export interface Receiver {
  /** Settles a delivery: accepted, or rejected with an error. */
  settle(deliveryId: number, error: AmqpError | null): void;
  sendCredit(handle: number, link: { deliveryCount: number; linkCredit: number }): void;
  /** So many more (or fewer) bytes of unfinished deliveries are in memory. */
  hold(bytes: number): void;
}

/** Deliveries a peer may have under way. The SDK waits a full second when it has no credit: be generous. */
const CREDIT = 1000;

/** The receiving end of a link: puts the frames of a delivery together and settles it with what its sink says. */
export class ReceivingLink {
  private deliveryCount: number;
  private credit = CREDIT;
  private deliveryId: number | null = null;
  private pieces: Buffer[] = [];
  private size = 0;
  private closed = false;

  constructor(
    readonly handle: number,
    private readonly sink: MessageSink,
    private readonly receiver: Receiver,
    initialDeliveryCount: number,
  ) {
    this.deliveryCount = initialDeliveryCount;
  }

  open(): void {
    this.sendCredit();
  }

  sendCredit(): void {
    this.receiver.sendCredit(this.handle, { deliveryCount: this.deliveryCount, linkCredit: this.credit });
  }

  onTransfer(transfer: Transfer, payload: Buffer): void {
    this.deliveryId ??= transfer.deliveryId;
    this.size += payload.length;
    // What is too large is refused at its end and not kept until then.
    if (this.size <= MAX_MESSAGE_SIZE) this.pieces.push(payload);
    else this.pieces = [];
    if (transfer.more && !transfer.aborted) return;
    const { pieces, size, deliveryId } = this;
    this.pieces = [];
    this.size = 0;
    this.deliveryId = null;
    this.countDelivery();
    if (transfer.aborted) return;
    if (deliveryId === null) throw new AmqpError(condition.invalidField, 'The first transfer of a delivery has no delivery-id.');
    void this.deliver(pieces, { size, deliveryId, messageFormat: transfer.messageFormat, settled: transfer.settled });
  }

  close(): void {
    this.closed = true;
    this.pieces = [];
  }

  private countDelivery(): void {
    this.deliveryCount = advance(this.deliveryCount);
    this.credit--;
    if (this.credit > CREDIT / 2) return;
    this.credit = CREDIT;
    this.sendCredit();
  }

  private async deliver(pieces: Buffer[], delivery: { size: number; deliveryId: number; messageFormat: number; settled: boolean }): Promise<void> {
    const { size, deliveryId, messageFormat, settled } = delivery;
    this.receiver.hold(size);
    let error: AmqpError | null = null;
    try {
      if (size > MAX_MESSAGE_SIZE) throw tooLarge(size);
      await this.sink.receive(pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces), messageFormat);
    } catch (thrown) {
      error = toAmqpError(thrown);
    }
    this.receiver.hold(-size);
    if (!settled && !this.closed) this.receiver.settle(deliveryId, error);
  }
}

function tooLarge(size: number): AmqpError {
  return new AmqpError(
    condition.messageSizeExceeded,
    `The received message (size:${size} bytes) exceeds the limit (${MAX_MESSAGE_SIZE} bytes) currently allowed on the link.`,
  );
}
