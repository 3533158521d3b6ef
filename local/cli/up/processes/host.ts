import { createDurableEngine } from '../../../host/durable/engine';
import { remoteEngines } from '../../../host/durable/hub/remote-engine';
import { startHost, type HostOptions } from '../../../host/host';
import * as eventSource from '../../../eventhubs/receiver';
import * as kafka from '../../../kafka/topics';
import { runPart } from '../part-process';

export interface HostConfig extends Pick<HostOptions, 'appDir' | 'port' | 'dataDir' | 'settings' | 'leases'> {
  /** The port of the task hub that this host shares with others; without it, it has an engine of its own. */
  taskHub?: number;
}

runPart<HostConfig>(async ({ taskHub, ...config }, log) => {
  const host = await startHost({ ...config, log }, { eventSource, kafka, createDurableEngine: taskHub === undefined ? createDurableEngine : remoteEngines(taskHub) });
  return () => host.stop();
});
