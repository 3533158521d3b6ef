// The function app, on Flex Consumption. Every setting that the app or the host reads is set here, and none holds a secret.

import { publishLimit } from 'types.bicep'

param planName string
param appName string
param location string
param tags object

param identityId string
param identityClientId string

@description('Job folder within the deployed package.')
param jobFolder string

@description('When the clock moves time on where no events come (NCRONTAB with seconds).')
param clockSchedule string

@description('How many seconds pass between two rounds of the clock while windows are open; off: only the schedule.')
param alarmSeconds string

@description('When inputs of blobs look for new ones (NCRONTAB with seconds).')
param blobSchedule string

@description('The share of traces that are kept.')
param traceRatio string

@description('What POST /api/events takes: bytes and events of a request, and events a second for each input and instance.')
param publishLimits publishLimit

param hostBlobUri string
param hostQueueUri string
param hostTableUri string
param lakeBlobUri string
param deploymentContainerUri string
param eventHubNamespace string
param cosmosEndpoint string
param componentConnectionString string

@description('Empty when durable state is in Azure Storage.')
param schedulerEndpoint string
param taskHubName string

@description('Subnet that the app sends from; empty for none.')
param subnetId string

@minValue(1)
@maxValue(1000)
param maximumInstanceCount int

@allowed([512, 2048, 4096])
param instanceMemoryMB int

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
  }
}

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: appName
  location: location
  // azd finds the app by this tag (azure.yaml, services).
  tags: union(tags, { 'azd-service-name': 'app' })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUri
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'node'
        version: '22'
      }
      scaleAndConcurrency: {
        maximumInstanceCount: maximumInstanceCount
        instanceMemoryMB: instanceMemoryMB
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      ftpsState: 'Disabled'
      cors: {
        allowedOrigins: []
      }
    }
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }
}

var storageSettings = {
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  AzureWebJobsStorage__blobServiceUri: hostBlobUri
  AzureWebJobsStorage__queueServiceUri: hostQueueUri
  AzureWebJobsStorage__tableServiceUri: hostTableUri
  LAKE__credential: 'managedidentity'
  LAKE__clientId: identityClientId
  LAKE__blobServiceUri: lakeBlobUri
}

var dataSettings = {
  EVENTHUB__credential: 'managedidentity'
  EVENTHUB__clientId: identityClientId
  EVENTHUB__fullyQualifiedNamespace: eventHubNamespace
  COSMOS__credential: 'managedidentity'
  COSMOS__clientId: identityClientId
  COSMOS__accountEndpoint: cosmosEndpoint
}

var appSettings = {
  WEIR_JOB: jobFolder
  WEIR_CLOCK: clockSchedule
  WEIR_ALARM: alarmSeconds
  WEIR_BLOB_POLL: blobSchedule
  WEIR_TRACE_RATIO: traceRatio
  WEIR_STATE_INLINE: ''
  WEIR_PUBLISH_MAX_BYTES: string(publishLimits.maxBytes)
  WEIR_PUBLISH_MAX_EVENTS: string(publishLimits.maxEvents)
  WEIR_PUBLISH_EVENTS_PER_SECOND: string(publishLimits.eventsPerSecond)
}

// With local authentication off, the key in the connection string opens nothing: it only says which resource is meant.
var telemetrySettings = {
  APPLICATIONINSIGHTS_CONNECTION_STRING: componentConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  OTEL_SERVICE_NAME: appName
}

// Overrides what host.json says of the durable backend. The scheduler's connection string has no key.
var schedulerSettings = empty(schedulerEndpoint) ? {} : {
  DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${identityClientId}'
  AzureFunctionsJobHost__extensions__durableTask__hubName: taskHubName
  AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: 'azureManaged'
  AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName: 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING'
}

resource settings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'appsettings'
  properties: union(storageSettings, dataSettings, appSettings, telemetrySettings, schedulerSettings)
}

output name string = app.name
output uri string = 'https://${app.properties.defaultHostName}'
