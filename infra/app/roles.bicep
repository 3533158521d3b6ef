// All rights: who may do what, and where. Nobody has a key.

param appPrincipalId string

@description('Who deploys, to publish events and read results; empty for nobody.')
param userPrincipalId string

@allowed(['User', 'Group', 'ServicePrincipal'])
param userPrincipalType string

param hostAccountName string
param lakeAccountName string
param namespaceName string
param cosmosAccountName string
param componentName string

@description('Empty when durable state is in Azure Storage.')
param schedulerName string

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
var roles = {
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  storageBlobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  storageQueueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  eventHubsDataReceiver: 'a638d3c7-ab3a-418d-83e6-5f17a39d4fde'
  eventHubsDataSender: '2b629674-e913-4c01-ae53-ef4638d8f975'
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
  durableTaskDataContributor: '0ad04412-c4d5-4796-b79c-f76d14c8d402'
}

// The host keeps keys, leases and checkpoints in blobs, and durable state in blobs, queues and tables.
var hostRoles = [roles.storageBlobDataOwner, roles.storageQueueDataContributor, roles.storageTableDataContributor]

var people = empty(userPrincipalId) ? [] : [
  {
    id: userPrincipalId
    type: userPrincipalType
  }
]
var app = [
  {
    id: appPrincipalId
    type: 'ServicePrincipal'
  }
]
var dataUsers = concat(app, people)

resource hostAccount 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: hostAccountName
}

resource hostAssignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in hostRoles: {
  name: guid(hostAccount.id, appPrincipalId, role)
  scope: hostAccount
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}]

resource lakeAccount 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: lakeAccountName
}

resource lakeAssignments 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for user in dataUsers: {
  name: guid(lakeAccount.id, user.id, roles.storageBlobDataContributor)
  scope: lakeAccount
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.storageBlobDataContributor)
    principalId: user.id
    principalType: user.type
  }
}]

resource namespace 'Microsoft.EventHub/namespaces@2024-01-01' existing = {
  name: namespaceName
}

resource receivers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for user in dataUsers: {
  name: guid(namespace.id, user.id, roles.eventHubsDataReceiver)
  scope: namespace
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.eventHubsDataReceiver)
    principalId: user.id
    principalType: user.type
  }
}]

resource senders 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for user in dataUsers: {
  name: guid(namespace.id, user.id, roles.eventHubsDataSender)
  scope: namespace
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.eventHubsDataSender)
    principalId: user.id
    principalType: user.type
  }
}]

resource cosmosAccount 'Microsoft.DocumentDB/databaseAccounts@2024-11-15' existing = {
  name: cosmosAccountName
}

// Cosmos DB has roles of its own; this is its built-in data contributor.
resource documents 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2024-11-15' = [for user in dataUsers: {
  parent: cosmosAccount
  name: guid(cosmosAccount.id, user.id, 'data-contributor')
  properties: {
    roleDefinitionId: '${cosmosAccount.id}/sqlRoleDefinitions/00000000-0000-0000-0000-000000000002'
    principalId: user.id
    scope: cosmosAccount.id
  }
}]

resource component 'Microsoft.Insights/components@2020-02-02' existing = {
  name: componentName
}

resource publisher 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(component.id, appPrincipalId, roles.monitoringMetricsPublisher)
  scope: component
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.monitoringMetricsPublisher)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' existing = {
  name: empty(schedulerName) ? 'none' : schedulerName
}

resource durable 'Microsoft.Authorization/roleAssignments@2022-04-01' = if (!empty(schedulerName)) {
  name: guid(resourceGroup().id, schedulerName, appPrincipalId, roles.durableTaskDataContributor)
  scope: scheduler
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roles.durableTaskDataContributor)
    principalId: appPrincipalId
    principalType: 'ServicePrincipal'
  }
}
