// What a job needs of Azure, as the parameters of main.bicep say it.

@export()
@description('An Event Hub that the job reads.')
type inputHub = {
  @description('As in job.json, inputs.*.eventHub.')
  @minLength(1)
  @maxLength(256)
  name: string

  @description('As in job.json, inputs.*.consumerGroup; the app must be the only reader of its group.')
  @minLength(1)
  @maxLength(50)
  consumerGroup: string

  @description('The unit of parallelism; it cannot be changed later in the Standard tier.')
  @minValue(1)
  @maxValue(32)
  partitionCount: int

  @description('How long events are kept: the longest outage of the app that loses nothing.')
  @minValue(1)
  @maxValue(168)
  retentionHours: int
}

@export()
@description('An Event Hub that the job writes.')
type outputHub = {
  @description('As in job.json, outputs.*.eventHub.')
  @minLength(1)
  @maxLength(256)
  name: string

  @minValue(1)
  @maxValue(32)
  partitionCount: int

  @minValue(1)
  @maxValue(168)
  retentionHours: int
}

@export()
@description('A Cosmos DB container that the job writes.')
type cosmosContainer = {
  @description('As in job.json, outputs.*.container.')
  @minLength(1)
  @maxLength(255)
  name: string

  @description('As in job.json, outputs.*.partitionKey; it begins with a slash.')
  @minLength(2)
  partitionKey: string
}

@export()
@description('What POST /api/events/{input} takes.')
type publishLimit = {
  @description('Longest body of a request, also when unpacked.')
  @minValue(1)
  maxBytes: int

  @description('Most events of a request.')
  @minValue(1)
  maxEvents: int

  @description('For each input and instance, on average.')
  @minValue(1)
  eventsPerSecond: int
}
