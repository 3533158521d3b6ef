import * as net from 'node:net';
import { DEVELOPMENT_KEY, emulatorConnectionString } from './connection-string';
import type { HubConfig } from './hub/hub';
import { Namespace } from './hub/namespace';
import { Connection } from './service/connection';
import type { ServiceContext } from './service/contract';

export type { HubConfig } from './hub/hub';

export interface EventHubsOptions {
  /** 0: any free one. */
  port: number;
  /** The address to listen at. Default 127.0.0.1: this machine only. */
  host?: string;
  /** Where the hubs' folders are; made if missing. One server at a time. */
  dataDir: string;
  hubs: HubConfig[];
  log?: (line: string) => void;
  /** The shared access key that clients must sign with. Default: that of Microsoft's emulator, `SAS_KEY_VALUE`. */
  key?: string;
}

export interface EventHubsServer {
  port: number;
  /** For any Event Hubs SDK: it says `UseDevelopmentEmulator=true`, hence no TLS. */
  connectionString: string;
  /** Stores what has come in, says good-bye to every client, and closes. */
  stop(): Promise<void>;
}

const EXPIRY_INTERVAL = 60_000;
const MIN_EXPIRY_INTERVAL = 100;
/** While stopping: for answers to sends that wait for the disk to go out before their connection ends. */
const SETTLE_TURNS = 2;

/**
 * Starts an Event Hubs emulator: AMQP 1.0 on TCP, hubs stored under `dataDir`, which outlive the process whatever ends it.
 * Rejects with code EADDRINUSE when the port is taken, and with what is wrong when a hub's configuration cannot be.
 */
export async function startEventHubs(options: EventHubsOptions): Promise<EventHubsServer> {
  const key = options.key ?? DEVELOPMENT_KEY;
  const log = options.log ?? (() => undefined);
  const server = net.createServer();
  // First the port: a second server must not touch the files of the first.
  await listen(server, options.port, options.host ?? '127.0.0.1');
  const port = (server.address() as net.AddressInfo).port;
  let namespace: Namespace;
  try {
    namespace = new Namespace(options.hubs, options.dataDir, Date.now());
  } catch (error) {
    server.close();
    throw error;
  }
  const context: ServiceContext = { namespace, key, now: Date.now, log };
  const connections = new Set<Connection>();
  server.on('connection', (socket) => {
    const connection = new Connection(socket, context);
    connections.add(connection);
    socket.once('close', () => connections.delete(connection));
  });
  const expiry = startExpiry(namespace, options.hubs, log);
  let stopped: Promise<void> | null = null;
  const stop = async (): Promise<void> => {
    clearInterval(expiry);
    const closed = new Promise((resolve) => server.close(resolve));
    for (const connection of connections) connection.pause();
    await namespace.close();
    for (let i = 0; i < SETTLE_TURNS; i++) await new Promise((resolve) => setImmediate(resolve));
    await Promise.all([...connections].map((connection) => connection.stop()));
    await closed;
  };
  return { port, connectionString: emulatorConnectionString(port, key), stop: () => (stopped ??= stop()) };
}

function listen(server: net.Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}

function startExpiry(namespace: Namespace, hubs: readonly HubConfig[], log: (line: string) => void): NodeJS.Timeout {
  const shortest = Math.min(...hubs.map((hub) => hub.retentionMs ?? Infinity));
  const interval = Math.max(MIN_EXPIRY_INTERVAL, Math.min(EXPIRY_INTERVAL, shortest / 4));
  let running = false;
  const expire = async (): Promise<void> => {
    if (running) return;
    running = true;
    await namespace.expire(Date.now()).catch((error: Error) => log(`old events could not be deleted: ${error.message}`));
    running = false;
  };
  return setInterval(() => void expire(), interval).unref();
}
