import { dice, mutate } from './dice';
import type { Target } from './target';

export interface FuzzOptions {
  inputs: number;
  seed: number;
  /** Told of each input before it is fed, so that a watcher knows what hangs. */
  onInput?: (input: Buffer) => void;
  onProgress?: (done: number) => void;
}

export interface FuzzReport {
  target: string;
  inputs: number;
  /** The longest that one input took, ms, and which it was. */
  slowestMs: number;
  slowest: Buffer;
  /** How much resident memory grew from the first fifth on, in MB. */
  grownMb: number;
}

/** Longer than any input of a few hundred bytes may take. */
const LIMIT_MS = 2_000;
const CHECK_EVERY = 500;

/** What one input did; names it so that it can be tried again. */
export class Finding extends Error {
  constructor(target: string, input: Buffer, cause: unknown) {
    super(`${target}: ${cause instanceof Error ? (cause.stack ?? cause.message) : String(cause)}\ninput (base64): ${input.toString('base64')}\ninput: ${JSON.stringify(input.toString('latin1').slice(0, 400))}`);
    this.name = 'Finding';
  }
}

/** Feeds a target with so many inputs. Rejects with a Finding for the first that it cannot take. */
export async function fuzz(target: Target, { inputs, seed, onInput, onProgress }: FuzzOptions): Promise<FuzzReport> {
  const random = dice(seed);
  const report: FuzzReport = { target: target.name, inputs, slowestMs: 0, slowest: Buffer.alloc(0), grownMb: 0 };
  const running = await target.start();
  let early = 0;
  let input: Buffer = Buffer.alloc(0);
  try {
    for (let n = 0; n < inputs; n++) {
      input = mutate(random, target.corpus, target.words);
      onInput?.(input);
      const started = performance.now();
      await running.feed(input);
      const ms = performance.now() - started;
      if (ms > report.slowestMs) Object.assign(report, { slowestMs: ms, slowest: input });
      if (ms > LIMIT_MS) throw new Error(`it took ${Math.round(ms)} ms`);
      if (n % CHECK_EVERY === CHECK_EVERY - 1) await running.check?.();
      if (n === Math.floor(inputs / 5)) early = process.memoryUsage().rss;
      // Native memory is given back between turns of the event loop, as it is between the batches of a trigger.
      if (n % 100 === 99) await new Promise(setImmediate);
      if (n % 1_000 === 999) onProgress?.(n + 1);
    }
    input = Buffer.alloc(0);
    await running.check?.();
  } catch (error) {
    throw new Finding(target.name, input, error);
  } finally {
    await running.stop();
  }
  report.grownMb = Math.max(0, Math.round((process.memoryUsage().rss - early) / 2 ** 20));
  return report;
}
