/** A small part of `npm run fuzz`: any input is taken or refused, by everything that takes input from strangers. */
import { fuzz } from './fuzz';
import { TARGETS } from './targets/all';

/** So many that all of them together take a few seconds; those with a network in between are slower. */
const INPUTS: Record<string, number> = { json: 2_000, columns: 2_000, csv: 2_000, gzip: 1_000, sql: 700, amqp: 150, cosmos: 250, http: 250 };

it.each(TARGETS.map((target) => [target.name, target] as const))('%s takes or refuses any input', async (name, target) => {
  const { inputs, slowestMs } = await fuzz(target, { inputs: INPUTS[name] as number, seed: 1 });
  expect(inputs).toBe(INPUTS[name]);
  expect(slowestMs).toBeLessThan(2_000);
});
