import { startCosmos, type CosmosOptions } from '../../../cosmos/server';
import { runPart } from '../part-process';

runPart<Pick<CosmosOptions, 'port' | 'dataDir'>>(async (config, log) => {
  const server = await startCosmos({ ...config, log });
  return () => server.stop();
});
