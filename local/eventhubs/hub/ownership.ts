import { AmqpError, condition } from '../amqp/error';

/** The most receivers without an owner level that one partition and consumer group may have. */
const MAX_SHARED_RECEIVERS = 5;

/** A receiver, as far as ownership goes. */
export interface Owner {
  /** Null: it shares the partition with others like it. */
  ownerLevel: number | null;
  /** Another receiver has taken the partition. */
  disconnect(error: AmqpError): void;
}

/**
 * Who reads one partition for one consumer group. A receiver with an owner level (epoch) reads alone: an equal or higher level
 * takes the partition over, a lower one is refused.
 * https://learn.microsoft.com/azure/event-hubs/event-hubs-event-processor-host#epoch
 */
export class Ownership {
  private readonly owners = new Set<Owner>();

  /** Lets a receiver in, disconnecting those whose place it takes. Throws `amqp:link:stolen` or `amqp:resource-limit-exceeded`. */
  join(owner: Owner): void {
    const levels = [...this.owners].map((other) => other.ownerLevel).filter((level) => level !== null);
    const level = owner.ownerLevel;
    const highest = Math.max(...levels);
    if (level === null ? levels.length > 0 : level < highest) throw refused(highest, level);
    if (level === null && this.owners.size >= MAX_SHARED_RECEIVERS) {
      throw new AmqpError(
        condition.resourceLimitExceeded,
        `Exceeded the maximum number of allowed receivers per partition in a consumer group which is ${MAX_SHARED_RECEIVERS}.`,
      );
    }
    if (level !== null) this.disconnectAll(level);
    this.owners.add(owner);
  }

  leave(owner: Owner): void {
    this.owners.delete(owner);
  }

  private disconnectAll(level: number): void {
    const others = [...this.owners];
    this.owners.clear();
    for (const other of others) {
      const message =
        `New receiver with higher epoch of '${level}' is created hence current receiver with epoch '${other.ownerLevel ?? 'none'}' ` +
        'is getting disconnected. If you are recreating the receiver, make sure a higher epoch is used.';
      other.disconnect(new AmqpError(condition.linkStolen, message));
    }
  }
}

function refused(highest: number, level: number | null): AmqpError {
  const message =
    level === null
      ? `At least one receiver for the endpoint is created with epoch of '${highest}', and so non-epoch receiver is not allowed. ` +
        'Either reconnect with a higher epoch, or make sure all epoch receivers are closed or disconnected.'
      : `Receiver with epoch '${level}' is refused because a receiver with the higher epoch '${highest}' is connected.`;
  return new AmqpError(condition.linkStolen, message);
}
