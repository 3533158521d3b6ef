import { app as host } from '@azure/functions';
import { theApp } from '../shared/job/app';
import { ingestFunction, ingestName } from './bindings/ingest';

const weir = theApp();

// Without it the host leaves out events with an empty body, and the others lose their places.
host.setup({ capabilities: { IncludeEmptyEntriesInMessagePayload: true } });

/** One function per Event Hub or IoT Hub; batches of one partition (shared/sources/event-hub-trigger.ts). */
for (const { input, definition } of weir.inputsOf('eventHub', 'iotHub')) {
  const { connection, eventHub: eventHubName, consumerGroup } = definition;
  host.eventHub(ingestName(weir, input), { ...{ connection, eventHubName, consumerGroup, cardinality: 'many', dataType: 'binary' }, ...ingestFunction(weir, input) });
}
