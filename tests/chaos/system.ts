import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { EventHubConsumerClient, latestEventPosition } from '@azure/event-hubs';
import { hostParts, type PartStart } from '../../local/cli/up/host-parts';
import { needsOf } from '../../local/cli/up/job-needs';
import { connectionsFor, settingsFor } from '../../local/cli/up/local-settings';
import type * as PartModule from '../../local/cli/up/part';
import { portsFrom, requireFree, type Ports } from '../../local/cli/up/ports';
import { loadJob, type Job } from '../../shared/job/load';
import { DEFINITION, QUERY } from './job';

export const ROOT = join(__dirname, '../..');

type Start = Pick<PartStart, 'file' | 'config'>;

/** How the system is made. */
export interface SystemOptions {
  ports: Ports;
  /** Events a second. */
  rate: number;
  /** How many hosts share the job. */
  hosts: number;
}

/** Of two hosts the one that lives takes over while the other is down, and gives back when it has come again: both several times in a run. */
const SHARED_LEASES = { renewMs: 2_000, expiryMs: 6_000 };

/** The parts of `weir up`, each in a process of its own that can be killed and started again on its data; and a publisher. */
export class System {
  readonly job: Job;
  readonly connections: ReturnType<typeof connectionsFor>;
  /** Those of `weir up`, in the order in which they start. */
  readonly parts: readonly string[];
  readonly hosts: readonly string[];
  private readonly starts: Readonly<Record<string, Start>>;
  private readonly running = new Map<string, PartModule.Part>();
  private publisher: ChildProcess | undefined;
  readonly log: string[] = [];

  constructor(
    readonly dir: string,
    private readonly options: SystemOptions,
  ) {
    const { ports } = options;
    mkdirSync(join(dir, 'job'));
    writeFileSync(join(dir, 'job/job.json'), JSON.stringify(DEFINITION));
    writeFileSync(join(dir, 'job/query.saql'), QUERY);
    this.job = loadJob(join(dir, 'job'));
    this.connections = connectionsFor(ports);
    const { hubs, connections } = needsOf(this.job.definition);
    const { blob, queue, table } = ports;
    const settings = { ...settingsFor(ports, join(dir, 'job'), connections), WEIR_CLOCK: '*/2 * * * * *', WEIR_STATE_INLINE: '500' };
    const hosts = hostParts({ data: dir, port: ports.host, count: options.hosts, appDir: ROOT, settings, ...(options.hosts > 1 ? { leases: SHARED_LEASES } : {}) });
    this.starts = {
      azurite: { file: 'azurite.js', config: { location: join(dir, 'azurite'), blob, queue, table } },
      hub: { file: 'event-hubs.js', config: { port: ports.eventHubs, dataDir: join(dir, 'eventhubs'), hubs } },
      cosmos: { file: 'cosmos.js', config: { port: ports.cosmos, dataDir: join(dir, 'cosmos') } },
      ...Object.fromEntries(hosts.map((host) => [host.name, host])),
    };
    this.parts = Object.keys(this.starts);
    this.hosts = hosts.filter(({ file }) => file === 'host.js').map(({ name }) => name);
  }

  async start(name: string): Promise<void> {
    // The parts are processes, so they run what is compiled.
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- compiled just before
    const { startPart } = require(join(ROOT, 'dist/local/cli/up/part.js')) as typeof PartModule;
    const { file, config } = this.starts[name] as Start;
    this.running.set(name, await startPart(name, file, config, (line) => this.log.push(`${name}: ${line}`)));
  }

  async kill(name: string): Promise<void> {
    const part = this.running.get(name);
    part?.process.kill('SIGKILL');
    await part?.ended;
  }

  async stop(name: string): Promise<void> {
    await this.running.get(name)?.stop();
  }

  startPublisher(): void {
    this.publisher = fork(join(__dirname, 'run.js'), { stdio: 'inherit', env: { ...process.env, WEIR_CHAOS_PROCESS: 'publisher', WEIR_CHAOS_CONNECTION: this.connections.eventHubs, WEIR_CHAOS_HUB: 'readings', WEIR_CHAOS_RATE: String(this.options.rate) } });
  }

  async killPublisher(): Promise<void> {
    const child = this.publisher;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((done) => child.once('exit', done));
    child.kill('SIGKILL');
    await ended;
  }

  /** Takes a partition away from the host by a receiver of a higher level, as another owner would, and gives it back after `ms`. */
  async steal(partition: string, ms: number): Promise<void> {
    const thief = new EventHubConsumerClient('weir', this.connections.eventHubs, 'readings');
    thief.subscribe(partition, { processEvents: async () => undefined, processError: async () => undefined }, { ownerLevel: 1, startPosition: latestEventPosition });
    await new Promise((done) => setTimeout(done, ms));
    await thief.close();
  }

  async stopAll(): Promise<void> {
    await this.killPublisher();
    for (const name of [...this.parts].reverse()) await this.stop(name);
  }

  /** What the status page says of the input; undefined while no host answers. */
  async input(): Promise<{ events: number; applied: number; filtered: number; pending: number; backlog: number; gap: number; error?: string } | undefined> {
    for (let n = 0; n < this.hosts.length; n++) {
      try {
        const { inputs } = (await (await fetch(`http://localhost:${this.options.ports.host + n}/api/status`)).json()) as { inputs: { readings: NonNullable<Awaited<ReturnType<System['input']>>> } };
        return inputs.readings;
      } catch {
        // The next one may be up.
      }
    }
    return undefined;
  }
}

/** The ports from `base` on, or free ones; with several hosts also those behind the first one's. */
export async function choosePorts(base: string | undefined, hosts: number): Promise<Ports> {
  if (base !== undefined) return portsFrom(base);
  const servers = Array.from({ length: 6 }, () => createServer());
  await Promise.all(servers.map((server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', done))));
  const [eventHubs, blob, queue, table, cosmos, host] = servers.map((server) => (server.address() as AddressInfo).port) as [number, number, number, number, number, number];
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  const behind = Object.fromEntries(Array.from({ length: hosts > 1 ? hosts : 0 }, (_, n) => [`host ${n + 2}`, host + n + 1]));
  const free = await requireFree(behind).then(() => true, () => false);
  return free ? { eventHubs, blob, queue, table, cosmos, host } : choosePorts(base, hosts);
}
