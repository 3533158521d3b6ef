/** The operators of the runtime and the obvious ones of plan.ts give the same rows for the plans of random queries. */
import fc from 'fast-check';
import { compile } from '../../shared/compiler/compile';
import { toJsonText } from '../../shared/values/json';
import type { SqlRecord, SqlValue } from '../../shared/values/value';
import { compileOptions, runWorld, WORLDS, type Scenario, type World } from '../scripts/worlds';
import { Open } from '../oracle/aggregates';
import { caseOf, events, scenarioOf } from '../oracle/cases';
import { REFERENCE, step } from '../oracle/steps';
import { interpret } from './plan';

const RUNS = Number(process.env.WEIR_ORACLE_RUNS ?? 60);
/** Sums in another order may differ in the last digit. */
const rounded = (text: string): string => text.replace(/-?\d+\.\d{7,}(e-?\d+)?/g, (n) => String(Number(Number(n).toPrecision(9))));

describe('the runtime and the interpreter', () => {
  it('agree on the plans of random queries', () => {
    fc.assert(
      fc.property(events, events, fc.array(step, { minLength: 1, maxLength: 3 }), (first, second, steps) => {
        let scenario: Scenario;
        try {
          scenario = scenarioOf(caseOf(first, second, steps).query, first, second);
        } catch (error) {
          if (error instanceof Open) return;
          throw error;
        }
        const { plan } = compile(scenario.query, compileOptions(scenario));
        const records = (input: string): SqlRecord[] => scenario.events.filter((e) => e.input === input).map((e) => JSON.parse(e.body) as SqlRecord);
        const outputs = interpret(plan, { inputs: { input: records('input'), other: records('other') }, references: { rooms: REFERENCE.map((row) => ({ ...row })) } });
        const expected = Object.fromEntries(Object.entries(outputs).flatMap(([name, rows]) => (rows.length > 0 ? [[name, rows.map((row) => rounded(toJsonText(row.r[0] as SqlValue))).sort()]] : [])));
        const actual = Object.fromEntries(Object.entries(runWorld(scenario, WORLDS[0] as World).rows).map(([name, rows]) => [name, rows.map(rounded).sort()]));
        expect({ query: scenario.query, rows: actual }).toEqual({ query: scenario.query, rows: expected });
      }),
      { numRuns: RUNS },
    );
  });
});
