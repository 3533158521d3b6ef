import { Settings } from '../../shared/settings';

const EVENT_HUB = 'Endpoint=sb://localhost;SharedAccessKeyName=a;SharedAccessKey=b;UseDevelopmentEmulator=true;';

/** As infra/ sets them; a part of a name may stand after `:` as well. */
const BY_IDENTITY = {
  ID__fullyQualifiedNamespace: 'ns.servicebus.windows.net',
  ID__credential: 'managedidentity',
  ID__clientId: '0000',
  'DOCS:accountEndpoint': 'https://docs.documents.azure.com:443/',
  BLOBS__blobServiceUri: 'https://lake.blob.core.windows.net/',
  BLOBS__queueServiceUri: 'https://lake.queue.core.windows.net/',
  HOST__accountName: 'hoststore',
  HOST__credential: 'managedidentity',
  NOHOST__fullyQualifiedNamespace: 'sb://ns.servicebus.windows.net/',
};

describe('settings', () => {
  const settings = new Settings({ Hub: 'quakes', EMPTY: '', EVENTHUB: EVENT_HUB, COSMOS: 'AccountEndpoint=http://localhost:8081/;AccountKey=k==;', STORAGE: 'UseDevelopmentStorage=true', WRONG: 'http://x', ...BY_IDENTITY });

  it('are found in any case; an empty one is missing', () => expect([settings.text('HUB'), settings.text('EMPTY'), settings.text('none')]).toEqual(['quakes', undefined, undefined]));

  it('are put in place of %NAME%', () => {
    expect(settings.expand('a-%Hub%-%hub%', 'x')).toBe('a-quakes-quakes');
    expect(settings.expand('100% of 5%', 'x')).toBe('100% of 5%');
    expect(() => settings.expand('%NOPE%', 'job.json, inputs.a.eventHub')).toThrow(/job\.json, inputs\.a\.eventHub refers to %NOPE%/);
  });

  it.each([['EVENTHUB', 'eventHub'], ['COSMOS', 'cosmos'], ['STORAGE', 'storage']] as const)('give the connection %s', (name, kind) => expect(settings.connection(name, kind, 'x')).toBe(settings.text(name)));

  it.each([
    ['MISSING', 'eventHub', /setting MISSING is missing \(used by outputs\.a\); example: MISSING=Endpoint=sb:/],
    ['WRONG', 'eventHub', /setting WRONG .* is not a connection string for eventHub; example: WRONG=Endpoint=/],
    ['WRONG', 'cosmos', /example: WRONG=AccountEndpoint=https/],
    ['EVENTHUB', 'storage', /not a connection string for storage/],
    ['NOHOST', 'eventHub', /NOHOST__fullyQualifiedNamespace .*does not name a service for eventHub; example: NOHOST__fullyQualifiedNamespace=NAME/],
    ['ID', 'cosmos', /setting ID is missing .* or without a key ID__accountEndpoint=https/],
  ] as const)('refuse %s for %s with a name and an example', (name, kind, message) => expect(() => settings.connection(name, kind, 'outputs.a')).toThrow(message));

  it('do not show what a wrong one holds: it may be a secret', () => expect(() => new Settings({ A: 'secret-key' }).connection('A', 'cosmos', 'x')).toThrow(expect.not.objectContaining({ message: expect.stringContaining('secret-key') as string }) as Error));

  it.each([
    ['ID', 'eventHub', { endpoint: 'ns.servicebus.windows.net', credential: 'managedIdentity', clientId: '0000' }],
    ['DOCS', 'cosmos', { endpoint: 'https://docs.documents.azure.com:443/', credential: 'any' }],
    ['BLOBS', 'storage', { endpoint: 'https://lake.blob.core.windows.net/', credential: 'any' }],
    ['HOST', 'storage', { endpoint: 'https://hoststore.blob.core.windows.net', credential: 'managedIdentity' }],
  ] as const)('name the service and the identity of %s', (name, kind, expected) => expect(settings.connection(name, kind, 'x')).toEqual(expected));

  it('prefer a connection string, as the host does', () => expect(new Settings({ A: EVENT_HUB, A__fullyQualifiedNamespace: 'ns.servicebus.windows.net' }).connection('A', 'eventHub', 'x')).toBe(EVENT_HUB));
});
