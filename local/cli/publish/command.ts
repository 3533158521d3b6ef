import type { EventHubInput } from '../../../shared/job/definition';
import { requireDeployable, type DeployableJob } from '../../../shared/job/deployable';
import { loadJob } from '../../../shared/job/load';
import type { SqlRecord } from '../../../shared/values/value';
import type { Command } from '../command';
import { connectionsFor } from '../up/local-settings';
import { portsFrom } from '../up/ports';
import { readRecords } from '../read-file';
import { deviceFrom } from './device';
import { openPublisher } from './publisher';
import { rebased, timeColumn } from './rebase';

const BATCH = 500;

export const publish: Command = {
  name: 'publish',
  usage: 'weir publish --input A FILE [--job DIR] [--rate N] [--rebase] [--device ID | --device-column NAME]',
  summary: "publish events of a file to an input's Event Hub",
  options: {
    input: { type: 'string', help: 'the input of the job' },
    job: { type: 'string', help: 'job folder; default jobs/earthquakes' },
    rate: { type: 'string', help: 'events a second; default as fast as they go' },
    rebase: { type: 'boolean', help: 'set the time of each event (the column of TIMESTAMP BY) to now' },
    device: { type: 'string', help: 'for an IoT Hub input: the device that all events come from' },
    'device-column': { type: 'string', help: 'for an IoT Hub input: the column that names the device' },
    connection: { type: 'string', help: 'connection string; default the setting that the job names, else the local emulator' },
    'port-base': { type: 'string', help: 'N: the emulator of `weir up --port-base N`' },
  },
  run: async ({ positionals, values, note, isTerminal }) => {
    const [file] = positionals;
    if (!file || typeof values.input !== 'string') throw new Error('name the input and the file: weir publish --input quakes events.ndjson');
    const { definition: loaded, program } = loadJob(typeof values.job === 'string' ? values.job : 'jobs/earthquakes');
    const definition = requireDeployable(loaded);
    const { name, input } = hubInput(definition, values.input);
    const deviceOf = deviceFrom(values.device, values['device-column']);
    if (input.type === 'iotHub' && !deviceOf) throw new Error(`${name} is an IoT Hub, and its events come from devices: give --device ID or --device-column NAME`);
    const column = values.rebase ? timeColumn(program, name) : undefined;
    if (values.rebase && column === undefined) throw new Error(`--rebase needs a plain column in TIMESTAMP BY of ${name}`);
    const local = connectionsFor(portsFrom(typeof values['port-base'] === 'string' ? values['port-base'] : undefined)).eventHubs;
    const connection = typeof values.connection === 'string' ? values.connection : values['port-base'] === undefined ? (process.env[input.connection] ?? local) : local;
    const records = readRecords(file);
    const publisher = openPublisher(connection, input.eventHub, deviceOf);
    try {
      await sendAll(records, { rate: rateOf(values.rate), column, send: (batch) => publisher.send(batch), onProgress: isTerminal ? (sent) => process.stderr.write(`\r${progressBar(sent, records.length)}`) : undefined });
    } finally {
      await publisher.close();
    }
    note(`${isTerminal ? '\n' : ''}${records.length} events published to ${input.eventHub}`);
    return 0;
  },
};

/** The input of this name, if its events come from a hub. */
function hubInput({ inputs }: DeployableJob, wanted: string): { name: string; input: EventHubInput } {
  const [name, input] = Object.entries(inputs).find(([known]) => known.toLowerCase() === wanted.toLowerCase()) ?? [];
  if (!name || !input) throw new Error(`the job has no input '${wanted}'; it has ${Object.keys(inputs).join(', ')}`);
  if (input.type === 'kafka') throw new Error(`${name} is a Kafka topic: publish to it with Kafka's own tools`);
  if (input.type === 'blob') throw new Error(`${name} reads blobs: upload files to the container ${input.container}`);
  return { name, input };
}

function rateOf(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  const rate = Number(value);
  if (!(rate > 0)) throw new Error(`--rate takes a number of events a second, found '${String(value)}'`);
  return rate;
}

interface Sending {
  rate: number | undefined;
  column: string | undefined;
  send: (batch: SqlRecord[]) => Promise<void>;
  onProgress: ((sent: number) => void) | undefined;
}

/** In batches; with a rate, no batch leaves before its time. */
async function sendAll(records: readonly SqlRecord[], { rate, column, send, onProgress }: Sending): Promise<void> {
  const size = rate === undefined ? BATCH : Math.max(1, Math.min(BATCH, Math.ceil(rate / 10)));
  const started = Date.now();
  for (let sent = 0; sent < records.length; sent += size) {
    const due = rate === undefined ? 0 : started + (sent / rate) * 1_000 - Date.now();
    if (due > 0) await new Promise((resolve) => setTimeout(resolve, due));
    const batch = records.slice(sent, sent + size);
    await send(column === undefined ? batch : batch.map((record) => rebased(record, column, Date.now())));
    onProgress?.(Math.min(sent + size, records.length));
  }
}

function progressBar(done: number, all: number): string {
  const width = 30;
  const full = Math.round((done / Math.max(1, all)) * width);
  return `[${'='.repeat(full)}${' '.repeat(width - full)}] ${done}/${all}`;
}
