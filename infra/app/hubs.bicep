// The hubs that the job reads, with the app's consumer groups, and those that it writes.

import { inputHub, outputHub } from 'types.bicep'

param namespaceName string
param inputHubs inputHub[]
param outputHubs outputHub[]

@description('Keep everything that comes in as Avro files in the lake.')
param capture bool

@description('The identity that Capture writes the lake with.')
param identityId string
param lakeId string
param captureContainer string

resource namespace 'Microsoft.EventHub/namespaces@2024-01-01' existing = {
  name: namespaceName
}

resource inputs 'Microsoft.EventHub/namespaces/eventhubs@2024-01-01' = [for hub in inputHubs: {
  parent: namespace
  name: hub.name
  properties: {
    partitionCount: hub.partitionCount
    retentionDescription: {
      cleanupPolicy: 'Delete'
      retentionTimeInHours: hub.retentionHours
    }
    captureDescription: capture ? {
      enabled: true
      encoding: 'Avro'
      intervalInSeconds: 300
      sizeLimitInBytes: 314572800
      skipEmptyArchives: true
      destination: {
        name: 'EventHubArchive.AzureBlockBlob'
        identity: {
          type: 'UserAssigned'
          userAssignedIdentity: identityId
        }
        properties: {
          storageAccountResourceId: lakeId
          blobContainer: captureContainer
          archiveNameFormat: '{Namespace}/{EventHub}/{PartitionId}/{Year}/{Month}/{Day}/{Hour}/{Minute}/{Second}'
        }
      }
    } : null
  }
}]

resource groups 'Microsoft.EventHub/namespaces/eventhubs/consumergroups@2024-01-01' = [for (hub, i) in inputHubs: {
  parent: inputs[i]
  name: hub.consumerGroup
}]

resource outputs 'Microsoft.EventHub/namespaces/eventhubs@2024-01-01' = [for hub in outputHubs: {
  parent: namespace
  name: hub.name
  properties: {
    partitionCount: hub.partitionCount
    retentionDescription: {
      cleanupPolicy: 'Delete'
      retentionTimeInHours: hub.retentionHours
    }
  }
}]
