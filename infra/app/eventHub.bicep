// The Event Hubs namespace. Its hubs are in hubs.bicep, since Capture wants roles first.

param name string
param location string
param tags object
param privateNetworking bool

@description('The identity that Capture writes the lake with.')
param identityId string

@allowed(['Standard', 'Premium'])
param sku string

@minValue(1)
@maxValue(40)
param maxThroughputUnits int

resource namespace 'Microsoft.EventHub/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: sku
    tier: sku
    capacity: 1
  }
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    isAutoInflateEnabled: sku == 'Standard' && maxThroughputUnits > 1
    maximumThroughputUnits: sku == 'Standard' && maxThroughputUnits > 1 ? maxThroughputUnits : 0
    publicNetworkAccess: privateNetworking ? 'Disabled' : 'Enabled'
  }
}

output id string = namespace.id
output name string = namespace.name
output fullyQualifiedNamespace string = split(replace(namespace.properties.serviceBusEndpoint, 'https://', ''), ':')[0]
