// Everything that a job needs in Azure. This file only composes: each part is one file in app/. docs/deploy.md walks through it.

import { inputHub, outputHub, cosmosContainer, publishLimit } from 'app/types.bicep'

targetScope = 'subscription'

@description('Name of the resource group, after rg-, and of alerts; with the region it decides the names of all other resources.')
@minLength(1)
@maxLength(20)
param environmentName string

@description('Region of all resources; Flex Consumption must be offered there.')
@minLength(1)
param location string

@description('Who deploys: may publish events and read results with their own sign-in. Empty for nobody.')
param userPrincipalId string = ''

@description('What userPrincipalId is.')
@allowed(['User', 'Group', 'ServicePrincipal'])
param userPrincipalType string = 'User'

@description('Job folder within the deployed package. The hubs, containers and database below must be those of its job.json.')
param jobFolder string = 'jobs/earthquakes'

@description('Event Hubs that the job reads.')
param inputHubs inputHub[] = [
  {
    name: 'quakes'
    consumerGroup: 'weir'
    partitionCount: 4
    retentionHours: 24
  }
]

@description('Event Hubs that the job writes.')
param outputHubs outputHub[] = [
  {
    name: 'strong'
    partitionCount: 2
    retentionHours: 24
  }
]

@description('Cosmos DB database that the job writes.')
param cosmosDatabase string = 'weir'

@description('Cosmos DB containers that the job writes.')
param cosmosContainers cosmosContainer[] = [
  {
    name: 'regions'
    partitionKey: '/region'
  }
]

@description('Blob containers that the job writes, its dead letters among them.')
param blobContainers string[] = [
  'weir'
  'dead-letter'
]

@description('No public access to any data service: private endpoints, and the app in a virtual network. The app itself keeps its public address.')
param privateNetworking bool = false

@description('Where durable state is: in the host\'s storage account, or in a Durable Task Scheduler (docs/operations.md tells when).')
@allowed(['AzureStorage', 'DurableTaskScheduler'])
param durableBackend string = 'AzureStorage'

@description('Address ranges that may call the Durable Task Scheduler.')
param schedulerIpAllowlist string[] = ['0.0.0.0/0']

@description('Keep everything that comes in as Avro files in the lake.')
param capture bool = false

@description('Premium: partitions can be added later, and none shares machines with others.')
@allowed(['Standard', 'Premium'])
param eventHubSku string = 'Standard'

@description('Throughput units that the namespace grows to by itself (Standard); 1 TU takes 1 MB or 1,000 events a second.')
@minValue(1)
@maxValue(40)
param maxThroughputUnits int = 4

@description('How many copies of blobs, queues and tables there are, and where.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
param storageSku string = 'Standard_LRS'

@description('More instances than partitions are never busy at the same time.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Memory of an instance; 2048 and more come with a core. Live states of the entities that were served last are kept in it.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('While windows are open, time is moved on so often where no events come; off: only by clockSchedule.')
param alarmSeconds string = '5'

@description('When the clock looks whether time has to be moved on, should the alarm not run: NCRONTAB with seconds. It is what calls an idle app.')
param clockSchedule string = '0 */5 * * * *'

@description('When inputs of blobs look for new ones: NCRONTAB with seconds.')
param blobSchedule string = '*/5 * * * * *'

@description('The share of traces that are kept, from 0 to 1.')
param traceRatio string = '0.05'

@description('What POST /api/events takes (docs/sources.md).')
param publishLimits publishLimit = {
  maxBytes: 4194304
  maxEvents: 10000
  eventsPerSecond: 5000
}

@description('How long telemetry is kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Where alerts go; empty for nowhere but the portal.')
param alertEmail string = ''

@description('A partition may be this far behind the clock before somebody is told.')
@minValue(1)
param maxDelaySeconds int = 300

@description('This many events may be set aside in five minutes before somebody is told.')
@minValue(0)
param maxDeadLetters int = 0

@description('Go on every resource.')
param tags object = {}

var allTags = union(tags, {
  'azd-env-name': environmentName
  application: 'weir'
})
var token = toLower(uniqueString(subscription().id, environmentName, location))
var usesScheduler = durableBackend == 'DurableTaskScheduler'
var appName = 'func-${token}'
var taskHubName = 'weir'
var captureContainer = 'capture'

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-${environmentName}'
  location: location
  tags: allTags
}

module identity 'app/identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    name: 'id-${token}'
    location: location
    tags: allTags
  }
}

module monitoring 'app/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    workspaceName: 'log-${token}'
    componentName: 'appi-${token}'
    location: location
    tags: allTags
    retentionDays: logRetentionDays
  }
}

module storage 'app/storage.bicep' = {
  name: 'storage'
  scope: group
  params: {
    hostAccountName: 'sthost${token}'
    lakeAccountName: 'stlake${token}'
    location: location
    tags: allTags
    privateNetworking: privateNetworking
    lakeContainers: union(blobContainers, capture ? [captureContainer] : [])
    deploymentContainer: 'deployments'
    sku: storageSku
  }
}

