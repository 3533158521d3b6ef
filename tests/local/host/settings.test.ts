import { AppSettings } from '../../../local/host/settings';

const use = (property: string) => ({ functionName: 'ingest', bindingName: 'events', bindingType: 'eventHubTrigger', property });

describe('AppSettings', () => {
  it('looks names up as .NET does', () => {
    const settings = new AppSettings({ Parent__Child: 'x', Other: 'true' });
    expect(settings.get('parent:child')).toBe('x');
    expect(settings.get('PARENT__CHILD')).toBe('x');
    expect(settings.isTrue('other')).toBe(true);
    expect(settings.get('absent')).toBeUndefined();
  });

  it('expands every %NAME%', () => {
    expect(new AppSettings({ A: 'one', B: 'two' }).expand('%A%/x-%b%', use('path'))).toBe('one/x-two');
  });

  it('says what is missing, where, and how it may look', () => {
    expect(() => new AppSettings({}).expand('%INPUT_HUB%', use('eventHubName'))).toThrow(
      'Function "ingest", binding "events" (eventHubTrigger), property "eventHubName": the setting "INPUT_HUB" is not set. ' +
        'Add it to local.settings.json "Values", for example "INPUT_HUB": "input".',
    );
  });

  it.each([
    ['Hub', { Hub: 'Endpoint=a' }, 'Endpoint=a'],
    ['Hub', { AzureWebJobsHub: 'Endpoint=b' }, 'Endpoint=b'],
    ['Hub', { ConnectionStrings__Hub: 'Endpoint=c' }, 'Endpoint=c'],
    [undefined, { EventHub: 'Endpoint=d' }, 'Endpoint=d'],
  ])('finds connection %s in %j', (name, settings, expected) => {
    expect(new AppSettings(settings).connection(name, 'eventHubs', use('connection'))).toBe(expected);
  });

  it('explains a missing connection with an example', () => {
    expect(() => new AppSettings({}).connection('Hub', 'eventHubs', use('connection'))).toThrow(/"Hub" is not set.*"Hub": "Endpoint=sb:\/\/localhost/s);
  });

  it('names the identity-based setting that it cannot use', () => {
    const settings = new AppSettings({ Hub__fullyQualifiedNamespace: 'x.servicebus.windows.net' });
    expect(() => settings.connection('Hub', 'eventHubs', use('connection'))).toThrow(/"Hub__fullyQualifiedNamespace" asks for an identity-based connection/);
  });
});
