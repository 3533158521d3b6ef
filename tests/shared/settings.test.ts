import { Settings } from '../../shared/settings';

const EVENT_HUB = 'Endpoint=sb://localhost;SharedAccessKeyName=a;SharedAccessKey=b;UseDevelopmentEmulator=true;';

describe('settings', () => {
  const settings = new Settings({ Hub: 'quakes', EMPTY: '', EVENTHUB: EVENT_HUB, COSMOS: 'AccountEndpoint=http://localhost:8081/;AccountKey=k==;', STORAGE: 'UseDevelopmentStorage=true', WRONG: 'http://x', ID__fullyQualifiedNamespace: 'ns.servicebus.windows.net' });

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
    ['ID', 'eventHub', /ID__fullyQualifiedNamespace asks for a connection by identity/],
  ] as const)('refuse %s for %s with a name and an example', (name, kind, message) => expect(() => settings.connection(name, kind, 'outputs.a')).toThrow(message));

  it('do not show what a wrong one holds: it may be a secret', () => expect(() => new Settings({ A: 'secret-key' }).connection('A', 'cosmos', 'x')).toThrow(expect.not.objectContaining({ message: expect.stringContaining('secret-key') as string }) as Error));

  it('leave connections by identity to the host where a binding makes them', () => {
    expect(() => settings.requireForBinding('ID', 'eventHub', 'x')).not.toThrow();
    expect(() => settings.requireForBinding('MISSING', 'eventHub', 'x')).toThrow(/is missing/);
  });
});
