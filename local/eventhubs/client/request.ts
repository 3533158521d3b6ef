import { randomUUID } from 'node:crypto';
import { AmqpError, condition } from '../amqp/error';
import { decodeMessage, encodeMessage } from '../amqp/message';
import type { AmqpMap } from '../amqp/performatives';
import { sourceOf, targetOf } from '../amqp/terminus';
import type { ClientConnection, ClientLink } from './connection';
import { withTimeout } from './transport';

export interface Request {
  properties: Record<string, unknown>;
  body?: unknown;
}

/** A conversation with a request-response node such as `$cbs` or `$management`. One request at a time. */
export class RequestClient {
  private readonly replyTo = randomUUID();
  private sender: ClientLink | null = null;
  private waiting: { resolve: (reply: Buffer) => void; reject: (error: Error) => void } | null = null;
  private credit: (() => void) | null = null;
  private hasCredit = false;
  private lost: Error | null = null;

  private constructor(private readonly address: string) {}

  static async open(connection: ClientConnection, address: string): Promise<RequestClient> {
    const client = new RequestClient(address);
    const onDetached = (error: Error): void => client.fail(error);
    const receiver = await connection.attach(
      { role: 'receiver', source: sourceOf(address), target: targetOf(client.replyTo) },
      { onMessage: (message) => client.waiting?.resolve(Buffer.from(message)), onDetached },
    );
    receiver.grant(100_000);
    client.sender = await connection.attach(
      { role: 'sender', source: sourceOf(client.replyTo), target: targetOf(address) },
      { onCredit: (credit) => client.onCredit(credit), onDetached },
    );
    return client;
  }

  /** Sends a request and gives the reply's body. Rejects with the reply's error condition as `code` unless its status is 2xx. */
  async send({ properties, body }: Request): Promise<unknown> {
    if (this.lost) throw this.lost;
    const replied = new Promise<Buffer>((resolve, reject) => {
      this.waiting = { resolve, reject };
    });
    if (!this.hasCredit) await withTimeout(`Waiting for credit of ${this.address}`, new Promise<void>((resolve) => (this.credit = resolve)));
    this.sender?.send(
      encodeMessage({ messageId: randomUUID(), replyTo: this.replyTo, applicationProperties: new Map(Object.entries(properties)), body }),
    );
    const reply = decodeMessage(await withTimeout(`A request to ${this.address}`, replied));
    this.waiting = null;
    demandSuccess(reply.applicationProperties);
    return reply.body;
  }

  private onCredit(credit: number): void {
    this.hasCredit = credit > 0;
    if (this.hasCredit) this.credit?.();
  }

  private fail(error: Error): void {
    this.lost ??= error;
    this.waiting?.reject(error);
    this.credit?.();
  }
}

/** `$cbs` and `$management` spell the names of a reply's properties differently over the versions. */
function demandSuccess(properties: AmqpMap): void {
  const first = (...names: string[]): unknown => names.map((name) => properties.get(name)).find((value) => value !== undefined);
  const status = Number(first('status-code', 'statusCode'));
  if (status >= 200 && status < 300) return;
  const fallback = status === 401 ? condition.unauthorized : status === 404 ? condition.notFound : condition.internalError;
  const code = first('error-condition', 'errorCondition') ?? fallback;
  throw new AmqpError(String(code), `${String(first('status-description', 'statusDescription') ?? 'The request failed')} (status ${status})`);
}
