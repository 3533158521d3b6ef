/**
 * Two host processes share one job's entities over a task hub and are killed with SIGKILL in turn while events come in, each started again. What they have
 * written, each identity once, is what one process computes. The same with all parts of `weir up` is `npm run chaos -- --hosts 2`.
 */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTaskHub } from '../../../../../local/host/durable/hub/task-hub';
import type { TaskHub } from '../../../../../local/host/durable/hub/task-hub';
import type { InputEvent } from '../../../../../shared/event';
import { createDecoder } from '../../../../../shared/formats/decoder';
import { keyOfEntity } from '../../../../../shared/runtime/entity';
import { Ingest } from '../../../../../shared/runtime/ingest';
import { Runner } from '../../../../../shared/runtime/runner';
import { parseDateTime, TICKS_PER_SECOND } from '../../../../../shared/values/ticks';
import { waitFor } from '../../support/wait';
import { ENVIRONMENT, PARTITIONS, program } from './support/job';

const [BATCHES, EVENTS, KILLS] = [50, 20, 3];
const START = parseDateTime('2026-01-01T00:00:00Z') as number;
const decoder = createDecoder({ format: 'json', booleansAsBit: true });

/** One batch of a partition: a second of readings. */
function eventsOf(partition: number, batch: number): InputEvent[] {
  return Array.from({ length: EVENTS }, (_, i): InputEvent => {
    const n = batch * EVENTS + i;
    const t = new Date(Date.UTC(2026, 0, 1) + batch * 1_000 + i * 40).toISOString();
    return { sequenceNumber: n, enqueued: START + batch * TICKS_PER_SECOND, body: Buffer.from(JSON.stringify({ k: `k${(n * 3 + partition) % 7}`, v: n % 13, t })) };
  });
}

const batchOf = (partition: number, batch: number) => ({ input: 'input', partition: String(partition), partitionCount: PARTITIONS, begin: 0, events: eventsOf(partition, batch) });
const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
const batches = Array.from({ length: BATCHES }, (_, batch) => batch);

/** Rows by identity, as one process computes them. */
function inProcess(): Map<string, string> {
  const rows = new Map<string, string>();
  const runner = new Runner(program(), {
    ...ENVIRONMENT,
    decoders: { input: decoder },
    partitions: { input: PARTITIONS },
    onOutput: (output) => output.rows.forEach(({ id, values }) => rows.set(id, JSON.stringify(values))),
    onDeadLetters: (letters) => expect(letters).toEqual([]),
  });
  for (const batch of batches) for (const partition of partitions) runner.push(batchOf(partition, batch));
  runner.finish();
  return rows;
}

describe('two hosts, killed in turn', () => {
  const dir = mkdtempSync(join(tmpdir(), 'hub-kill-'));
  const file = join(dir, 'written');
  const hosts: ChildProcess[] = [];
  let hub: TaskHub;

  const start = (n: number): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(join(__dirname, 'support/entity-host-process.js'), [String(hub.port), file], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
      hosts[n] = child;
      child.once('message', () => resolve());
      child.once('exit', (code) => reject(new Error(`The host ended with code ${code}.`)));
    });
  const kill = async (n: number): Promise<void> => {
    const child = hosts[n]!;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await gone;
  };
  const signal = async (partition: number, operation: string, input: unknown): Promise<void> => {
    const key = encodeURIComponent(keyOfEntity({ entity: 'partition', input: 'input', partition: String(partition) }));
    const response = await fetch(`http://127.0.0.1:${hub.port}/durabletask/entities/partition/${key}?op=${operation}`, { method: 'POST', body: JSON.stringify(input), headers: { 'content-type': 'application/json' } });
    expect(response.status).toBe(202);
  };
  const written = (): { pid?: number; entity?: string; id?: string; values?: unknown }[] =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { pid?: number });

  beforeAll(async () => {
    hub = await startTaskHub({ port: 0, dataDir: dir, log: () => undefined });
    await Promise.all([start(0), start(1)]);
  }, 30_000);
  afterAll(async () => {
    await Promise.all(hosts.map((_, n) => kill(n)));
    await hub.stop();
    rmSync(dir, { recursive: true });
  });

  it('lose nothing and double nothing', async () => {
    const ingest = new Ingest(program(), 'input', { ...ENVIRONMENT, decoder });
    const killing = (async () => {
      for (let n = 0; n < KILLS; n++) {
        await new Promise((resolve) => setTimeout(resolve, 150));
        await kill(n % 2);
        await start(n % 2);
      }
    })();
    const isOver = killing.then(() => true);
    const soon = (): Promise<boolean> => new Promise((resolve) => setTimeout(() => resolve(false), 40));
    for (const batch of batches) {
      for (const partition of partitions) await signal(partition, 'deliver', ingest.run(batchOf(partition, batch)).delivery);
      // The events last as long as the killing does.
      await Promise.race([isOver, soon()]);
    }
    await killing;
    for (const partition of partitions) await signal(partition, 'tick', { watermark: 'end', lastSequenceNumber: BATCHES * EVENTS - 1, partitions: PARTITIONS });

    const expected = inProcess();
    const rows = (): Map<string, Set<string>> => {
      const found = new Map<string, Set<string>>();
      for (const { id, values } of written()) if (id !== undefined) found.set(id, (found.get(id) ?? new Set()).add(JSON.stringify(values)));
      return found;
    };
    await waitFor('all rows', () => rows().size >= expected.size, 15_000);
    expect(rows()).toEqual(new Map([...expected].map(([id, values]) => [id, new Set([values])])));
    expect(expected.size).toBeGreaterThan(30);

    const served = written().filter(({ entity }) => entity !== undefined);
    const pids = new Set(served.map(({ pid }) => pid));
    // One that was killed soon after it had come may have served nothing.
    expect(pids.size).toBeGreaterThan(2);
    for (const partition of partitions) expect(new Set(served.filter(({ entity }) => entity?.endsWith(`|${partition}`)).map(({ pid }) => pid)).size).toBeGreaterThan(1);
  }, 30_000);
});
