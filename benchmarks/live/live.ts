import { measureRun } from './measure-run';
import type { LiveQuestion } from './question';

/** How fast events go through while they are published, as fast as the publisher can, in batches that were encoded before. */
export const live: LiveQuestion = {
  name: 'live',
  asks: 'from a publisher of pre-encoded batches to rows in Cosmos DB and Blob, everything at the same time',
  events: 1_200_000,
  target: { what: 'events a second', atLeast: 60_000 },
  ask: async (events) => {
    const run = await measureRun({ events, rate: 60_000, backlog: false, sdk: false, batch: 1000, paced: false, lookEvery: 250 });
    return { run, reached: (run.events / run.elapsedMs) * 1000 };
  },
};
