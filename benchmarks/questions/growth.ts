import { weir } from '../contenders/weir';
import { EVENT_BYTES, makeEvents } from '../events';
import type { Growth } from '../question';
import { TUMBLING } from './tumbling';

const usual = (count: number): ReturnType<typeof makeEvents> => makeEvents({ count, keys: 1000 });

const keys: Growth = {
  name: 'growth-keys',
  asks: 'COUNT and AVG by device in windows of 10 s, 10 to 1,000,000 devices',
  axis: 'keys',
  events: 400_000,
  limit: 3,
  points: [10, 100, 1000, 10_000, 100_000, 1_000_000].map((at) => ({ at, data: (count) => makeEvents({ count, keys: at }), contender: weir(TUMBLING) })),
};

const partitions: Growth = {
  name: 'growth-partitions',
  asks: 'the same over 1 to 32 partitions, whose partial results a second stage brings together; 1,000 devices in each partition',
  axis: 'partitions',
  events: 400_000,
  points: [1, 2, 4, 8, 16, 32].map((at) => ({ at, data: usual, contender: weir(TUMBLING, { partitions: at }) })),
};

const overlap: Growth = {
  name: 'growth-overlap',
  asks: 'COUNT and MAX by device in windows of 60 s every 60 to 1 s, 1,000 devices',
  axis: 'windows that an event is in',
  events: 200_000,
  points: [60, 30, 15, 12, 6, 2, 1].map((hop) => ({
    at: 60 / hop,
    data: (count) => makeEvents({ count, keys: 1000, rate: 1000 }),
    contender: weir(`SELECT deviceId, COUNT(*) AS n, MAX(temperature) AS top INTO output FROM input TIMESTAMP BY time GROUP BY deviceId, HoppingWindow(second, 60, ${hop})`),
  })),
};

const size: Growth = {
  name: 'growth-size',
  asks: 'COUNT and AVG by device in windows of 10 s, events of 100 bytes to 64 KB',
  axis: 'bytes of an event',
  events: 200_000,
  points: [100, EVENT_BYTES, 1024, 4096, 16_384, 65_536].map((at) => ({
    at,
    data: (count) => makeEvents({ count, keys: 1000, size: at }),
    // The same data in all: what matters is the bytes, and memory has an end.
    share: Math.min(1, 2048 / at),
    contender: weir(TUMBLING),
  })),
};

const queries: Growth = {
  name: 'growth-queries',
  asks: 'jobs of 1 to 50 queries over one input: COUNT by device in windows of 10 s, each with another condition',
  axis: 'queries in the job',
  events: 100_000,
  points: [1, 2, 5, 10, 20, 50].map((at) => ({
    at,
    data: usual,
    contender: weir(Array.from({ length: at }, (_, i) => `SELECT deviceId, COUNT(*) AS n INTO output${i} FROM input TIMESTAMP BY time WHERE temperature > ${i - 10} GROUP BY deviceId, TumblingWindow(second, 10);`).join('\n')),
  })),
};

export const GROWTH: readonly Growth[] = [keys, partitions, overlap, size, queries];
