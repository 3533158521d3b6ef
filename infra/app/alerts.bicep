// Alerts and the workbook: both ask the queries of infra/queries and infra/workbook.json of Application Insights.

param location string
param tags object
param componentId string

@description('Names of alerts begin with it.')
param prefix string

@description('Where alerts go; empty for nowhere but the portal.')
param email string

@minValue(1)
param maxDelaySeconds int

@minValue(0)
param maxDeadLetters int

var rules = [
  {
    name: 'lag'
    description: 'A partition is behind the clock: results come late. See docs/operations.md, "When it lags".'
    severity: 2
    query: loadTextContent('../queries/lag.kql')
    column: 'Delay'
    aggregation: 'Maximum'
    threshold: maxDelaySeconds
    dimensions: ['Input', 'Partition']
  }
  {
    name: 'dead-letters'
    description: 'Events were set aside; the dead-letter container has them with their reasons.'
    severity: 3
    query: loadTextContent('../queries/dead-letters.kql')
    column: 'Events'
    aggregation: 'Total'
    threshold: maxDeadLetters
    dimensions: ['Reason']
  }
  {
    name: 'errors'
    description: 'Outputs or batches fail and come again; nothing is lost, but nothing goes on while they do.'
    severity: 1
    query: loadTextContent('../queries/errors.kql')
    column: 'Failures'
    aggregation: 'Total'
    threshold: 0
    dimensions: ['What']
  }
  {
    name: 'missing'
    description: 'Events expired before they could be read: they are lost. Keep them longer or read them faster.'
    severity: 0
    query: loadTextContent('../queries/missing.kql')
    column: 'Events'
    aggregation: 'Total'
    threshold: 0
    dimensions: ['Input', 'Partition']
  }
]

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: '${prefix}-alerts'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'weir'
    enabled: true
    emailReceivers: [
      {
        name: 'owner'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

resource alerts 'Microsoft.Insights/scheduledQueryRules@2022-06-15' = [for rule in rules: {
  name: '${prefix}-${rule.name}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: '${prefix} ${rule.name}'
    description: rule.description
    severity: rule.severity
    enabled: true
    scopes: [componentId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    autoMitigate: true
    // There is no such metric before the first event.
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: rule.query
          timeAggregation: rule.aggregation
          metricMeasureColumn: rule.column
          operator: 'GreaterThan'
          threshold: rule.threshold
          dimensions: map(rule.dimensions, dimension => {
            name: dimension
            operator: 'Include'
            values: ['*']
          })
          failingPeriods: {
            numberOfEvaluationPeriods: 1
            minFailingPeriodsToAlert: 1
          }
        }
      ]
    }
    actions: {
      actionGroups: empty(email) ? [] : [group.id]
    }
  }
}]

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, prefix, 'workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: '${prefix} job'
    category: 'workbook'
    sourceId: componentId
    serializedData: loadTextContent('../workbook.json')
  }
}
