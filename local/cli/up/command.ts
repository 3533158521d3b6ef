import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { requireDeployable } from '../../../shared/job/deployable';
import { loadJob } from '../../../shared/job/load';
import { warningsOf } from '../../../shared/job/warnings';
import type { Call, Command } from '../command';
import { noteWarnings } from '../query-source';
import { startDemo } from '../publish/demo';
import { needsOf, type JobNeeds } from './job-needs';
import { connectionsFor, namedSettings, settingsFor } from './local-settings';
import { startPart, type Part } from './part';
import { portsFrom, requireFree, type Ports } from './ports';

const APP = resolve(__dirname, '../../../..');
const OPTIONS = {
  job: { type: 'string', help: 'job folder; default jobs/earthquakes' },
  data: { type: 'string', help: 'folder for all data, kept between runs; default .weir' },
  'port-base': { type: 'string', help: 'N: use ports N to N + 5 instead of the usual ones' },
} as const;

export const up: Command = {
  name: 'up',
  usage: 'weir up [--job DIR] [--data DIR] [--demo] [--port-base N]',
  summary: 'run the whole local Azure with a job in it; Ctrl-C stops it',
  options: { ...OPTIONS, demo: { type: 'boolean', help: "publish the job's sample events without end, rebased to now" } },
  run: (call) => runParts(call, true),
};

export const emulators: Command = {
  name: 'emulators',
  usage: 'weir emulators [--job DIR] [--data DIR] [--port-base N]',
  summary: 'the same without the Functions host, for `func start`',
  options: OPTIONS,
  run: (call) => runParts(call, false),
};

interface Plan {
  ports: Ports;
  data: string;
  job: string;
  needs: JobNeeds;
  /** Settings that the job takes from the environment. */
  named: Record<string, string>;
}

async function runParts(call: Call, withHost: boolean): Promise<number> {
  const { values, print } = call;
  const job = resolve(typeof values.job === 'string' ? values.job : join(APP, 'jobs/earthquakes'));
  const loaded = loadJob(job);
  const definition = requireDeployable(loaded.definition);
  noteWarnings(call, warningsOf(loaded));
  const data = resolve(typeof values.data === 'string' ? values.data : '.weir');
  mkdirSync(data, { recursive: true });
  const ports = portsFrom(typeof values['port-base'] === 'string' ? values['port-base'] : undefined);
  const { host, ...emulatorPorts } = ports;
  await requireFree(withHost ? { ...emulatorPorts, host } : emulatorPorts);
  const stopped = interrupted();
  const running: Part[] = [];
  let stopDemo: (() => Promise<void>) | undefined;
  try {
    for (const start of partsOf({ ports, data, job, needs: needsOf(definition), named: namedSettings(definition, process.env) }, withHost, call)) running.push(await start());
    if (values.demo) stopDemo = startDemo(job, definition, connectionsFor(ports).eventHubs, print);
    print(withHost ? `\nopen http://localhost:${ports.host}/ – Ctrl-C stops everything` : '\ncopy local.settings.sample.json to local.settings.json and run `func start` – Ctrl-C stops everything');
    const end = await Promise.race([stopped.then(() => undefined), ...running.map((part) => part.ended.then((how) => `${part.name} ended unexpectedly (${how})`))]);
    if (end !== undefined) throw new Error(end);
    return 0;
  } finally {
    await stopDemo?.();
    // The last that was started stops first: nobody loses what it depends on.
    for (const part of running.reverse()) await part.stop();
  }
}

function partsOf({ ports, data, job, needs, named }: Plan, withHost: boolean, { print, note }: Call): (() => Promise<Part>)[] {
  const part = (name: string, file: string, address: string, config: unknown) => async (): Promise<Part> => {
    const started = await startPart(name, file, config, (line) => note(`${name}: ${line}`));
    print(`${name.padEnd(16)} ${address}`);
    return started;
  };
  const { blob, queue, table } = ports;
  const parts = [
    part('Azurite', 'azurite.js', `blob ${blob}, queue ${queue}, table ${table}`, { location: join(data, 'azurite'), blob, queue, table }),
    part('Event Hubs', 'event-hubs.js', `sb://localhost:${ports.eventHubs} (${needs.hubs.map((hub) => hub.name).join(', ')})`, { port: ports.eventHubs, dataDir: join(data, 'eventhubs'), hubs: needs.hubs }),
    part('Cosmos DB', 'cosmos.js', `http://localhost:${ports.cosmos}/`, { port: ports.cosmos, dataDir: join(data, 'cosmos') }),
  ];
  if (!withHost) return parts;
  const settings = { ...named, ...settingsFor(ports, job, needs.connections) };
  return [...parts, part('Functions host', 'host.js', `http://localhost:${ports.host}/`, { appDir: APP, port: ports.host, dataDir: join(data, 'host'), settings })];
}

function interrupted(): Promise<void> {
  return new Promise((done) => {
    process.once('SIGINT', () => done());
    process.once('SIGTERM', () => done());
  });
}
