import { encode } from '../amqp/encode';
import { AmqpError, condition } from '../amqp/error';
import { section } from '../amqp/sections';
import { selectorOf } from '../amqp/terminus';
import { Described, Typed, long, timestamp } from '../amqp/types';
import type { Owner, Ownership } from '../hub/ownership';
import type { Partition } from '../hub/partition';
import type { Cursor } from '../log/cursor';
import type { LogRecord } from '../log/record';
import type { LinkRequest, MessageSource, OutgoingLink, ServiceContext } from './contract';

const EPOCH = 'com.microsoft:epoch';
const RUNTIME_METRIC = 'com.microsoft:enable-receiver-runtime-metric';

/** The link of a consumer: one partition, read for one consumer group from the place that its selector tells. */
export class ConsumerSource implements MessageSource, Owner {
  readonly properties: Map<unknown, unknown>;
  readonly ownerLevel: number | null;
  private readonly wantsMetrics: boolean;
  private readonly ownership: Ownership;
  private readonly cursor: Cursor;
  private record: LogRecord | null = null;
  private message: readonly Buffer[] | null = null;
  private link: OutgoingLink | null = null;
  private unsubscribe: () => void = () => undefined;

  /** Throws what the link is to be refused with: a wrong selector or owner level, or no right to the partition. */
  constructor(
    request: LinkRequest,
    private readonly from: { partition: Partition; consumerGroup: string },
    private readonly context: ServiceContext,
  ) {
    this.ownerLevel = ownerLevelOf(request);
    this.properties = this.ownerLevel === null ? new Map() : new Map([[new Typed('symbol', EPOCH), long(this.ownerLevel)]]);
    this.wantsMetrics = request.desiredCapabilities.includes(RUNTIME_METRIC);
    this.cursor = from.partition.openCursor(selectorOf(request.source));
    this.ownership = from.partition.ownership(from.consumerGroup);
    this.ownership.join(this);
  }

  open(link: OutgoingLink): void {
    this.link = link;
    this.unsubscribe = this.from.partition.onCommit(() => link.wake());
  }

  disconnect(error: AmqpError): void {
    this.link?.detach(error);
  }

  peek(): readonly Buffer[] | null {
    if (this.message) return this.message;
    this.record = this.cursor.next();
    if (this.record === null) return null;
    const { message, headerLength } = this.record;
    this.message = this.wantsMetrics ? [message.subarray(0, headerLength), this.metrics(), message.subarray(headerLength)] : [message];
    return this.message;
  }

  take(): void {
    this.record = null;
    this.message = null;
  }

  close(): void {
    this.unsubscribe();
    this.ownership.leave(this);
    this.cursor.close();
    this.take();
  }

  /** The delivery annotations that tell how far behind the consumer is. */
  private metrics(): Buffer {
    const { sequence, offset, enqueuedTime } = this.from.partition.end;
    const map = new Map<unknown, unknown>([
      ['last_enqueued_sequence_number', long(sequence)],
      ['last_enqueued_offset', String(offset)],
      ['last_enqueued_time_utc', timestamp(enqueuedTime)],
      ['runtime_info_retrieval_time_utc', timestamp(this.context.now())],
    ].map(([name, value]) => [new Typed('symbol', name), value]));
    return encode(new Described(section.deliveryAnnotations, map));
  }
}

function ownerLevelOf({ properties }: LinkRequest): number | null {
  const epoch = properties.get(EPOCH) ?? null;
  if (epoch === null || (typeof epoch === 'number' && epoch >= 0)) return epoch;
  throw new AmqpError(condition.argumentError, `The link property ${EPOCH} must be a long of 0 or more, not ${String(epoch)}.`);
}
