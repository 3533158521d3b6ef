import { startTaskHub, type TaskHubOptions } from '../../../host/durable/hub/task-hub';
import { runPart } from '../part-process';

runPart<Pick<TaskHubOptions, 'port' | 'dataDir'>>(async (config, log) => {
  const hub = await startTaskHub({ ...config, log });
  return () => hub.stop();
});
