/** Where a setting is used, for error messages. */
export interface SettingUse {
  functionName: string;
  bindingName: string;
  bindingType: string;
  property: string;
}

/** App settings with the lookup rules of the .NET host: names ignore case, `__` and `:` are the same. */
export class AppSettings {
  private readonly values = new Map<string, string>();

  constructor(settings: Readonly<Record<string, string>>) {
    for (const [name, value] of Object.entries(settings)) this.values.set(normalise(name), value);
  }

  get(name: string): string | undefined {
    return this.values.get(normalise(name));
  }

  isTrue(name: string): boolean {
    return ['true', '1'].includes((this.get(name) ?? '').toLowerCase());
  }

  /** Replaces every `%NAME%` in `text`; throws an Error that tells what to set where. */
  expand(text: string, use: SettingUse): string {
    return text.replace(/%([^%\s]+)%/g, (_whole, name: string) => {
      const value = this.get(name);
      if (value === undefined) throw missing(name, use, `"${name}": "${EXAMPLES[use.property] ?? 'some-value'}"`);
      return value;
    });
  }

  /**
   * The connection string behind a binding's `connection`; tried as NAME, then AzureWebJobsNAME.
   * Throws when absent, or when only an identity-based connection (NAME__fullyQualifiedNamespace …) is configured,
   * because emulators have no Entra ID.
   */
  connection(name: string | undefined, kind: ConnectionKind, use: SettingUse): string {
    const setting = name === undefined || name === '' ? DEFAULT_CONNECTION[kind] : name;
    const value = this.get(setting) ?? this.get(`AzureWebJobs${setting}`) ?? this.get(`ConnectionStrings:${setting}`);
    if (value !== undefined && value !== '') return value;
    const example = `"${setting}": "${CONNECTION_EXAMPLES[kind]}"`;
    const identity = IDENTITY_SUFFIXES.map((suffix) => `${setting}__${suffix}`).find((key) => this.get(key) !== undefined);
    if (identity === undefined) throw missing(setting, use, example);
    throw new Error(
      `${describe(use)}: "${identity}" asks for an identity-based connection, which the local host cannot make. ` +
        `For local runs set a connection string in local.settings.json "Values", for example ${example}.`,
    );
  }
}

export type ConnectionKind = 'storage' | 'eventHubs' | 'cosmos';

const IDENTITY_SUFFIXES = ['fullyQualifiedNamespace', 'accountEndpoint', 'blobServiceUri', 'queueServiceUri', 'serviceUri', 'accountName'];

const DEFAULT_CONNECTION: Record<ConnectionKind, string> = { storage: 'AzureWebJobsStorage', eventHubs: 'EventHub', cosmos: 'CosmosDB' };

const CONNECTION_EXAMPLES: Record<ConnectionKind, string> = {
  storage: 'UseDevelopmentStorage=true',
  eventHubs:
    'Endpoint=sb://localhost;SharedAccessKeyName=RootManageSharedAccessKey;SharedAccessKey=SAS_KEY_VALUE;UseDevelopmentEmulator=true;',
  cosmos: 'AccountEndpoint=http://localhost:8081/;AccountKey=<key>;',
};

const EXAMPLES: Record<string, string> = {
  eventHubName: 'input',
  consumerGroup: '$Default',
  schedule: '0 */5 * * * *',
  databaseName: 'weir',
  containerName: 'results',
  queueName: 'results',
  path: 'results',
};

function normalise(name: string): string {
  return name.toLowerCase().replace(/__/g, ':');
}

function describe(use: SettingUse): string {
  return `Function "${use.functionName}", binding "${use.bindingName}" (${use.bindingType}), property "${use.property}"`;
}

function missing(name: string, use: SettingUse, example: string): Error {
  return new Error(`${describe(use)}: the setting "${name}" is not set. Add it to local.settings.json "Values", for example ${example}.`);
}
