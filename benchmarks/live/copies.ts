import { EVENT_BYTES } from '../events';
import { measureRun } from './measure-run';
import type { LiveQuestion } from './question';

/** How often a byte of an event is copied on its way from the partition log to the function, by the processes that events go through. Counting costs time, so there is none to be told. */
export const copies: LiveQuestion = {
  name: 'copies',
  asks: 'bytes copied from buffer to buffer while a backlog is drained, as a multiple of the events: counted by wrapping concat, from, copy, set and slice in all parts',
  events: 200_000,
  target: { what: 'times', atMost: 4 },
  ask: async (events) => {
    const run = await measureRun({ events, rate: 10_000, backlog: true, sdk: false, batch: 1000, paced: false, lookEvery: 250, countsCopies: true });
    const perEvent = Object.fromEntries(Object.entries(run.copied).map(([process, bytes]) => [`${process}: bytes an event`, bytes / events]));
    const all = Object.values(run.copied).reduce((sum, bytes) => sum + bytes, 0);
    return { run, reached: all / events / EVENT_BYTES, more: perEvent };
  },
};
