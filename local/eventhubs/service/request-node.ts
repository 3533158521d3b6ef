import { decodeMessage, encodeMessage } from '../amqp/message';
import type { NodeMessage } from '../amqp/message';
import { AmqpError, condition } from '../amqp/error';
import { int, symbol } from '../amqp/types';
import type { LinkRequest, MessageSink, MessageSource, OutgoingLink, RequestNodeLinks } from './contract';

/** The outcome of a request, in HTTP's status codes. */
export interface Reply {
  status: number;
  description: string;
  /** An AMQP condition, for a failure. */
  error?: string;
  body?: unknown;
}

/** More unread replies than this mean that nobody reads. */
const MAX_QUEUED = 1000;

/**
 * Requests in, replies out (AMQP management, working draft 11; the claims-based security draft uses the same form).
 * A reply goes to the link whose target address, or whose name, is the request's reply-to; to the only one there is when the request names none
 * (Python's client does not).
 */
export class RequestNode implements RequestNodeLinks {
  private readonly replies = new Set<ReplySource>();

  constructor(private readonly answer: (request: NodeMessage) => Reply) {}

  sink(): MessageSink {
    return { properties: new Map(), receive: (message) => this.receive(message) };
  }

  source({ name, target }: LinkRequest): MessageSource {
    const source = new ReplySource([name, target.address], () => this.replies.delete(source));
    this.replies.add(source);
    return source;
  }

  private async receive(bytes: Buffer): Promise<void> {
    const request = decodeMessage(bytes);
    const { status, description, error, body } = this.answer(request);
    const to = this.replyLink(request.replyTo);
    if (!to) throw new AmqpError(condition.notFound, `No link on this connection receives for the reply-to address '${request.replyTo}'.`);
    const properties = new Map<unknown, unknown>([
      ['status-code', int(status)],
      ['status-description', description],
    ]);
    if (error) properties.set('error-condition', symbol(error));
    to.push(encodeMessage({ correlationId: request.messageId, applicationProperties: properties, body: body ?? null }));
  }

  private replyLink(replyTo: string | null): ReplySource | undefined {
    const links = [...this.replies];
    return replyTo === null && links.length === 1 ? links[0] : links.find((source) => source.names.includes(replyTo));
  }
}

class ReplySource implements MessageSource {
  readonly properties = new Map();
  private readonly queue: Buffer[] = [];
  private link: OutgoingLink | null = null;

  constructor(
    readonly names: readonly (string | null)[],
    private readonly forget: () => void,
  ) {}

  push(reply: Buffer): void {
    if (this.queue.length >= MAX_QUEUED) throw new AmqpError(condition.resourceLimitExceeded, `${MAX_QUEUED} replies wait to be read; give the link credit.`);
    this.queue.push(reply);
    this.link?.wake();
  }

  open(link: OutgoingLink): void {
    this.link = link;
  }

  peek(): readonly Buffer[] | null {
    return this.queue[0] ? [this.queue[0]] : null;
  }

  take(): void {
    this.queue.shift();
  }

  close(): void {
    this.forget();
  }
}
