import { startEventHubs, type EventHubsOptions } from '../../../eventhubs/server';
import { runPart } from '../part-process';

runPart<Omit<EventHubsOptions, 'log'>>(async (config, log) => {
  const server = await startEventHubs({ ...config, log });
  return () => server.stop();
});