module eventHub 'app/eventHub.bicep' = {
  name: 'eventHub'
  scope: group
  params: {
    name: 'evhns-${token}'
    location: location
    tags: allTags
    privateNetworking: privateNetworking
    identityId: identity.outputs.id
    sku: eventHubSku
    maxThroughputUnits: maxThroughputUnits
  }
}

module cosmos 'app/cosmos.bicep' = {
  name: 'cosmos'
  scope: group
  params: {
    accountName: 'cosmos-${token}'
    location: location
    tags: allTags
    privateNetworking: privateNetworking
    databaseName: cosmosDatabase
    containers: cosmosContainers
  }
}

module durable 'app/durable.bicep' = if (usesScheduler) {
  name: 'durable'
  scope: group
  params: {
    schedulerName: 'dts-${token}'
    taskHubName: taskHubName
    location: location
    tags: allTags
    ipAllowlist: schedulerIpAllowlist
  }
}

module roles 'app/roles.bicep' = {
  name: 'roles'
  scope: group
  params: {
    appPrincipalId: identity.outputs.principalId
    userPrincipalId: userPrincipalId
    userPrincipalType: userPrincipalType
    hostAccountName: storage.outputs.hostName
    lakeAccountName: storage.outputs.lakeName
    namespaceName: eventHub.outputs.name
    cosmosAccountName: cosmos.outputs.name
    componentName: monitoring.outputs.componentName
    schedulerName: usesScheduler ? durable!.outputs.schedulerName : ''
  }
}

module hubs 'app/hubs.bicep' = {
  name: 'hubs'
  scope: group
  params: {
    namespaceName: eventHub.outputs.name
    inputHubs: inputHubs
    outputHubs: outputHubs
    capture: capture
    identityId: identity.outputs.id
    lakeId: storage.outputs.lakeId
    captureContainer: captureContainer
  }
  // Capture is refused while its identity may not write.
  dependsOn: [roles]
}

var storageZone = environment().suffixes.storage

module network 'app/network.bicep' = if (privateNetworking) {
  name: 'network'
  scope: group
  params: {
    name: 'vnet-${token}'
    location: location
    tags: allTags
    endpoints: [
      {
        name: 'host-blob'
        resourceId: storage.outputs.hostId
        groupId: 'blob'
        zone: 'privatelink.blob.${storageZone}'
      }
      {
        name: 'host-queue'
        resourceId: storage.outputs.hostId
        groupId: 'queue'
        zone: 'privatelink.queue.${storageZone}'
      }
      {
        name: 'host-table'
        resourceId: storage.outputs.hostId
        groupId: 'table'
        zone: 'privatelink.table.${storageZone}'
      }
      {
        name: 'lake-blob'
        resourceId: storage.outputs.lakeId
        groupId: 'blob'
        zone: 'privatelink.blob.${storageZone}'
      }
      {
        name: 'event-hubs'
        resourceId: eventHub.outputs.id
        groupId: 'namespace'
        zone: 'privatelink.servicebus.windows.net'
      }
      {
        name: 'cosmos'
        resourceId: cosmos.outputs.id
        groupId: 'Sql'
        zone: 'privatelink.documents.azure.com'
      }
    ]
  }
}

module functions 'app/functions.bicep' = {
  name: 'functions'
  scope: group
  params: {
    planName: 'plan-${token}'
    appName: appName
    location: location
    tags: allTags
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    jobFolder: jobFolder
    clockSchedule: clockSchedule
    alarmSeconds: alarmSeconds
    blobSchedule: blobSchedule
    traceRatio: traceRatio
    publishLimits: publishLimits
    hostBlobUri: storage.outputs.hostBlobUri
    hostQueueUri: storage.outputs.hostQueueUri
    hostTableUri: storage.outputs.hostTableUri
    lakeBlobUri: storage.outputs.lakeBlobUri
    deploymentContainerUri: storage.outputs.deploymentContainerUri
    eventHubNamespace: eventHub.outputs.fullyQualifiedNamespace
    cosmosEndpoint: cosmos.outputs.endpoint
    componentConnectionString: monitoring.outputs.connectionString
    schedulerEndpoint: usesScheduler ? durable!.outputs.endpoint : ''
    taskHubName: taskHubName
    subnetId: privateNetworking ? network!.outputs.appSubnetId : ''
    maximumInstanceCount: maximumInstanceCount
    instanceMemoryMB: instanceMemoryMB
  }
  // The app reads its package and its hubs as soon as it is there.
  dependsOn: [roles, hubs]
}

module alerts 'app/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    location: location
    tags: allTags
    componentId: monitoring.outputs.componentId
    prefix: 'weir-${environmentName}'
    email: alertEmail
    maxDelaySeconds: maxDelaySeconds
    maxDeadLetters: maxDeadLetters
  }
}

output AZURE_RESOURCE_GROUP string = group.name
output FUNCTION_APP_NAME string = functions.outputs.name
output FUNCTION_APP_URI string = functions.outputs.uri
output EVENTHUB__fullyQualifiedNamespace string = eventHub.outputs.fullyQualifiedNamespace
output COSMOS__accountEndpoint string = cosmos.outputs.endpoint
output LAKE__blobServiceUri string = storage.outputs.lakeBlobUri
