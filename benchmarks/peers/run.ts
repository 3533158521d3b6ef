/** `npm run bench:peers`: see README.md beside this. Exit code 0: all that are installed agree; 1: one gave other rows, or failed; 2: the command is wrong. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf } from '../../shared/errors';
import { apart } from '../apart';
import { countOf, machine, print, runCommand, UsageError } from '../command';
import { difference } from '../compare';
import { makeEvents, type Data } from '../events';
import { inTurn, type Cost } from '../measure';
import type { ResultRow } from '../question';
import { QUESTIONS } from '../questions';

const HELP = `npm run bench:peers -- [--python PATH] [--peer NAME] [--events N] [--json]

  COUNT and AVG by device in tumbling windows of 10 s, by Weir and by what Python can install: bytewax, flink, pathway, spark. benchmarks/peers/README.md tells how.

  --python PATH  the Python that has them; default python3
  --peer NAME    only this one
  --events N     default 400,000
  --json         print {machine, weir, peers} and nothing else
`;
const PEERS = ['bytewax', 'flink', 'pathway', 'spark'];
const COLUMNS = ['deviceId', 'n', '~mean', 'until'];
const SOURCES = join(__dirname, __filename.endsWith('.js') ? '../../../benchmarks/peers' : '.');

interface PeerResult {
  name: string;
  /** Why there is no cost: it is not installed, it failed, or its rows are others. */
  missing?: string;
  wrong?: string;
  cost?: Cost;
}

function askPeer(name: string, python: string, { file, rows }: { file: string; rows: readonly ResultRow[] }): PeerResult {
  const { status, stdout, stderr, error } = spawnSync(python, [join(SOURCES, `${name}_tumbling.py`), file], { encoding: 'utf8', maxBuffer: 1 << 30 });
  if (error) return { name, missing: messageOf(error) };
  const absent = /No module named '([^']+)'/.exec(stderr)?.[1];
  if (absent) return { name, missing: `${python} has no module ${absent}` };
  if (status !== 0) return { name, wrong: `exit code ${status}: ${stderr.trim().split('\n').at(-1) ?? ''}` };
  const told = JSON.parse(stdout.trim().split('\n').at(-1) as string) as { cost: Cost; rows: ResultRow[] };
  const wrong = difference(rows, told.rows, COLUMNS);
  return wrong === undefined ? { name, cost: told.cost } : { name, wrong };
}

/** Weir's rows, and what it takes in a process of its own. */
async function askWeir(data: Data, events: number): Promise<{ rows: ResultRow[]; cost: Cost }> {
  const question = QUESTIONS.flatMap((asked) => (asked.kind === 'race' && asked.question.name === 'tumbling' ? [asked.question] : []))[0];
  const opened = await question?.contenders[0]?.open(data);
  if (!opened) throw new Error('there is no question named tumbling');
  const rows = (await opened.run())();
  opened.close();
  const { run, close } = apart({ question: 'tumbling', index: 0, events });
  const [cost] = await inTurn([async () => (await run()).cost], { warmUps: 4, runs: 3 });
  close();
  return { rows, cost: cost as Cost };
}

async function answer(peers: readonly string[], python: string, events: number): Promise<{ weir: Cost; peers: PeerResult[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'weir-peers-'));
  try {
    const data = makeEvents({ count: events, keys: 1000 });
    const file = join(folder, 'events.ndjson');
    writeFileSync(file, data.bytes);
    const { rows, cost } = await askWeir(data, events);
    return { weir: cost, peers: peers.map((name) => askPeer(name, python, { file, rows })) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function line(name: string, { cost, missing, wrong }: Omit<PeerResult, 'name'>, weir: Cost, events: number): string {
  if (!cost) return `  ${name.padEnd(8)}  ${missing === undefined ? `not timed, ${wrong}` : `not asked: ${missing}`}`;
  const rate = (ms: number): string => `${(events / ms / 1000).toFixed(3)} M/s`;
  return `  ${name.padEnd(8)}  ${rate(cost.cpuMs)} per CPU second ${(cost.cpuMs / weir.cpuMs).toFixed(2)} ×  ${rate(cost.wallMs)} per second ${(cost.wallMs / weir.wallMs).toFixed(2)} ×`;
}

async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({ args: [...argv], options: { python: { type: 'string' }, peer: { type: 'string' }, events: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help) return print(HELP);
  const events = countOf(values.events, 'events') ?? 400_000;
  if (values.peer !== undefined && !PEERS.includes(values.peer)) throw new UsageError(`there is no peer '${values.peer}'; there are ${PEERS.join(', ')}`);
  const before = machine();
  const { weir, peers } = await answer(values.peer === undefined ? PEERS : [values.peer], values.python ?? 'python3', events);
  if (values.json) print(JSON.stringify({ machine: before, events, weir, peers }, null, 2));
  else for (const each of [{ name: 'weir', cost: weir }, ...peers]) print(line(each.name, each, weir, events));
  return peers.some(({ wrong }) => wrong !== undefined) ? 1 : 0;
}

runCommand('bench:peers', main);
