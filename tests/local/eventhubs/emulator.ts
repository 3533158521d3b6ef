import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { startEventHubs } from '../../../local/eventhubs/server';
import type { EventHubsOptions, EventHubsServer } from '../../../local/eventhubs/server';

/** The SDK's own waits are made for a service far away. */
export const quickRetries = { retryOptions: { maxRetries: 20, retryDelayInMs: 50, maxRetryDelayInMs: 200, timeoutInMs: 3000 } };

export interface Emulator extends EventHubsServer {
  dataDir: string;
  /** Stops and starts on the same port and data. */
  restart(): Promise<void>;
  /** Stops and removes the data. */
  dispose(): Promise<void>;
}

/** An emulator on a free port with data of its own; hubs: `events` (4 partitions, groups cg1 and cg2) unless given. */
export async function startEmulator(options: Partial<EventHubsOptions> = {}): Promise<Emulator> {
  const dataDir = options.dataDir ?? fs.mkdtempSync(path.join(os.tmpdir(), 'weir-eventhubs-'));
  const all: EventHubsOptions = {
    port: 0,
    dataDir,
    hubs: [{ name: 'events', partitionCount: 4, consumerGroups: ['cg1', 'cg2'] }],
    ...options,
  };
  let server = await startEventHubs(all).catch((error) => {
    fs.rmSync(dataDir, { recursive: true, force: true });
    throw error;
  });
  return {
    dataDir,
    port: server.port,
    connectionString: server.connectionString,
    stop: () => server.stop(),
    async restart() {
      const { port } = server;
      await server.stop();
      server = await startEventHubs({ ...all, port });
    },
    async dispose() {
      await server.stop();
      fs.rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
