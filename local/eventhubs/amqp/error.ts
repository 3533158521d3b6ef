/** Error conditions of AMQP 1.0 (part 2.8) and of Event Hubs, as they stand on the wire. */
export const condition = {
  decodeError: 'amqp:decode-error',
  notFound: 'amqp:not-found',
  notAllowed: 'amqp:not-allowed',
  notImplemented: 'amqp:not-implemented',
  unauthorized: 'amqp:unauthorized-access',
  internalError: 'amqp:internal-error',
  invalidField: 'amqp:invalid-field',
  resourceLimitExceeded: 'amqp:resource-limit-exceeded',
  framingError: 'amqp:connection:framing-error',
  connectionForced: 'amqp:connection:forced',
  unattachedHandle: 'amqp:session:unattached-handle',
  linkDetachForced: 'amqp:link:detach-forced',
  linkStolen: 'amqp:link:stolen',
  messageSizeExceeded: 'amqp:link:message-size-exceeded',
  argumentError: 'com.microsoft:argument-error',
  argumentOutOfRange: 'com.microsoft:argument-out-of-range',
  serverBusy: 'com.microsoft:server-busy',
  outOfOrderSequence: 'com.microsoft:out-of-order-sequence',
  producerEpochStolen: 'com.microsoft:producer-epoch-stolen',
} as const;

/** An error that goes to, or came from, the peer. `code` is the AMQP condition. */
export class AmqpError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'AmqpError';
  }
}

/** Bytes that are no AMQP: where in the buffer, and what was wrong. */
export function decodeError(position: number, what: string): AmqpError {
  return new AmqpError(condition.decodeError, `Malformed AMQP at byte ${position}: ${what}.`);
}

/** What any thrown thing tells the peer. */
export function toAmqpError(error: unknown): AmqpError {
  if (error instanceof AmqpError) return error;
  return new AmqpError(condition.internalError, error instanceof Error ? error.message : String(error));
}
