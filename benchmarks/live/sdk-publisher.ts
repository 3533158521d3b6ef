import { measureRun } from './measure-run';
import type { LiveQuestion } from './question';

/** Which process is the bottleneck when events are published as applications do it. */
export const sdkPublisher: LiveQuestion = {
  name: 'sdk-publisher',
  asks: 'the same with the unmodified EventHubProducerClient: is the publisher the bottleneck?',
  events: 400_000,
  target: { what: 'of a core is what the publisher takes while it publishes, and no other process more', atLeast: 0.9 },
  ask: async (events) => {
    const run = await measureRun({ events, rate: 30_000, backlog: false, sdk: true, batch: 1000, paced: false, lookEvery: 250 });
    return { run, reached: (run.cpuMs.publisher ?? 0) / run.publishedMs };
  },
};
