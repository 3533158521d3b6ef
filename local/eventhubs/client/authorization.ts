import type { ConnectionSettings } from '../connection-string';
import { createSas } from '../sas';
import type { ClientConnection } from './connection';
import { RequestClient } from './request';

const TOKEN_LIFETIME_SECONDS = 3600;
const RENEWAL_INTERVAL = 45 * 60_000;

/** Shows the server a token for one address of a connection, and a new one before the last one expires. */
export class Authorization {
  private timer: NodeJS.Timeout | null = null;

  private constructor(
    private readonly client: RequestClient,
    private readonly settings: ConnectionSettings,
    private readonly address: string,
  ) {}

  /** Rejects with `amqp:unauthorized-access` when the server does not accept the key. */
  static async grant(connection: ClientConnection, settings: ConnectionSettings, address: string): Promise<Authorization> {
    const authorization = new Authorization(await RequestClient.open(connection, '$cbs'), settings, address);
    await authorization.putToken();
    // A failed renewal shows as the server's detach of the link; there is nothing to do about it here.
    authorization.timer = setInterval(() => void authorization.putToken().catch(() => undefined), RENEWAL_INTERVAL).unref();
    return authorization;
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
  }

  private async putToken(): Promise<void> {
    const { host, keyName, key } = this.settings;
    const audience = `sb://${host}/${this.address}`;
    const expiry = Math.floor(Date.now() / 1000) + TOKEN_LIFETIME_SECONDS;
    await this.client.send({
      properties: { operation: 'put-token', type: 'servicebus.windows.net:sastoken', name: audience },
      body: createSas(audience, { name: keyName, value: key }, expiry),
    });
  }
}
