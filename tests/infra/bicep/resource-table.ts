/**
 * Shapes of the resources in infra/, written by hand: their versions, and of their properties those that are used, so that a slip of the pen is found without
 * anything from outside. `npm run check:bicep` holds both the files and this table against Microsoft's data.
 *
 * `'string'`, `'int'`, `'bool'`, `'any'`, values as `'A|B'`, `[item]`, `{property}`; `!` after a name: required; `'*'`: takes other properties too.
 */
import type { Property, Shape, ShapeSource } from './shapes';

type Short = string | [Short] | { [name: string]: Short };

const TAGGED: Record<string, Short> = { 'location!': 'string', tags: { '*': 'any' } };
const IDENTITY: Short = { 'type!': 'UserAssigned', userAssignedIdentities: { '*': 'any' } };
const ACCESS = 'Enabled|Disabled';
const ID: Short = { id: 'string' };

const TABLE: Record<string, Record<string, Short>> = {
  'Microsoft.Resources/resourceGroups@2024-03-01': TAGGED,
  'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31': TAGGED,
  'Microsoft.OperationalInsights/workspaces@2023-09-01': { ...TAGGED, properties: { sku: { 'name!': 'PerGB2018' }, retentionInDays: 'int', features: { disableLocalAuth: 'bool' } } },
  'Microsoft.Insights/components@2020-02-02': { ...TAGGED, 'kind!': 'string', properties: { 'Application_Type!': 'web|other', WorkspaceResourceId: 'string', IngestionMode: 'LogAnalytics', DisableLocalAuth: 'bool' } },
  'Microsoft.Insights/actionGroups@2023-01-01': { ...TAGGED, properties: { 'groupShortName!': 'string', 'enabled!': 'bool', emailReceivers: [{ 'name!': 'string', 'emailAddress!': 'string', useCommonAlertSchema: 'bool' }] } },
  'Microsoft.Insights/scheduledQueryRules@2022-06-15': {
    ...TAGGED,
    kind: 'LogAlert|LogToMetric',
    'properties!': {
      ...{ displayName: 'string', description: 'string', severity: 'int', enabled: 'bool', scopes: ['string'], evaluationFrequency: 'string', windowSize: 'string', autoMitigate: 'bool', skipQueryValidation: 'bool' },
      criteria: {
        allOf: [
          {
            ...{ query: 'string', metricMeasureColumn: 'string', threshold: 'int' },
            timeAggregation: 'Count|Average|Minimum|Maximum|Total',
            operator: 'Equals|GreaterThan|GreaterThanOrEqual|LessThan|LessThanOrEqual',
            dimensions: [{ 'name!': 'string', 'operator!': 'Include|Exclude', 'values!': ['string'] }],
            failingPeriods: { numberOfEvaluationPeriods: 'int', minFailingPeriodsToAlert: 'int' },
          },
        ],
      },
      actions: { actionGroups: ['string'] },
    },
  },
  'Microsoft.Insights/workbooks@2023-06-01': { ...TAGGED, kind: 'shared', properties: { 'displayName!': 'string', 'category!': 'string', 'serializedData!': 'string', sourceId: 'string' } },
  'Microsoft.Storage/storageAccounts@2024-01-01': {
    ...TAGGED,
    'kind!': 'StorageV2',
    'sku!': { 'name!': 'Standard_LRS|Standard_ZRS|Standard_GRS|Standard_GZRS' },
    properties: {
      ...{ isHnsEnabled: 'bool', supportsHttpsTrafficOnly: 'bool', allowSharedKeyAccess: 'bool', allowBlobPublicAccess: 'bool', allowCrossTenantReplication: 'bool', defaultToOAuthAuthentication: 'bool' },
      accessTier: 'Hot|Cool|Cold',
      minimumTlsVersion: 'TLS1_2|TLS1_3',
      publicNetworkAccess: ACCESS,
      networkAcls: { bypass: 'None|AzureServices', 'defaultAction!': 'Allow|Deny' },
    },
  },
  'Microsoft.Storage/storageAccounts/blobServices@2024-01-01': { properties: { containerDeleteRetentionPolicy: { enabled: 'bool', days: 'int' } } },
  'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01': { properties: { publicAccess: 'None' } },
  'Microsoft.EventHub/namespaces@2024-01-01': {
    ...TAGGED,
    sku: { 'name!': 'Standard|Premium', tier: 'Standard|Premium', capacity: 'int' },
    identity: { type: 'UserAssigned', userAssignedIdentities: { '*': 'any' } },
    properties: { disableLocalAuth: 'bool', minimumTlsVersion: '1.2', isAutoInflateEnabled: 'bool', maximumThroughputUnits: 'int', publicNetworkAccess: ACCESS },
  },
  'Microsoft.EventHub/namespaces/eventhubs@2024-01-01': {
    properties: {
      partitionCount: 'int',
      retentionDescription: { cleanupPolicy: 'Delete|Compact', retentionTimeInHours: 'int' },
      captureDescription: {
        ...{ enabled: 'bool', encoding: 'Avro', intervalInSeconds: 'int', sizeLimitInBytes: 'int', skipEmptyArchives: 'bool' },
        destination: { name: 'string', identity: { type: 'UserAssigned', userAssignedIdentity: 'string' }, properties: { storageAccountResourceId: 'string', blobContainer: 'string', archiveNameFormat: 'string' } },
      },
    },
  },
  'Microsoft.EventHub/namespaces/eventhubs/consumergroups@2024-01-01': {},
  'Microsoft.DocumentDB/databaseAccounts@2024-11-15': {
    ...TAGGED,
    kind: 'GlobalDocumentDB',
    'properties!': {
      'databaseAccountOfferType!': 'Standard',
      'locations!': [{ locationName: 'string', failoverPriority: 'int', isZoneRedundant: 'bool' }],
      capabilities: [{ name: 'string' }],
      consistencyPolicy: { 'defaultConsistencyLevel!': 'Session|Eventual|Strong|BoundedStaleness|ConsistentPrefix' },
      ...{ disableLocalAuth: 'bool', disableKeyBasedMetadataWriteAccess: 'bool', minimalTlsVersion: 'Tls12', publicNetworkAccess: ACCESS },
    },
  },
  'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2024-11-15': { 'properties!': { 'resource!': { 'id!': 'string' } } },
  'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2024-11-15': { 'properties!': { 'resource!': { 'id!': 'string', partitionKey: { kind: 'Hash|MultiHash', paths: ['string'] } } } },
  'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2024-11-15': { properties: { roleDefinitionId: 'string', principalId: 'string', scope: 'string' } },
  'Microsoft.DurableTask/schedulers@2025-11-01': { ...TAGGED, properties: { 'ipAllowlist!': ['string'], 'sku!': { 'name!': 'Consumption|Dedicated' } } },
  'Microsoft.DurableTask/schedulers/taskHubs@2025-11-01': {},
  'Microsoft.Authorization/roleAssignments@2022-04-01': { 'properties!': { 'roleDefinitionId!': 'string', 'principalId!': 'string', principalType: 'User|Group|ServicePrincipal' } },
  'Microsoft.Network/virtualNetworks@2024-05-01': {
    ...TAGGED,
    properties: {
      addressSpace: { addressPrefixes: ['string'] },
      subnets: [{ name: 'string', properties: { addressPrefix: 'string', delegations: [{ name: 'string', properties: { serviceName: 'string' } }], privateEndpointNetworkPolicies: 'Enabled|Disabled' } }],
    },
  },
  'Microsoft.Network/virtualNetworks/subnets@2024-05-01': {},
  'Microsoft.Network/privateEndpoints@2024-05-01': { ...TAGGED, properties: { subnet: ID, privateLinkServiceConnections: [{ name: 'string', properties: { privateLinkServiceId: 'string', groupIds: ['string'] } }] } },
  'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01': { properties: { privateDnsZoneConfigs: [{ name: 'string', properties: { privateDnsZoneId: 'string' } }] } },
  'Microsoft.Network/privateDnsZones@2020-06-01': TAGGED,
  'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01': { ...TAGGED, properties: { registrationEnabled: 'bool', virtualNetwork: ID } },
  'Microsoft.Web/serverfarms@2024-04-01': { ...TAGGED, kind: 'string', sku: { name: 'string', tier: 'string' }, properties: { reserved: 'bool' } },
  'Microsoft.Web/sites@2024-04-01': {
    ...TAGGED,
    kind: 'string',
    identity: IDENTITY,
    properties: {
      ...{ serverFarmId: 'string', httpsOnly: 'bool', publicNetworkAccess: 'string', virtualNetworkSubnetId: 'string' },
      functionAppConfig: {
        deployment: { storage: { type: 'blobContainer', value: 'string', authentication: { type: 'UserAssignedIdentity', userAssignedIdentityResourceId: 'string' } } },
        runtime: { name: 'node', version: 'string' },
        scaleAndConcurrency: { maximumInstanceCount: 'int', instanceMemoryMB: 'int' },
      },
      siteConfig: { minTlsVersion: '1.2|1.3', scmMinTlsVersion: '1.2|1.3', http20Enabled: 'bool', ftpsState: 'Disabled', cors: { allowedOrigins: ['string'] } },
    },
  },
  'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01': { properties: { 'allow!': 'bool' } },
  'Microsoft.Web/sites/config@2024-04-01': { properties: { '*': 'string' } },
};

export const tableTypes: ShapeSource = (type, version) => {
  const found = TABLE[`${type}@${version}`];
  return found && shapeOf(found);
};

/** All types of the table, with their versions. */
export const TABLE_TYPES = Object.keys(TABLE).map((name) => name.split('@') as [type: string, version: string]);

function shapeOf(short: Short): Shape {
  if (Array.isArray(short)) return { kind: 'array', item: () => shapeOf(short[0]) };
  if (typeof short !== 'string') return { kind: 'object', properties: propertiesOf(short), isOpen: '*' in short };
  if (short === 'string') return { kind: 'string' };
  if (short === 'int' || short === 'bool' || short === 'any') return { kind: short };
  return { kind: 'string', values: short.split('|') };
}

function propertiesOf(short: Record<string, Short>): Record<string, Property> {
  const named = Object.entries(short).filter(([name]) => name !== '*');
  return Object.fromEntries(named.map(([name, shape]) => [name.replace(/!$/, ''), { isRequired: name.endsWith('!'), isReadOnly: false, shape: () => shapeOf(shape) }]));
}
