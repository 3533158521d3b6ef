/** The app's settings: the only reader of process.env. */
import { WeirError } from './errors';

/** Services that a connection setting can be for. */
export type ConnectionKind = 'eventHub' | 'cosmos' | 'storage';

interface Form {
  /** What a connection string of this kind must look like. */
  pattern: RegExp;
  example: string;
  /** Suffix of the setting that names the service for connections by identity. */
  identity: string;
}

const FORMS: Record<ConnectionKind, Form> = {
  eventHub: { pattern: /^\s*Endpoint=sb:\/\/[^;]+/i, example: 'Endpoint=sb://NAME.servicebus.windows.net/;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=KEY', identity: 'fullyQualifiedNamespace' },
  cosmos: { pattern: /^\s*AccountEndpoint=https?:\/\/[^;]+;.*AccountKey=[^;]+/i, example: 'AccountEndpoint=https://NAME.documents.azure.com:443/;AccountKey=KEY;', identity: 'accountEndpoint' },
  storage: { pattern: /UseDevelopmentStorage=true|AccountName=[^;]+|BlobEndpoint=[^;]+/i, example: 'UseDevelopmentStorage=true', identity: 'blobServiceUri' },
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

  /** Replaces every `%NAME%`. `where` says what uses it, for example `job.json, inputs.quakes.eventHub`. */
  expand(text: string, where: string): string {
    return text.replace(/%([A-Za-z_][\w.:-]*)%/g, (_whole, name: string) => {
      const value = this.text(name);
      if (value === undefined) throw new WeirError('missing-setting', `${where} refers to %${name}%, but there is no setting ${name}: add it to local.settings.json (Values) or to the app's settings`, 'stop');
      return value;
    });
  }

  /**
   * The connection string that the setting `name` holds. Throws WeirError `missing-setting` or `invalid-setting` that names the setting and
   * shows an example. Connections by identity (`NAME__fullyQualifiedNamespace` and the like) are recognised, but not possible yet.
   */
  connection(name: string, kind: ConnectionKind, where: string): string {
    const form = FORMS[kind];
    const value = this.text(name);
    if (value === undefined) throw this.noConnection(name, kind, where);
    if (form.pattern.test(value)) return value;
    throw new WeirError('invalid-setting', `the setting ${name} (used by ${where}) is not a connection string for ${kind}; example: ${name}=${form.example}`, 'stop');
  }

  /** Checks a connection that the Functions host makes for a binding: it may also be one by identity. Throws as {@link connection} does. */
  requireForBinding(name: string, kind: ConnectionKind, where: string): void {
    if (this.text(name) !== undefined || !this.isByIdentity(name, kind)) this.connection(name, kind, where);
  }

  private isByIdentity(name: string, kind: ConnectionKind): boolean {
    const { identity } = FORMS[kind];
    return this.text(`${name}__${identity}`) !== undefined || this.text(`${name}:${identity}`) !== undefined;
  }

  private noConnection(name: string, kind: ConnectionKind, where: string): WeirError {
    const { identity, example } = FORMS[kind];
    if (this.isByIdentity(name, kind)) {
      return new WeirError('identity-not-supported', `the setting ${name}__${identity} asks for a connection by identity, which is not possible yet (used by ${where}); set ${name}=${example}`, 'stop');
    }
    return new WeirError('missing-setting', `the setting ${name} is missing (used by ${where}); example: ${name}=${example}`, 'stop');
  }
}

export function readSettings(): Settings {
  return new Settings(process.env);
}
