/**
 * Random queries and events, computed a second time by brute force (expressions.ts, aggregates.ts, windows.ts, steps.ts): nested loops over all
 * events, written from the rules of the language and without any code of the product. In every world the rows must be the same.
 */
import fc from 'fast-check';
import { WORLDS, runWorld, seeded, type Scenario, type World } from '../scripts/worlds';
import { Open } from './aggregates';
import type { Row } from './expressions';
import { REFERENCE, step, type Relation, type Step } from './steps';

const START = Date.UTC(2024, 0, 1);
/** How many queries; `npm run check:oracle` tries many more. */
const RUNS = Number(process.env.WEIR_ORACLE_RUNS ?? 120);
const iso = (t: number): string => new Date(START + t * 1000).toISOString();

/** Half seconds, so that boundaries are met and missed. */
const time = fc.integer({ min: 0, max: 120 }).map((n) => n / 2);
const payload = fc.record({ k: fc.constantFrom('a', 'b', 'c', null), v: fc.option(fc.integer({ min: -3, max: 9 })), w: fc.integer({ min: 0, max: 4 }) });
const events = fc.oneof(
  fc.array(fc.tuple(time, payload), { maxLength: 14 }),
  fc.uniqueArray(fc.tuple(time, payload), { maxLength: 14, selector: ([t]) => t }),
).map((list) => list.map(([t, p]): Row => ({ t, ...p })));

const where = fc.record({ world: fc.constantFrom(...WORLDS), seed: fc.integer() });

interface Case {
  query: string;
  expected: Record<string, string[]>;
}

/** Every step becomes a WITH step and, stamped with its time, an output. */
function caseOf(first: readonly Row[], second: readonly Row[], steps: readonly Step[]): Case {
  const relations: Relation[] = [
    { from: (alias) => `input ${alias} TIMESTAMP BY ${alias}.t`, rows: first },
    { from: (alias) => `other ${alias} TIMESTAMP BY ${alias}.t`, rows: second },
  ];
  const texts: string[] = [];
  const expected: Case['expected'] = {};
  steps.forEach((make, i) => {
    const { sql, rows } = make(relations);
    if (rows.length > 400) throw new Open();
    texts.push(`step${i} AS (${sql})`);
    relations.push({ from: (alias) => `step${i} ${alias}`, rows });
    expected[`out${i}`] = rows.map((row) => canonical({ k: row.k, v: row.v, w: row.w, e: iso(row.t) })).sort();
  });
  const outputs = steps.map((_, i) => `SELECT k, v, w, System.Timestamp() AS e INTO out${i} FROM step${i}`);
  return { query: `WITH ${texts.join(',\n')}\n${outputs.join('\n')}`, expected };
}

/** Numbers to nine digits: the order of additions is free. */
function canonical(row: Record<string, unknown>): string {
  const plain = (value: unknown): unknown => (typeof value === 'number' ? Number(value.toPrecision(9)) + 0 : value);
  return JSON.stringify(Object.entries(row).map(([name, value]) => (name === 'e' ? new Date(value as string).toISOString() : plain(value))));
}

function outcome(scenario: Scenario, world: World, random: () => number): Record<string, string[]> {
  const { rows, letters } = runWorld(scenario, world, random);
  expect(letters).toEqual([]);
  return Object.fromEntries(Object.entries(rows).map(([name, list]) => [name, list.map((text) => canonical(JSON.parse(text) as Record<string, unknown>)).sort()]));
}

describe('random queries against brute force', () => {
  it('find no difference', () => {
    let told = 0;
    fc.assert(
      fc.property(events, events, fc.array(step, { minLength: 1, maxLength: 4 }), where, (first, second, steps, { world, seed }) => {
        let test: Case;
        try {
          test = caseOf(first, second, steps);
        } catch (error) {
          if (error instanceof Open) return;
          throw error;
        }
        told++;
        const bodies = [...first.map((row) => ({ input: 'input', row })), ...second.map((row) => ({ input: 'other', row }))];
        const scenario: Scenario = {
          query: test.query,
          inputs: ['input', 'other'],
          references: { rooms: REFERENCE.map((row) => ({ ...row })) },
          events: bodies.map(({ input, row: { t, ...rest } }) => ({ input, body: JSON.stringify({ ...rest, t: iso(t) }) })),
        };
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
