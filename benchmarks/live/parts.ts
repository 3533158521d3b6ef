/** The parts of `weir up` on free ports, with a folder of their own that is gone afterwards. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { needsOf } from '../../local/cli/up/job-needs';
import { connectionsFor, settingsFor } from '../../local/cli/up/local-settings';
import { startPart, type Part } from '../../local/cli/up/part';
import type { Ports } from '../../local/cli/up/ports';
import { loadJob } from '../../shared/job/load';
import { NO_COUNTS, type HostCounts } from './counts';
import { PARTITIONS, writeJob } from './job';
import { processCpuMs, threadCpuMs } from './process-cpu';

/** The repository, whose host.json has batches of 1,000 events. */
const APP = resolve(__dirname, '../../..');
/** Seen from the processes of `weir up`. */
const HOST = '../../../../benchmarks/live/host-process.js';

export interface World {
  connections: ReturnType<typeof connectionsFor>;
  ports: Ports;
  counts: () => HostCounts;
  /** Lines of the parts that are no counts. */
  log: string[];
  startHost: () => Promise<void>;
  /** Processor time by part until now, ms; of the host by thread. */
  cpu: () => Record<string, number>;
  /** Bytes copied by part until now, where they are counted. */
  copied: () => Record<string, number>;
  /** Ends every part by its process id, the last first, and deletes the folder. */
  close: () => Promise<void>;
}

/** Starts Azurite, Event Hubs with 8 partitions, and Cosmos DB; the host when it is asked for, with `more` settings. */
export async function openWorld(more: Record<string, string> = {}, countsCopies = false): Promise<World> {
  const dir = mkdtempSync(join(tmpdir(), 'weir-live-'));
  // Processes of the parts inherit it; the threads in them, too.
  const counting: Record<string, string> = countsCopies ? { NODE_OPTIONS: `--require ${join(__dirname, 'count-copies.js')}`, WEIR_COPIES: dir } : {};
  Object.assign(process.env, counting);
  const running: Part[] = [];
  const log: string[] = [];
  let counts = NO_COUNTS;
  const close = async (): Promise<void> => {
    for (const part of running.reverse()) await part.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  const start = async (name: string, file: string, config: unknown): Promise<void> => {
    const line = (text: string): void => {
      if (text.startsWith('counts ')) counts = JSON.parse(text.slice('counts '.length)) as HostCounts;
      else log.push(`${name}: ${text}`);
    };
    running.push(await startPart(name, file, config, line));
  };
  try {
    const job = join(dir, 'job');
    writeJob(job);
    const needs = needsOf(loadJob(job).definition);
    const hubs = needs.hubs.map((hub) => ({ ...hub, partitionCount: PARTITIONS }));
    const ports = await freePorts();
    const { blob, queue, table } = ports;
    await start('azurite', 'azurite.js', { location: join(dir, 'azurite'), blob, queue, table });
    await start('event hubs', 'event-hubs.js', { port: ports.eventHubs, dataDir: join(dir, 'eventhubs'), hubs });
    await start('cosmos', 'cosmos.js', { port: ports.cosmos, dataDir: join(dir, 'cosmos') });
    const settings = { ...settingsFor(ports, job, needs.connections), ...counting, ...more };
    return {
      connections: connectionsFor(ports),
      ports,
      counts: () => counts,
      log,
      startHost: () => start('host', HOST, { appDir: APP, port: ports.host, dataDir: join(dir, 'host'), settings }),
      cpu: () => Object.assign({}, ...running.map(({ name, process: child }) => cpuOf(name, child.pid as number))) as Record<string, number>,
      copied: () => Object.assign({}, ...running.map(({ name, process: child }) => copiedBy(dir, name, child.pid as number))) as Record<string, number>,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Of the main thread, and of the first that it started; written by count-copies.ts. */
function copiedBy(dir: string, name: string, pid: number): Record<string, number> {
  const read = (thread: number): number | undefined => {
    const file = join(dir, `${pid}-${thread}`);
    return existsSync(file) ? Number(readFileSync(file, 'utf8')) : undefined;
  };
  const [main, app] = [read(0), read(1)];
  return { ...(main === undefined ? {} : { [name]: main }), ...(app === undefined ? {} : { [`${name}, app's thread`]: app }) };
}

function cpuOf(name: string, pid: number): Record<string, number> {
  if (name !== 'host') return { [name]: processCpuMs(pid) };
  const { main, app, others } = threadCpuMs(pid);
  return { 'host, main thread': main, "host, app's thread": app, 'host, others': others };
}

async function freePorts(): Promise<Ports> {
  const [eventHubs, blob, queue, table, cosmos, host] = (await Promise.all(Array.from({ length: 6 }, freePort))) as [number, number, number, number, number, number];
  return { eventHubs, blob, queue, table, cosmos, host };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}
