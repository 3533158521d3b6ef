import { AmqpError, condition } from '../amqp/error';

/** What the tokens that a connection has shown allow it to use. */
export class Claims {
  private readonly hubs = new Set<string>();
  private all = false;

  /** A token for `resource` was good: `sb://host/hub/…` gives the hub, `sb://host/` every one. */
  grant(resource: string): void {
    const path = resource.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/^\//, '');
    const hub = path.split('/')[0]?.toLowerCase() ?? '';
    if (hub === '' || hub.startsWith('$')) this.all = true;
    else this.hubs.add(hub);
  }

  grantAll(): void {
    this.all = true;
  }

  /** Throws `amqp:unauthorized-access` unless a token covers the hub; null asks for any token at all. */
  demand(hub: string | null): void {
    if (this.all || (hub === null ? this.hubs.size > 0 : this.hubs.has(hub.toLowerCase()))) return;
    throw new AmqpError(
      condition.unauthorized,
      `Unauthorized access. 'Listen' or 'Send' claim(s) are required to perform this operation. Resource: '${hub ?? '$management'}'. Put a token for it to $cbs first.`,
    );
  }
}
