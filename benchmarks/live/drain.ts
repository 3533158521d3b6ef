import { measureRun } from './measure-run';
import type { LiveQuestion } from './question';

/** How fast a backlog is drained: the publisher has ended before the host starts. */
export const drain: LiveQuestion = {
  name: 'drain',
  asks: 'from the partition log to rows in Cosmos DB and Blob, a backlog that is there when the host starts',
  events: 2_000_000,
  target: { what: 'events a second', atLeast: 100_000 },
  ask: async (events) => {
    const run = await measureRun({ events, rate: 10_000, backlog: true, sdk: false, batch: 1000, paced: false, lookEvery: 250 });
    return { run, reached: (run.events / run.elapsedMs) * 1000 };
  },
};
