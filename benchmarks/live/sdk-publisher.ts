import { measureRun } from './measure-run';
import type { LiveQuestion } from './question';

/**
 * Which part is the bottleneck when events are published as applications do it. It is the publisher when its process always had work (its one thread that runs JavaScript can do no
 * more, whether or not it got a whole processor), and what it published had been received all the same.
 */
export const sdkPublisher: LiveQuestion = {
  name: 'sdk-publisher',
  asks: 'the same with the unmodified EventHubProducerClient: is the publisher the bottleneck?',
  events: 400_000,
  target: { what: 'of the time the publisher has work while it publishes, and of its events so many have been received when it ends', atLeast: 0.9 },
  ask: async (events) => {
    const run = await measureRun({ events, rate: 30_000, backlog: false, sdk: true, batch: 1000, paced: false, lookEvery: 250 });
    const { busy } = run.published;
    const cores = (run.cpuMs.publisher ?? 0) / run.publishedMs;
    return { run, reached: Math.min(busy, run.keptUp), more: { 'has work': busy, received: run.keptUp, 'cores of the publisher while it publishes': cores } };
  },
};
