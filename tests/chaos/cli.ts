/** `npm run chaos`: real parts under load, killed at random; see USAGE. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Dice } from '../faults/dice';
import { inProcess, PARTITIONS, type Rows } from './job';
import { OwnershipWatch } from './ownership';
import { blobRows, cosmosRows, downstreamRows, inputEvents } from './stored';
import { choosePorts, ROOT, System } from './system';

const USAGE = `usage: npm run chaos -- [--minutes N] [--seed S] [--rate N] [--hosts N] [--port-base N] [--json]

Runs the parts of \`weir up\` under load and kills the host, the Event Hubs emulator and the publisher with SIGKILL at random, takes partitions away from the
host, and stops Cosmos DB for a minute. With --hosts 2 two hosts share the job over one task hub: one of them is killed or stopped at random and started again, so that partitions and entities move between them, and the task hub is killed too. Then what Cosmos DB, Blob and the downstream hub hold must be what the same events give in process.

  --minutes N     how long parts are killed; default 3
  --seed S        decides what is done when; default 1
  --rate N        events a second; default 400
  --hosts N       hosts that share the job; default 1
  --port-base N   ports N to N + 5, with several hosts to N + 5 + hosts; default free ones

Exit code 0: nothing lost, nothing doubled; 1: something was.`;

const SECOND = 1_000;
const pause = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
const say = (line: string): void => void process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${line}\n`);

type Deed = 'kill host' | 'kill hub' | 'kill publisher' | 'steal a partition' | 'stop host' | 'kill task hub';

/** One thing after another, with a while between them. */
async function misbehave(system: System, dice: Dice, until: number): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  const { hosts } = system;
  const isShared = hosts.length > 1;
  /** Of several hosts one stays down for so long that the others take over, or comes back before. */
  const host = async (end: (name: string) => Promise<void>): Promise<void> => {
    const name = isShared ? dice.pick('which host', hosts) : (hosts[0] as string);
    await end(name);
    await pause(dice.whole('host down', 0, (isShared ? 12 : 4) * SECOND));
    await system.start(name);
  };
  const deeds: Partial<Record<Deed, () => Promise<void>>> = {
    'kill host': () => host((name) => system.kill(name)),
    'kill hub': async () => {
      await system.kill('hub');
      await pause(dice.whole('hub down', 0, 3 * SECOND));
      await system.start('hub');
    },
    'kill publisher': async () => {
      await system.killPublisher();
      await pause(dice.whole('publisher down', 0, 3 * SECOND));
      system.startPublisher();
    },
    'steal a partition': () => system.steal(String(dice.whole('partition', 0, PARTITIONS - 1)), dice.whole('stolen', SECOND, 6 * SECOND)),
    ...(isShared ? { 'stop host': () => host((name) => system.stop(name)), 'kill task hub': killTaskHub } : {}),
  };
  async function killTaskHub(): Promise<void> {
    await system.kill('task hub');
    await pause(dice.whole('task hub down', 0, 3 * SECOND));
    await system.start('task hub');
  }
  // Of several hosts the death of one is what it is about.
  const likely: Deed[] = [...(Object.keys(deeds) as Deed[]), ...(isShared ? (['kill host', 'kill host', 'kill host'] as const) : [])];
  while (Date.now() < until) {
    await pause(dice.whole('pause', 3 * SECOND, 12 * SECOND));
    const deed = dice.pick('deed', likely);
    counts[deed] = (counts[deed] ?? 0) + 1;
    say(deed);
    await deeds[deed]?.();
  }
  return counts;
}

async function stopCosmos(system: System, after: number): Promise<void> {
  await pause(after);
  say('stop Cosmos DB for a minute');
  await system.stop('cosmos');
  await pause(60 * SECOND);
  await system.start('cosmos');
  say('Cosmos DB is back');
}

