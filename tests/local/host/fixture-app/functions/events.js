const { app, output } = require('@azure/functions');

app.setup({ capabilities: { IncludeEmptyEntriesInMessagePayload: true } });

app.eventHub('ingest', {
  connection: 'Hub',
  eventHubName: '%INPUT_HUB%',
  cardinality: 'many',
  dataType: 'binary',
  retry: { strategy: 'fixedDelay', maxRetryCount: -1, delayInterval: 0 },
  return: output.storageBlob({ path: 'batches/{PartitionContext.PartitionId}-{rand-guid}.json', connection: 'AzureWebJobsStorage' }),
  handler: async (events, context) => {
    const { systemPropertiesArray, sequenceNumberArray, propertiesArray, partitionContext } = context.triggerMetadata;
    // Fails the first time, to show that a failed batch comes again.
    if (context.retryContext === undefined) throw new Error('first try');
    return {
      texts: events.map((event) => event.toString()),
      sequenceNumbers: systemPropertiesArray.map((properties) => properties.sequenceNumber),
      longs: sequenceNumberArray,
      properties: propertiesArray,
      partition: partitionContext.partitionId,
      retryCount: context.retryContext.retryCount,
    };
  },
});
