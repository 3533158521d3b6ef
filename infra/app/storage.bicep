// Two accounts: one for the Functions host (checkpoints, keys, durable state, the deployed package), which must not have a hierarchical namespace, and
// the lake with one, for what the job writes. Shared keys are off in both.

@minLength(3)
@maxLength(24)
param hostAccountName string

@minLength(3)
@maxLength(24)
param lakeAccountName string

param location string
param tags object
param privateNetworking bool

@description('Containers of the lake.')
param lakeContainers string[]

@description('Container for the deployed package.')
param deploymentContainer string

@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param sku string

var accounts = [
  {
    name: hostAccountName
    hierarchical: false
  }
  {
    name: lakeAccountName
    hierarchical: true
  }
]

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' = [for item in accounts: {
  name: item.name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: sku
  }
  properties: {
    accessTier: 'Hot'
    isHnsEnabled: item.hierarchical
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    allowSharedKeyAccess: false
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    publicNetworkAccess: privateNetworking ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: privateNetworking ? 'Deny' : 'Allow'
    }
  }
}]

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2024-01-01' = [for (item, i) in accounts: {
  parent: account[i]
  name: 'default'
  properties: {
    containerDeleteRetentionPolicy: {
      enabled: true
      days: 7
    }
  }
}]

resource deployments 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobs[0]
  name: deploymentContainer
  properties: {
    publicAccess: 'None'
  }
}

// Parts of large entity states; see docs/operations.md. Nothing in it may be aged out.
resource states 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = {
  parent: blobs[0]
  name: 'weir-state'
  properties: {
    publicAccess: 'None'
  }
}

resource containers 'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01' = [for name in lakeContainers: {
  parent: blobs[1]
  name: name
  properties: {
    publicAccess: 'None'
  }
}]

output hostId string = account[0].id
output hostName string = account[0].name
output hostBlobUri string = account[0].properties.primaryEndpoints.blob
output hostQueueUri string = account[0].properties.primaryEndpoints.queue
output hostTableUri string = account[0].properties.primaryEndpoints.table
output lakeId string = account[1].id
output lakeName string = account[1].name
output lakeBlobUri string = account[1].properties.primaryEndpoints.blob
output deploymentContainerUri string = '${account[0].properties.primaryEndpoints.blob}${deployments.name}'
