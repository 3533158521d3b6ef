import { createServer } from 'node:net';

/** Where each part listens. */
export interface Ports {
  eventHubs: number;
  blob: number;
  queue: number;
  table: number;
  cosmos: number;
  /** Of the first Functions host; those of others follow, and behind them that of the task hub that they share. */
  host: number;
}

const NAMES: Partial<Record<string, string>> = { eventHubs: 'Event Hubs', blob: 'Azurite blob', queue: 'Azurite queue', table: 'Azurite table', cosmos: 'Cosmos DB', host: 'Functions host' };

/** The usual ports, so that connection strings of the documentation work; with a base N: N to N + 5. */
export function portsFrom(base: string | undefined): Ports {
  if (base === undefined) return { eventHubs: 5672, blob: 10000, queue: 10001, table: 10002, cosmos: 8081, host: 7071 };
  const n = Number(base);
  if (!Number.isInteger(n) || n < 1024 || n > 65_000) throw new Error(`--port-base takes a number from 1024 to 65000, found '${base}'`);
  return { eventHubs: n, blob: n + 1, queue: n + 2, table: n + 3, cosmos: n + 4, host: n + 5 };
}

/** `ports`: by part. Throws one error that names every port that is taken, before anything is started. */
export async function requireFree(ports: Partial<Record<string, number>>): Promise<void> {
  const taken: string[] = [];
  for (const [part, port] of Object.entries(ports)) if (port !== undefined && !(await isFree(port))) taken.push(`${port} (${NAMES[part] ?? part})`);
  if (taken.length > 0) throw new Error(`these ports are taken: ${taken.join(', ')}; end what uses them, or choose others with --port-base N`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
