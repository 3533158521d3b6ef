import { START } from '../events';
import { PARTITIONS } from './job';
import { measureRun, type LiveRun } from './measure-run';
import type { LiveQuestion } from './question';

/** Half of what the live question asks for. */
const RATE = 30_000;
const BATCH = 250;

/** How long a window's row takes to be there, once events behind the window's end have been sent to all partitions. */
export const latency: LiveQuestion = {
  name: 'latency',
  asks: `p99 of (row seen in Cosmos DB − watermark passes the window's end at the publisher), at ${RATE.toLocaleString('en')} events/s`,
  events: 1_350_000,
  target: { what: 'ms', atMost: 250 },
  ask: async (events) => {
    const run = await measureRun({ events, rate: RATE, backlog: false, sdk: false, batch: BATCH, paced: true, lookEvery: 10 });
    return { run, reached: percentile(delays(run), 0.99), more: { p50: percentile(delays(run), 0.5), max: percentile(delays(run), 1) } };
  },
};

/** Windows in the first seconds are not counted: the code that closes one has not run before, and so is not compiled yet. */
const WARM_UP = 15_000;

/** Of each row, ms; without those of windows that only the closing event closes. */
function delays({ cosmos, published }: LiveRun): number[] {
  return cosmos.rows.flatMap((row, i) => {
    const until = row[3] as number;
    const passed = published.sent[passedBy(until)];
    return passed === undefined || until < START + WARM_UP ? [] : [(cosmos.seen[i] as number) - passed];
  });
}

/** The batch with which the last partition gets an event behind `until`: batches go to one partition after another, in the order of time. */
function passedBy(until: number): number {
  const first = Math.floor((((until - START) * RATE) / 1000 + RATE / 1000) / BATCH);
  return first + PARTITIONS - 1;
}

function percentile(values: readonly number[], share: number): number {
  const order = [...values].sort((a, b) => a - b);
  return order[Math.min(order.length - 1, Math.ceil(order.length * share) - 1)] ?? NaN;
}
