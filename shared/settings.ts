/** The app's settings: the only reader of process.env. */
import type { Connection, IdentityConnection } from './connections/connection';
import { WeirError } from './errors';

/** Services that a connection setting can be for. */
export type ConnectionKind = 'eventHub' | 'cosmos' | 'storage';

interface Form {
  /** What a connection string of this kind must look like. */
  pattern: RegExp;
  example: string;
  /** Settings that name the service for a connection by identity: what follows `NAME__`, and how its value becomes an endpoint. */
  identity: Record<string, (value: string) => string | undefined>;
  identityExample: string;
}

const host = (value: string): string | undefined => (/^[a-z0-9][a-z0-9.-]*\.[a-z]+$/i.test(value) ? value : undefined);
const address = (value: string): string | undefined => (/^https:\/\/[a-z0-9][^\s?#]*$/i.test(value) ? value : undefined);

const FORMS: Record<ConnectionKind, Form> = {
  eventHub: {
    pattern: /^\s*Endpoint=sb:\/\/[^;]+/i,
    example: 'Endpoint=sb://NAME.servicebus.windows.net/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=KEY',
    identity: { fullyQualifiedNamespace: host },
    identityExample: 'fullyQualifiedNamespace=NAME.servicebus.windows.net',
  },
  cosmos: {
    pattern: /^\s*AccountEndpoint=https?:\/\/[^;]+;.*AccountKey=[^;]+/i,
    example: 'AccountEndpoint=https://NAME.documents.azure.com:443/;AccountKey=KEY;',
    identity: { accountEndpoint: address },
    identityExample: 'accountEndpoint=https://NAME.documents.azure.com:443/',
  },
  storage: {
    pattern: /UseDevelopmentStorage=true|AccountName=[^;]+|BlobEndpoint=[^;]+/i,
    example: 'UseDevelopmentStorage=true',
    identity: { blobServiceUri: address, serviceUri: address, accountName: (value) => (/^[a-z0-9]{3,24}$/.test(value) ? `https://${value}.blob.core.windows.net` : undefined) },
    identityExample: 'blobServiceUri=https://NAME.blob.core.windows.net',
  },
};

/** Setting names are looked up as written, then without regard to case, for some platforms change it. */
export class Settings {
  private readonly byLowerName: Map<string, string>;

  constructor(private readonly values: Readonly<Record<string, string | undefined>>) {
    this.byLowerName = new Map(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name.toLowerCase(), value] as const])));
  }

  /** An empty setting counts as missing. */
  text(name: string): string | undefined {
    return (this.values[name] ?? this.byLowerName.get(name.toLowerCase())) || undefined;
  }

  /** The setting's value. Throws WeirError `missing-setting` that shows an example. */
  require(name: string, example: string, where: string): string {
    const value = this.text(name);
    if (value === undefined) throw new WeirError('missing-setting', `the setting ${name} is missing (used by ${where}); example: ${example}`, 'stop');
    return value;
  }

  /** Replaces every `%NAME%`. `where` says what uses it, for example `job.json, inputs.quakes.eventHub`. */
  expand(text: string, where: string): string {
    return text.replace(/%([A-Za-z_][\w.:-]*)%/g, (_whole, name: string) => {
      const value = this.text(name);
      if (value === undefined) throw new WeirError('missing-setting', `${where} refers to %${name}%, but there is no setting ${name}: add it to local.settings.json (Values) or to the app's settings`, 'stop');
      return value;
    });
  }

  /**
   * The connection `name`: the connection string that the setting holds, or the service that `NAME__fullyQualifiedNamespace` (Event Hubs),
   * `NAME__accountEndpoint` (Cosmos DB), `NAME__blobServiceUri` or `NAME__accountName` (storage) names, with `NAME__credential` and `NAME__clientId`, as the
   * Functions host reads them. Throws WeirError `missing-setting` or `invalid-setting` that names the setting and shows an example.
   */
  connection(name: string, kind: ConnectionKind, where: string): Connection {
    const form = FORMS[kind];
    const value = this.text(name);
    if (value === undefined) return this.byIdentity(name, kind, where) ?? this.missing(name, kind, where);
    if (form.pattern.test(value)) return value;
    throw new WeirError('invalid-setting', `the setting ${name} (used by ${where}) is not a connection string for ${kind}; example: ${name}=${form.example}`, 'stop');
  }

  private byIdentity(name: string, kind: ConnectionKind, where: string): IdentityConnection | undefined {
    const { identity, identityExample } = FORMS[kind];
    const property = Object.keys(identity).find((suffix) => this.property(name, suffix) !== undefined);
    if (property === undefined) return undefined;
    const endpoint = identity[property]?.(this.property(name, property) as string);
    if (endpoint === undefined) throw new WeirError('invalid-setting', `the setting ${name}__${property} (used by ${where}) does not name a service for ${kind}; example: ${name}__${identityExample}`, 'stop');
    const credential = this.property(name, 'credential')?.toLowerCase() === 'managedidentity' ? 'managedIdentity' : 'any';
    const clientId = this.property(name, 'clientId');
    return { endpoint, credential, ...(clientId === undefined ? {} : { clientId }) };
  }

  /** A part of a connection's name stands after `__`, or after `:`, which means the same. */
  private property(name: string, suffix: string): string | undefined {
    return this.text(`${name}__${suffix}`) ?? this.text(`${name}:${suffix}`);
  }

  private missing(name: string, kind: ConnectionKind, where: string): never {
    const { example, identityExample } = FORMS[kind];
    throw new WeirError('missing-setting', `the setting ${name} is missing (used by ${where}); example: ${name}=${example}, or without a key ${name}__${identityExample}`, 'stop');
  }
}

export function readSettings(): Settings {
  return new Settings(process.env);
}
