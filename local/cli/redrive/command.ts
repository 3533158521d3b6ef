import type { Connection } from '../../../shared/connections/connection';
import { WeirError } from '../../../shared/errors';
import type { JobDefinition } from '../../../shared/job/definition';
import { expandJob } from '../../../shared/job/expand';
import { loadJob } from '../../../shared/job/load';
import { Problems } from '../../../shared/job/problems';
import { readSettings, type ConnectionKind, type Settings } from '../../../shared/settings';
import { openBlobContainer, openProducer } from '../../../shared/sinks/clients';
import { openHubProperties } from '../../../shared/sources/event-hub-properties';
import { parseDateTime, formatDateTime } from '../../../shared/values/ticks';
import type { Call, Command } from '../command';
import { connectionsFor } from '../up/local-settings';
import { portsFrom } from '../up/ports';
import { redrive, type RedriveFilter, type RedriveReport, type RedriveTarget } from './redrive';

export const redriveCommand: Command = {
  name: 'redrive',
  usage: 'weir redrive [--job DIR] [--reason R…] [--input A] [--since TIME] [--dry-run] [--json]',
  summary: 'publish the events of dead letters again, each once',
  options: {
    job: { type: 'string', help: 'job folder; default jobs/earthquakes' },
    reason: { type: 'string', multiple: true, help: 'only letters with this reason, for example invalid-json; may be repeated' },
    input: { type: 'string', help: 'only events of this input' },
    since: { type: 'string', help: 'only events that arrived at this time or later, for example 2026-11-24T10:00:00Z' },
    'dry-run': { type: 'boolean', help: 'only count what would be published' },
    json: { type: 'boolean', help: 'print the result as JSON' },
    connection: { type: 'string', help: 'connection string of the Event Hubs; default the setting that the job names, else the local emulator' },
    storage: { type: 'string', help: 'connection string of the dead letters; default the setting that the job names, else local' },
    'port-base': { type: 'string', help: 'N: the emulators of `weir up --port-base N`' },
  },
  run: async (call) => {
    const { values, print, note, isTerminal } = call;
    const settings = readSettings();
    const definition = readDefinition(textOf(values.job) ?? 'jobs/earthquakes', settings);
    const filter = filterOf(call, Object.keys(definition.inputs));
    const connect = connections(call, settings);
    const isDryRun = values['dry-run'] === true;
    const targets = new Targets(definition, connect, isDryRun);
    try {
      const container = openBlobContainer(connect('storage', definition.deadLetter.connection), definition.deadLetter.container);
      const onProgress = (report: RedriveReport): void => void (isTerminal && process.stderr.write(`\r${report.letters} letters read, ${report.published} events published`));
      const report = await redrive({ container, filter, target: (input) => targets.of(input), dryRun: isDryRun, now: () => new Date(), onProgress });
      if (isTerminal) note('');
      print(values.json ? JSON.stringify(report) : reportText(report, isDryRun));
      return report.tooLarge > 0 ? 1 : 0;
    } finally {
      await targets.close();
    }
  },
};

function readDefinition(folder: string, settings: Settings): JobDefinition {
  const problems = new Problems();
  const definition = expandJob(loadJob(folder).definition, settings, problems);
  problems.throwIfAny('missing-setting', `the job ${definition.name} cannot be read`);
  return definition;
}

/** The hubs of the job's inputs, opened when they are asked for. */
class Targets {
  private readonly open = new Map<string, Promise<RedriveTarget>>();

  constructor(
    private readonly definition: JobDefinition,
    private readonly connect: Connect,
    private readonly isDryRun: boolean,
  ) {}

  /** undefined for what the job does not have. */
  of(name: string): Promise<RedriveTarget | undefined> {
    const input = Object.entries(this.definition.inputs).find(([known]) => known.toLowerCase() === name)?.[1];
    if (input?.type === 'iotHub') throw new Error(`${name} is an IoT Hub, to which only devices send: leave it out with --input, or publish the events with weir publish --device`);
    if (input?.type !== 'eventHub') return Promise.resolve(undefined);
    // A dry run sends nothing.
    if (this.isDryRun) return Promise.resolve({ partitionIds: [] } as unknown as RedriveTarget);
    const target = this.open.get(name) ?? openTarget(this.connect('eventHub', input.connection), input.eventHub);
    this.open.set(name, target);
    return target;
  }

  async close(): Promise<void> {
    for (const opened of await Promise.allSettled(this.open.values())) if (opened.status === 'fulfilled') await opened.value.producer.close();
  }
}

async function openTarget(connection: Connection, hub: string): Promise<RedriveTarget> {
  const properties = openHubProperties(connection, hub, '$Default');
  try {
    const { partitionIds } = await properties.facts();
    return { producer: openProducer(connection, hub), partitionIds };
  } finally {
    await properties.close();
  }
}

type Connect = (kind: ConnectionKind & ('eventHub' | 'storage'), setting: string) => Connection;

const textOf = (value: Call['values'][string]): string | undefined => (typeof value === 'string' ? value : undefined);

/** What is given, else the setting, else the local emulator. */
function connections({ values }: Call, settings: Settings): Connect {
  const base = textOf(values['port-base']);
  const local = connectionsFor(portsFrom(base));
  return (kind, setting) => {
    const given = textOf(values[kind === 'eventHub' ? 'connection' : 'storage']);
    if (given !== undefined) return given;
    const emulator = kind === 'eventHub' ? local.eventHubs : local.storage;
    if (base !== undefined) return emulator;
    try {
      return settings.connection(setting, kind, 'job.json');
    } catch (error) {
      if (error instanceof WeirError && error.code === 'missing-setting') return emulator;
      throw error;
    }
  };
}

function filterOf({ values }: Call, inputs: readonly string[]): RedriveFilter {
  const input = textOf(values.input);
  if (input !== undefined && !inputs.some((name) => name.toLowerCase() === input.toLowerCase())) throw new Error(`the job has no input '${input}'; it has ${inputs.join(', ')}`);
  const since = textOf(values.since);
  const time = since === undefined ? undefined : parseDateTime(since);
  if (since !== undefined && time === undefined) throw new Error(`--since takes a time in ISO 8601 such as 2026-11-24T10:00:00Z, found '${since}'`);
  return { reasons: Array.isArray(values.reason) ? values.reason : [], input, since: time === undefined ? undefined : formatDateTime(time) };
}

function reportText(report: RedriveReport, isDryRun: boolean): string {
  const lines = [`${report.published} events ${isDryRun ? 'would be published' : 'published'} of ${report.letters} dead letters`];
  for (const [reason, count] of Object.entries(report.byReason).sort()) lines.push(`  ${reason}: ${count}`);
  const told: [number, string][] = [
    [report.alreadyRedriven, 'were published before, or are another copy of a letter'],
    [report.filteredOut, 'are not what was asked for'],
    [report.rows, 'are rows: their events were applied, so they are not published again'],
    [report.unknownInput, 'are of inputs that the job does not have, or to which only others can publish'],
    [report.tooLarge, 'are larger than the hub takes'],
    [report.unreadable, 'are lines that cannot be read'],
  ];
  return [...lines, ...told.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`)].join('\n');
}
