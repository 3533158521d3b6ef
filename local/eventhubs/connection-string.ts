/** The parts of an Event Hubs connection string. */
export interface ConnectionSettings {
  host: string;
  port: number;
  keyName: string;
  key: string;
  /** A development emulator speaks plain TCP; the service, TLS. */
  emulator: boolean;
  entityPath: string | null;
}

const PLAIN_PORT = 5672;
const TLS_PORT = 5671;

/** The well-known name that every namespace's first key has. */
export const ROOT_KEY_NAME = 'RootManageSharedAccessKey';
/** The key that Microsoft's own emulator uses in its documentation. */
export const DEVELOPMENT_KEY = 'SAS_KEY_VALUE';

/** Reads `Endpoint=sb://host[:port]/;SharedAccessKeyName=…;SharedAccessKey=…[;EntityPath=…][;UseDevelopmentEmulator=true]`. */
export function parseConnectionString(text: string): ConnectionSettings {
  const parts = new Map<string, string>();
  for (const part of text.split(';')) {
    const equals = part.indexOf('=');
    if (equals > 0) parts.set(part.slice(0, equals).trim().toLowerCase(), part.slice(equals + 1).trim());
  }
  const required = (name: string): string => {
    const value = parts.get(name.toLowerCase());
    if (!value) throw new Error(`The Event Hubs connection string has no ${name}; it must look like Endpoint=sb://NAMESPACE.servicebus.windows.net/;SharedAccessKeyName=NAME;SharedAccessKey=KEY.`);
    return value;
  };
  const endpoint = /^sb:\/\/([^:/]+)(?::(\d+))?\/?$/i.exec(required('Endpoint'));
  if (!endpoint) throw new Error(`The Endpoint of the Event Hubs connection string must look like sb://HOST/ but is ${parts.get('endpoint')}.`);
  const emulator = parts.get('usedevelopmentemulator')?.toLowerCase() === 'true';
  return {
    host: endpoint[1] as string,
    port: Number(endpoint[2] ?? (emulator ? PLAIN_PORT : TLS_PORT)),
    keyName: required('SharedAccessKeyName'),
    key: required('SharedAccessKey'),
    emulator,
    entityPath: parts.get('entitypath') ?? null,
  };
}

/** The connection string of an emulator on this machine; the default port is left out, as Microsoft's documentation does. */
export function emulatorConnectionString(port: number, key: string): string {
  const address = port === PLAIN_PORT ? 'localhost' : `localhost:${port}`;
  return `Endpoint=sb://${address};SharedAccessKeyName=${ROOT_KEY_NAME};SharedAccessKey=${key};UseDevelopmentEmulator=true;`;
}
