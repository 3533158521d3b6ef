/** `npm run faults`: see USAGE. Seeds are shared out to processes; each is run.js again, with its share in an environment variable. */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { readArguments, USAGE, type Arguments } from './arguments';
import type { Tally } from './campaign';
import { simulatedJobs, type SimulatedJob } from './jobs';
import { isClean, reportText, sumOf } from './report';
import { runShare, type ShareResult } from './worker';

const SHRINKS = 3;

type Message = { tally: Tally } | { result: ShareResult };

function jobsFor({ job }: Arguments): SimulatedJob[] {
  const all = simulatedJobs();
  const jobs = all.filter(({ name }) => job === undefined || name === job);
  if (jobs.length === 0) throw new Error(`there is no job '${job}'; there are ${all.map(({ name }) => name).join(', ')}`);
  return jobs;
}

function shareOf(args: Arguments, worker: number): Parameters<typeof runShare>[1] {
  return { firstSeed: args.firstSeed + worker, lastSeed: args.firstSeed + args.seeds - 1, step: args.workers, shrinks: SHRINKS, only: args.faults, events: args.events, mutation: args.without };
}

/** The part of one process, told by its parent. */
async function work(args: Arguments, worker: number): Promise<void> {
  const send = (message: Message): void => void process.send?.(message);
  const result = await runShare(jobsFor(args), shareOf(args, worker), (tally) => send({ tally }));
  send({ result });
  process.disconnect();
}

/** Starts a process and gives its result. */
function startWorker(worker: number, onTally: (tally: Tally) => void): Promise<ShareResult> {
  return new Promise((resolve, reject) => {
    const child = fork(join(__dirname, 'run.js'), process.argv.slice(2), { env: { ...process.env, WEIR_FAULTS_WORKER: String(worker) } });
    let result: ShareResult | undefined;
    child.on('message', (message: Message) => ('result' in message ? (result = message.result) : onTally(message.tally)));
    child.on('error', reject);
    child.on('exit', (code) => (result ? resolve(result) : reject(new Error(`worker ${worker} ended with code ${code}`))));
  });
}

async function main(args: Arguments): Promise<number> {
  const jobs = jobsFor(args);
  const workers = Math.min(args.workers, args.seeds);
  const tallies = new Map<number, Tally>();
  const show = (): void => {
    if (!process.stderr.isTTY) return;
    const { runs, lost, doubled } = sumOf([...tallies.values()]);
    process.stderr.write(`\r${Math.floor(runs / jobs.length)}/${args.seeds} seeds, ${lost} lost, ${doubled} doubled `);
  };
  const onTally = (worker: number) => (tally: Tally): void => {
    tallies.set(worker, tally);
    show();
  };
  const results = workers <= 1 ? [await runShare(jobs, shareOf({ ...args, workers: 1 }, 0), onTally(0))] : await Promise.all(Array.from({ length: workers }, (_, worker) => startWorker(worker, onTally(worker))));
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  const tally = sumOf(results.map((result) => result.tally));
  const failures = results.flatMap((result) => result.failures);
  process.stdout.write(`${args.json ? JSON.stringify({ seeds: args.seeds, ...tally, failures }) : reportText(args.seeds, tally, failures)}\n`);
  return isClean(tally) ? 0 : 1;
}

async function start(): Promise<void> {
  try {
    const args = readArguments(process.argv.slice(2), availableParallelism());
    const worker = process.env.WEIR_FAULTS_WORKER;
    if (args === 'help') process.stdout.write(`${USAGE}\n`);
    else if (worker !== undefined && process.send) await work(args, Number(worker));
    else process.exitCode = await main(args);
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\nsee npm run faults -- --help\n`);
    process.exitCode = 2;
  }
}

void start();