/** Until everything has been applied and the clock has closed the last windows; or until it takes too long, and the comparison tells what is missing. */
async function settle(system: System, expected: Rows): Promise<void> {
  const count = (name: string): number => expected[name]?.length ?? 0;
  for (const deadline = Date.now() + 240 * SECOND; Date.now() < deadline; await pause(2 * SECOND)) {
    const input = await system.input();
    say(input ? `${input.applied} of ${input.events + input.backlog} events applied` : 'the host does not answer');
    if (!input || input.error !== undefined || input.backlog > 0 || input.pending > 0) continue;
    if ((await cosmosRows(system.connections)).length >= count('windows') && (await blobRows(system.connections, 'history')).length >= count('history')) return;
  }
}

function difference(expected: readonly string[], found: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const row of found) left.set(row, (left.get(row) ?? 0) + 1);
  return expected.filter((row) => {
    const n = left.get(row) ?? 0;
    left.set(row, n - 1);
    return n <= 0;
  });
}

async function compare(system: System, expected: Rows): Promise<Record<string, { rows: number; lost: string[]; doubled: string[] }>> {
  const { connections } = system;
  const found: Rows = { big: await downstreamRows(connections), windows: await cosmosRows(connections), history: await blobRows(connections, 'history'), archive: await blobRows(connections, 'archive') };
  return Object.fromEntries(Object.entries(expected).map(([name, rows]) => [name, { rows: rows.length, lost: difference(rows, found[name] as string[]), doubled: difference(found[name] as string[], rows) }]));
}

interface Result {
  deeds: Record<string, number>;
  /** Only with several hosts: how often a partition's owner and how many batches of entities were another host's next. */
  moved?: { partitions: number; batches: number };
  events: number;
  outputs: Awaited<ReturnType<typeof compare>>;
}

async function run(system: System, seed: number, minutes: number): Promise<Result> {
  for (const name of system.parts) await system.start(name);
  const ownership = new OwnershipWatch(system.connections.storage);
  system.startPublisher();
  const until = Date.now() + minutes * 60 * SECOND;
  const cosmos = stopCosmos(system, (minutes * 60 * SECOND) / 3);
  const deeds = await misbehave(system, new Dice(seed), until);
  await cosmos;
  await system.killPublisher();
  const events = await inputEvents(system.connections);
  const expected = inProcess(system.job, events);
  await settle(system, expected);
  ownership.stop();
  const batches = system.log.reduce((sum, line) => sum + Number(/^task hub: A host is gone; (\d+) batches/.exec(line)?.[1] ?? 0), 0);
  return { ...(system.hosts.length > 1 ? { moved: { partitions: ownership.moves, batches } } : {}), deeds: { ...deeds, 'stop Cosmos DB for a minute': 1 }, events: [...events.values()].reduce((sum, list) => sum + list.length, 0), outputs: await compare(system, expected) };
}

async function main(): Promise<number> {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ options: { minutes: text, seed: text, rate: text, hosts: text, 'port-base': text, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', join(ROOT, 'tsconfig.build.json')], { cwd: ROOT });
  const hosts = Number(values.hosts ?? 1);
  const dir = mkdtempSync(join(tmpdir(), 'weir-chaos-'));
  const system = new System(dir, { ports: await choosePorts(values['port-base'], hosts), rate: Number(values.rate ?? 400), hosts });
  try {
    const result = await run(system, Number(values.seed ?? 1), Number(values.minutes ?? 3));
    const lines = Object.entries(result.outputs).map(([name, { rows, lost, doubled }]) => `${name.padEnd(8)} ${rows} rows, ${lost.length} lost, ${doubled.length} doubled${[...lost.slice(0, 3).map((row) => `\n  lost ${row}`), ...doubled.slice(0, 3).map((row) => `\n  doubled ${row}`)].join('')}`);
    process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${Object.entries(result.deeds).map(([deed, n]) => `${deed}: ${n}`).join(', ')}\n${result.moved ? `${result.moved.partitions} partitions moved to another host, ${result.moved.batches} batches of lost hosts ran again\n` : ''}${result.events} events\n${lines.join('\n')}\n`);
    return Object.values(result.outputs).every(({ lost, doubled }) => lost.length + doubled.length === 0) ? 0 : 1;
  } finally {
    await system.stopAll();
    rmSync(dir, { recursive: true, force: true });
  }
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`${(error as Error).stack}\n`);
    process.exitCode = 2;
  },
);
