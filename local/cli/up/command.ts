import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { requireDeployable } from '../../../shared/job/deployable';
import { loadJob } from '../../../shared/job/load';
import { warningsOf } from '../../../shared/job/warnings';
import type { Call, Command } from '../command';
import { noteWarnings } from '../query-source';
import { startDemo } from '../publish/demo';
import { hostParts, type PartStart } from './host-parts';
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
  usage: 'weir up [--job DIR] [--data DIR] [--demo] [--hosts N] [--port-base N]',
  summary: 'run the whole local Azure with a job in it; Ctrl-C stops it',
  options: { ...OPTIONS, hosts: { type: 'string', help: 'N: Functions hosts that share the job, on ports one behind the other; default 1' }, demo: { type: 'boolean', help: "publish the job's sample events without end, rebased to now" } },
  run: (call) => runParts(call, hostCount(call.values.hosts)),
};

export const emulators: Command = {
  name: 'emulators',
  usage: 'weir emulators [--job DIR] [--data DIR] [--port-base N]',
  summary: 'the same without the Functions host, for `func start`',
  options: OPTIONS,
  run: (call) => runParts(call, 0),
};

/** The hosts that share a job, in processes of their own, on one machine. */
const MAX_HOSTS = 16;

function hostCount(option: Call['values'][string]): number {
  const count = option === undefined ? 1 : Number(option);
  if (!Number.isInteger(count) || count < 1 || count > MAX_HOSTS) throw new Error(`--hosts takes a number from 1 to ${MAX_HOSTS}, found '${String(option)}'`);
  return count;
}

async function runParts(call: Call, hosts: number): Promise<number> {
  const { values, print, note } = call;
  const job = resolve(typeof values.job === 'string' ? values.job : join(APP, 'jobs/earthquakes'));
  const loaded = loadJob(job);
  const definition = requireDeployable(loaded.definition);
  noteWarnings(call, warningsOf(loaded));
  const data = resolve(typeof values.data === 'string' ? values.data : '.weir');
  mkdirSync(data, { recursive: true });
  const ports = portsFrom(typeof values['port-base'] === 'string' ? values['port-base'] : undefined);
  const needs = needsOf(definition);
  const settings = { ...namedSettings(definition, process.env), ...settingsFor(ports, job, needs.connections) };
  const { host: _host, ...emulatorPorts } = ports;
  const functions = hosts === 0 ? [] : hostParts({ data, port: ports.host, count: hosts, appDir: APP, settings });
  await requireFree({ ...emulatorPorts, ...Object.fromEntries(functions.map(({ name, port }) => [name, port])) });
  const stopped = interrupted();
  const running: Part[] = [];
  let stopDemo: (() => Promise<void>) | undefined;
  try {
    for (const { name, file, port, address = `http://localhost:${port}/`, config } of [...emulatorParts(data, ports, needs), ...functions]) {
      running.push(await startPart(name, file, config, (line) => note(`${name}: ${line}`)));
      print(`${name.padEnd(16)} ${address}`);
    }
    if (values.demo) stopDemo = startDemo(job, definition, connectionsFor(ports).eventHubs, print);
    print(hosts > 0 ? `\nopen http://localhost:${ports.host}/ – Ctrl-C stops everything` : '\ncopy local.settings.sample.json to local.settings.json and run `func start` – Ctrl-C stops everything');
    const end = await Promise.race([stopped.then(() => undefined), ...running.map((part) => part.ended.then((how) => `${part.name} ended unexpectedly (${how})`))]);
    if (end !== undefined) throw new Error(end);
    return 0;
  } finally {
    await stopDemo?.();
    // The last that was started stops first: nobody loses what it depends on.
    for (const part of running.reverse()) await part.stop();
  }
}

/** The services that the hosts work with. */
function emulatorParts(data: string, ports: Ports, needs: JobNeeds): PartStart[] {
  const { blob, queue, table, eventHubs, cosmos } = ports;
  return [
    { name: 'Azurite', file: 'azurite.js', port: blob, address: `blob ${blob}, queue ${queue}, table ${table}`, config: { location: join(data, 'azurite'), blob, queue, table } },
    { name: 'Event Hubs', file: 'event-hubs.js', port: eventHubs, address: `sb://localhost:${eventHubs} (${needs.hubs.map((hub) => hub.name).join(', ')})`, config: { port: eventHubs, dataDir: join(data, 'eventhubs'), hubs: needs.hubs } },
    { name: 'Cosmos DB', file: 'cosmos.js', port: cosmos, config: { port: cosmos, dataDir: join(data, 'cosmos') } },
  ];
}

function interrupted(): Promise<void> {
  return new Promise((done) => {
    process.once('SIGINT', () => done());
    process.once('SIGTERM', () => done());
  });
}
