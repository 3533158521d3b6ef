/** Types, versions, properties and values of resources, as far as a table written by hand knows them; `npm run check:bicep` asks Microsoft's own data. */
import { INFRA, readBicep } from './bicep/files';
import { tableTypes } from './bicep/resource-table';
import { checkShapes } from './bicep/shapes';
import { parseBicep } from './bicep/syntax';

const account = (text: string): string => `param sku string\nparam days int\nresource a 'Microsoft.Storage/storageAccounts@2024-01-01' = {\n  name: 'a'\n  location: 'x'\n  kind: 'StorageV2'\n  sku: {\n    name: sku\n  }\n${text}}\n`;

const findings = async (text: string): Promise<string[]> => checkShapes(new Map([['m.bicep', await parseBicep(text)]]), tableTypes);

describe('the check of types', () => {
  it.each([
    ['a type', "resource a 'Microsoft.Storage/accounts@2024-01-01' = {\n  name: 'a'\n}\n", ['m.bicep:1: there is no Microsoft.Storage/accounts in version 2024-01-01']],
    ['a version', "resource a 'Microsoft.Storage/storageAccounts@2024-01-02' = {\n  name: 'a'\n}\n", ['m.bicep:1: there is no Microsoft.Storage/storageAccounts in version 2024-01-02']],
    ['a property', account('  properties: {\n    isHnsEnable: true\n  }\n'), ['m.bicep:11: there is no properties.isHnsEnable']],
    ['a value', account("  properties: {\n    minimumTlsVersion: 'TLS1_0'\n  }\n"), ["m.bicep:11: properties.minimumTlsVersion is 'TLS1_0', and must be one of TLS1_2, TLS1_3"]],
    ['a value in a branch', account("  properties: {\n    publicNetworkAccess: days == 1 ? 'Enabled' : 'Off'\n  }\n"), ["m.bicep:11: properties.publicNetworkAccess is 'Off', and must be one of Enabled, Disabled"]],
    ['a kind', account("  properties: {\n    isHnsEnabled: 'yes'\n  }\n"), ['m.bicep:11: properties.isHnsEnabled must be bool, and is string']],
    ['the kind of a parameter', account('  properties: {\n    minimumTlsVersion: days\n  }\n'), ['m.bicep:11: properties.minimumTlsVersion must be string, and is int']],
    ['what is required', account('  properties: {\n    networkAcls: {\n    }\n  }\n'), ['m.bicep:11: properties.networkAcls.defaultAction is missing']],
  ])('misses %s', async (_what, text, expected) => expect(await findings(text)).toEqual(expected));

  it('finds nothing wrong in infra/', async () => expect(checkShapes(await readBicep(INFRA), tableTypes)).toEqual([]));
});
