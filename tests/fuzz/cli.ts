/** `npm run fuzz -- --inputs 1000000 [--seed N] [--target NAME] [--json]`: see docs/hostile-input.md. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { TARGETS } from './targets/all';
import type { WorkerTask } from './worker';

const HELP = `npm run fuzz -- [--inputs N] [--seed N] [--target NAME] [--json]
  feeds unsound input to everything that takes input from strangers; exit code 1 when one cannot take it

  --inputs N      in all; default 100000. With --target, to that one
  --seed N        the same seed gives the same inputs; default a new one, which is printed
  --target NAME   one of ${TARGETS.map(({ name }) => name).join(', ')}; default all
  --json          print the result as JSON`;

const print = (line: string): boolean => process.stdout.write(`${line}\n`);

/** Parts of a hundred: those with a network in between are slower. */
const SHARE: Record<string, number> = { json: 15, columns: 20, csv: 15, gzip: 10, sql: 25, amqp: 5, cosmos: 5, http: 5 };
/** An input that takes longer hangs, ms. */
const HANG_MS = 30_000;
const MAX_HEAP_MB = 512;
/** More than this from the first fifth of the inputs on is a leak, MB. */
const MAX_GROWTH_MB = 200;
const LONGEST = 64 * 1024;

interface Outcome {
  target: string;
  inputs: number;
  report?: { slowestMs: number; grownMb: number };
  finding?: string;
}

function run(target: string, inputs: number, seed: number): Promise<Outcome> {
  const current = new SharedArrayBuffer(8 + LONGEST);
  const [count, bytes] = [new Int32Array(current, 0, 2), new Uint8Array(current, 8)];
  const task: WorkerTask = { target, inputs, seed, current };
  const worker = new Worker(`require(${JSON.stringify(join(__dirname, 'run.js'))})('worker.ts')`, { eval: true, workerData: task, resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB } });
  const input = (): string => Buffer.from(bytes.slice(0, Atomics.load(count, 1))).toString('base64');
  return new Promise((resolve) => {
    let seen = -1;
    const finish = (outcome: Omit<Outcome, 'target' | 'inputs'>): void => {
      clearInterval(watch);
      void worker.terminate().then(() => resolve({ target, inputs, ...outcome }));
    };
    const watch = setInterval(() => {
      const now = Atomics.load(count, 0);
      if (now === seen) finish({ finding: `${target}: hangs\ninput (base64): ${input()}` });
      seen = now;
    }, HANG_MS);
    worker.on('message', ({ done, report, finding }: { done?: number; report?: { slowestMs: number; grownMb: number }; finding?: string }) => {
      if (done !== undefined && process.stderr.isTTY) process.stderr.write(`\r${target}: ${done}/${inputs}`);
      if (finding !== undefined) finish({ finding });
      else if (report) finish(report.grownMb > MAX_GROWTH_MB ? { report, finding: `${target}: resident memory has grown by ${report.grownMb} MB` } : { report });
    });
    worker.on('error', (error) => finish({ finding: `${target}: ends with ${error.stack ?? error.message}\ninput (base64): ${input()}` }));
  });
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { inputs: { type: 'string' }, seed: { type: 'string' }, target: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help) return void print(HELP), 0;
  const [inputs, seed] = [Number(values.inputs ?? 100_000), Number(values.seed ?? Date.now() % 1_000_000)];
  const targets = TARGETS.filter(({ name }) => values.target === undefined || name === values.target);
  if (!Number.isInteger(inputs) || inputs < 1 || !Number.isInteger(seed) || targets.length === 0) return void print(HELP), 2;
  const outcomes: Outcome[] = [];
  for (const { name } of targets) {
    const outcome = await run(name, values.target === undefined ? Math.ceil((inputs * (SHARE[name] ?? 1)) / 100) : inputs, seed);
    outcomes.push(outcome);
    const { report, finding } = outcome;
    if (!values.json) print(`${process.stderr.isTTY ? '\r' : ''}${name.padEnd(8)} ${String(outcome.inputs).padStart(8)} inputs  ${finding ? `FOUND ${finding}` : `slowest ${Math.round(report?.slowestMs ?? 0)} ms, memory grown by ${report?.grownMb} MB`}`);
  }
  const found = outcomes.filter(({ finding }) => finding !== undefined);
  if (values.json) print(JSON.stringify({ seed, outcomes }));
  else print(found.length === 0 ? `nothing found (seed ${seed})` : `${found.length} of ${outcomes.length} targets fail; again with --seed ${seed} --target NAME`);
  return found.length === 0 ? 0 : 1;
}

main().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    print(String(error));
    process.exitCode = 1;
  },
);
