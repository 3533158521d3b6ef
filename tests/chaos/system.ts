import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { EventHubConsumerClient, latestEventPosition } from '@azure/event-hubs';
import { needsOf } from '../../local/cli/up/job-needs';
import { connectionsFor, settingsFor } from '../../local/cli/up/local-settings';
import type * as PartModule from '../../local/cli/up/part';
import { portsFrom, type Ports } from '../../local/cli/up/ports';
import { loadJob, type Job } from '../../shared/job/load';
import { DEFINITION, QUERY } from './job';

export const ROOT = join(__dirname, '../..');

type PartName = 'azurite' | 'hub' | 'cosmos' | 'host';

interface Start {
  file: string;
  config: unknown;
}

/** The parts of `weir up`, each in a process of its own that can be killed and started again on its data; and a publisher. */
export class System {
  readonly job: Job;
  readonly connections: ReturnType<typeof connectionsFor>;
  private readonly starts: Record<PartName, Start>;
  private readonly parts = new Map<PartName, PartModule.Part>();
  private publisher: ChildProcess | undefined;
  readonly log: string[] = [];

  constructor(
    readonly dir: string,
    readonly ports: Ports,
    private readonly rate: number,
  ) {
    mkdirSync(join(dir, 'job'));
    writeFileSync(join(dir, 'job/job.json'), JSON.stringify(DEFINITION));
    writeFileSync(join(dir, 'job/query.saql'), QUERY);
    this.job = loadJob(join(dir, 'job'));
    this.connections = connectionsFor(ports);
    const { hubs, connections } = needsOf(this.job.definition);
    const { blob, queue, table } = ports;
    this.starts = {
      azurite: { file: 'azurite.js', config: { location: join(dir, 'azurite'), blob, queue, table } },
      hub: { file: 'event-hubs.js', config: { port: ports.eventHubs, dataDir: join(dir, 'eventhubs'), hubs } },
      cosmos: { file: 'cosmos.js', config: { port: ports.cosmos, dataDir: join(dir, 'cosmos') } },
      host: { file: 'host.js', config: { appDir: ROOT, port: ports.host, dataDir: join(dir, 'host'), settings: { ...settingsFor(ports, join(dir, 'job'), connections), WEIR_CLOCK: '*/2 * * * * *' } } },
    };
  }

  async start(name: PartName): Promise<void> {
    // The parts are processes, so they run what is compiled.
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- compiled just before
    const { startPart } = require(join(ROOT, 'dist/local/cli/up/part.js')) as typeof PartModule;
    this.parts.set(name, await startPart(name, this.starts[name].file, this.starts[name].config, (line) => this.log.push(`${name}: ${line}`)));
  }

  async kill(name: PartName): Promise<void> {
    const part = this.parts.get(name);
    part?.process.kill('SIGKILL');
    await part?.ended;
  }

  async stop(name: PartName): Promise<void> {
    await this.parts.get(name)?.stop();
  }

  startPublisher(): void {
    this.publisher = fork(join(__dirname, 'run.js'), { stdio: 'inherit', env: { ...process.env, WEIR_CHAOS_PROCESS: 'publisher', WEIR_CHAOS_CONNECTION: this.connections.eventHubs, WEIR_CHAOS_HUB: 'readings', WEIR_CHAOS_RATE: String(this.rate) } });
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
    for (const name of ['host', 'cosmos', 'hub', 'azurite'] as const) await this.stop(name);
  }

  /** What the status page says of the input; undefined while nobody answers. */
  async input(): Promise<{ events: number; applied: number; filtered: number; pending: number; backlog: number; gap: number } | undefined> {
    try {
      const { inputs } = (await (await fetch(`http://localhost:${this.ports.host}/api/status`)).json()) as { inputs: { readings: NonNullable<Awaited<ReturnType<System['input']>>> } };
      return inputs.readings;
    } catch {
      return undefined;
    }
  }
}

/** The ports from `base` on, or free ones. */
export async function choosePorts(base: string | undefined): Promise<Ports> {
  if (base !== undefined) return portsFrom(base);
  const servers = Array.from({ length: 6 }, () => createServer());
  await Promise.all(servers.map((server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', done))));
  const [eventHubs, blob, queue, table, cosmos, host] = servers.map((server) => (server.address() as AddressInfo).port) as [number, number, number, number, number, number];
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return { eventHubs, blob, queue, table, cosmos, host };
}
