/** `npm run soak -- --minutes N`: the local Azure under full load, its resident memory over time, and whether it stays flat. Needs a build. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { EventHubProducerClient } from '@azure/event-hubs';
import { connectionsFor } from '../../local/cli/up/local-settings';
import { portsFrom } from '../../local/cli/up/ports';
import type { InputView, JobStatus } from '../../shared/job/status';
import { residentMb } from './processes';
import { judge, type Sample } from './verdict';

const HELP = `npm run soak -- [--minutes N] [--port-base N] [--json]
  runs a job over as many events as the machine takes and prints its resident memory; exit code 1 when it grows or events are not accounted for

  --minutes N     default 10
  --port-base N   ports N to N + 5; default 23000
  --json          print samples and verdict as JSON`;

const WEIR = resolve(__dirname, '../../dist/local/cli/weir.js');
const SAMPLE_MS = 5_000;
const BATCH = 1_000;
/** The publisher waits while so many events have not been read: the input's own limit, not the disk's. */
const MAX_BACKLOG = 200_000;

const JOB = {
  name: 'soak',
  inputs: { readings: { type: 'eventHub', connection: 'EVENTHUB', eventHub: 'readings', consumerGroup: 'weir' } },
  outputs: {
    big: { type: 'eventHub', connection: 'EVENTHUB', eventHub: 'big', identity: 'body' },
    windows: { type: 'cosmos', connection: 'COSMOS', database: 'weir', container: 'windows', partitionKey: '/device' },
    history: { type: 'blob', connection: 'AzureWebJobsStorage', container: 'results', path: 'history/{date}/{time}' },
  },
};

const QUERY = `
SELECT n, device, v INTO big FROM readings TIMESTAMP BY t WHERE v >= 99
SELECT device, COUNT(*) AS n, AVG(v) AS mean, System.Timestamp() AS windowEnd INTO windows FROM readings TIMESTAMP BY t GROUP BY device, TumblingWindow(second, 5)
SELECT device, MAX(v) AS most, System.Timestamp() AS windowEnd INTO history FROM readings TIMESTAMP BY t GROUP BY device, HoppingWindow(second, 20, 10)`;

const print = (line: string): boolean => process.stdout.write(`${line}\n`);
const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

async function startUp(dir: string, base: string): Promise<ChildProcess> {
  const job = join(dir, 'job');
  mkdirSync(job);
  writeFileSync(join(job, 'job.json'), JSON.stringify(JOB));
  writeFileSync(join(job, 'query.saql'), QUERY);
  const child = spawn(process.execPath, [WEIR, 'up', '--job', job, '--data', join(dir, 'data'), '--port-base', base], { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise<void>((ready, fail) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()).includes('open http') && ready());
    child.once('exit', (code) => fail(new Error(`weir up ended with ${code}:\n${text}`)));
  });
  return child;
}

/** Publishes until `isOver`, with what is published counted as it goes. */
async function publish(connection: string, state: { published: number; backlog: number }, isOver: () => boolean): Promise<void> {
  const producer = new EventHubProducerClient(connection, 'readings');
  while (!isOver()) {
    if (state.backlog > MAX_BACKLOG) {
      await sleep(200);
      continue;
    }
    let batch = await producer.createBatch();
    for (let i = 0; i < BATCH; i++) {
      const n = state.published + i;
      const event = { body: { n, device: `d${n % 500}`, v: (n * 37) % 100, t: new Date().toISOString(), note: 'a reading of a device that is as long as such readings are' } };
      if (batch.tryAdd(event)) continue;
      await producer.sendBatch(batch);
      batch = await producer.createBatch();
      batch.tryAdd(event);
    }
    await producer.sendBatch(batch);
    state.published += BATCH;
    state.backlog += BATCH;
  }
  await producer.close();
}

async function readStatus(port: number): Promise<InputView | undefined> {
  try {
    return ((await (await fetch(`http://127.0.0.1:${port}/api/status`)).json()) as JobStatus).inputs.readings;
  } catch {
    return undefined;
  }
}

const isAccountedFor = ({ events, filtered, deadLettered, applied, pending }: InputView): boolean => events === filtered + applied + pending + Object.values(deadLettered).reduce((sum, count) => sum + count, 0);

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { minutes: { type: 'string' }, 'port-base': { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help) return void print(HELP), 0;
  const minutes = Number(values.minutes ?? 10);
  if (!(minutes > 0) || !existsSync(WEIR)) return void print(existsSync(WEIR) ? HELP : `there is no ${WEIR}: run npm run build`), 2;
  const base = values['port-base'] ?? '23000';
  const ports = portsFrom(base);
  const dir = mkdtempSync(join(tmpdir(), 'weir-soak-'));
  const child = await startUp(dir, base);
  const started = Date.now();
  const end = started + minutes * 60_000;
  const state = { published: 0, backlog: 0 };
  const samples: Sample[] = [];
  try {
    const publishing = publish(connectionsFor(ports).eventHubs, state, () => Date.now() >= end);
    while (Date.now() < end) {
      await sleep(SAMPLE_MS);
      const view = await readStatus(ports.host);
      if (view) state.backlog = view.backlog;
      const sample = { seconds: Math.round((Date.now() - started) / 1_000), published: state.published, applied: view?.applied ?? 0, backlog: view?.backlog ?? 0, memory: residentMb(child.pid as number) };
      samples.push(sample);
      if (!values.json) print(`${String(sample.seconds).padStart(5)} s  published ${String(sample.published).padStart(9)}  applied ${String(sample.applied).padStart(9)}  backlog ${String(sample.backlog).padStart(7)}  MB ${Object.entries(sample.memory).map(([name, mb]) => `${name} ${mb}`).join('  ')}`);
    }
    await publishing;
    return await report({ samples, published: state.published, port: ports.host, json: values.json === true });
  } finally {
    child.kill('SIGTERM');
    await new Promise((done) => child.once('exit', done));
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Waits until all that was published has been read, and judges. */
async function report({ samples, published, port, json }: { samples: Sample[]; published: number; port: number; json: boolean }): Promise<number> {
  let view: InputView | undefined;
  for (let patience = 120; patience > 0 && (view?.events ?? 0) < published; patience--) {
    await sleep(1_000);
    view = await readStatus(port);
  }
  const accounted = view !== undefined && view.events === published && isAccountedFor(view);
  const verdict = judge(samples);
  if (json) print(JSON.stringify({ samples, verdict, accounted, published }));
  else print(`host ${verdict.before} MB in the second quarter, ${verdict.after} MB in the last: ${verdict.isFlat ? 'flat' : 'GROWS'}. ${published} events published, ${view?.events} accounted for: ${accounted ? 'all' : 'NOT ALL'}`);
  return verdict.isFlat && accounted ? 0 : 1;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    print(String(error));
    process.exitCode = 1;
  },
);
