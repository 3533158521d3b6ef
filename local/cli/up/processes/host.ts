import { createDurableEngine } from '../../../host/durable/engine';
import { startHost, type HostOptions } from '../../../host/host';
import * as eventSource from '../../../eventhubs/receiver';
import * as kafka from '../../../kafka/topics';
import { runPart } from '../part-process';

runPart<Pick<HostOptions, 'appDir' | 'port' | 'dataDir' | 'settings' | 'leases'>>(async (config, log) => {
  const host = await startHost({ ...config, log }, { eventSource, kafka, createDurableEngine });
  return () => host.stop();
});
