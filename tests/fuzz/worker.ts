/** One target in a thread of its own: what hangs or eats memory takes only the thread with it. */
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from '../../shared/errors';
import { fuzz } from './fuzz';
import { TARGETS } from './targets/all';
import type { Target } from './target';

export interface WorkerTask {
  target: string;
  inputs: number;
  seed: number;
  /** The input at work: its number, its length, its bytes. */
  current: SharedArrayBuffer;
}

const { target, inputs, seed, current } = workerData as WorkerTask;
const [count, bytes] = [new Int32Array(current, 0, 2), new Uint8Array(current, 8)];

function onInput(input: Buffer): void {
  bytes.set(input.subarray(0, bytes.length));
  Atomics.store(count, 1, Math.min(input.length, bytes.length));
  Atomics.add(count, 0, 1);
}

fuzz(TARGETS.find(({ name }) => name === target) as Target, { inputs, seed, onInput, onProgress: (done) => parentPort?.postMessage({ done }) }).then(
  (report) => parentPort?.postMessage({ report: { ...report, slowest: report.slowest.toString('base64') } }),
  (error: unknown) => parentPort?.postMessage({ finding: messageOf(error) }),
);
