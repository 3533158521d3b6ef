/**
 * Random queries and events, computed a second time by brute force (expressions.ts, aggregates.ts, windows.ts, steps.ts): nested loops over all
 * events, written from the rules of the language and without any code of the product. In every world the rows must be the same.
 */
import fc from 'fast-check';
import { WORLDS, runWorld, seeded, type Scenario, type World } from '../scripts/worlds';
import { Open } from './aggregates';
import { canonical, caseOf, events, scenarioOf, type Case } from './cases';
import { step } from './steps';

/** How many queries; `npm run check:oracle` tries many more. */
const RUNS = Number(process.env.WEIR_ORACLE_RUNS ?? 120);
/** `live`: events come in order and none is waited for, so that windows close and rows are forgotten on the way; else all is decided at the end. */
const where = fc.record({ world: fc.constantFrom(...WORLDS), seed: fc.integer(), live: fc.boolean() });

function outcome(scenario: Scenario, world: World, random: () => number): Record<string, string[]> {
  const { rows, letters } = runWorld(scenario, world, random);
  expect(letters).toEqual([]);
  return Object.fromEntries(Object.entries(rows).map(([name, list]) => [name, list.map((text) => canonical(JSON.parse(text) as Record<string, unknown>)).sort()]));
}

describe('random queries against brute force', () => {
  it('find no difference', () => {
    let told = 0;
    fc.assert(
      fc.property(events, events, fc.array(step, { minLength: 1, maxLength: 4 }), where, (first, second, steps, { world, seed, live }) => {
        let test: Case;
        try {
          test = caseOf(first, second, steps);
        } catch (error) {
          if (error instanceof Open) return;
          throw error;
        }
        told++;
        const inOrder = (rows: typeof first): typeof first => (live ? [...rows].sort((a, b) => a.t - b.t) : rows);
        const scenario: Scenario = { ...scenarioOf(test.query, inOrder(first), inOrder(second)), policy: live ? { outOfOrder: 0 } : {} };
        const expected = Object.fromEntries(Object.entries(test.expected).filter(([, rows]) => rows.length > 0));
        try {
          expect(outcome(scenario, world, seeded(seed))).toEqual(expected);
        } catch (error) {
          throw new Error(`${test.query}\nin the world '${world.name}'\n${scenario.events.map((e) => `${e.input} ${e.body}`).join('\n')}\n${(error as Error).message}`);
        }
      }),
      { numRuns: RUNS },
    );
    expect(told).toBeGreaterThan(RUNS / 2);
  });
});
