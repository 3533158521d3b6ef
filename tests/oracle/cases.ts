/** Random queries with the events to run them over and the rows that brute force finds. */
import fc from 'fast-check';
import type { Scenario } from '../scripts/worlds';
import { Open } from './aggregates';
import type { Row } from './expressions';
import { REFERENCE, type Relation, type Step } from './steps';

const START = Date.UTC(2024, 0, 1);
const iso = (t: number): string => new Date(START + t * 1000).toISOString();

/** Half seconds, so that boundaries are missed; and few whole ones, so that they are met. */
const time = fc.oneof(
  fc.integer({ min: 0, max: 120 }).map((n) => n / 2),
  fc.integer({ min: 0, max: 20 }),
);
const payload = fc.record({ k: fc.constantFrom('a', 'b', 'c', null), v: fc.option(fc.integer({ min: -3, max: 9 })), w: fc.integer({ min: 0, max: 4 }), list: fc.oneof(fc.constant(null), fc.array(fc.option(fc.integer({ min: 0, max: 5 })), { maxLength: 3 })) });
export const events = fc.oneof(
  fc.array(fc.tuple(time, payload), { maxLength: 14 }),
  fc.uniqueArray(fc.tuple(time, payload), { maxLength: 14, selector: ([t]) => t }),
).map((list) => list.map(([t, p]): Row => ({ t, ...p })));

export interface Case {
  query: string;
  expected: Record<string, string[]>;
}

/** Every step becomes a WITH step and, stamped with its time, an output. */
export function caseOf(first: readonly Row[], second: readonly Row[], steps: readonly Step[]): Case {
  const relations: Relation[] = [
    { from: (alias) => `input ${alias} TIMESTAMP BY ${alias}.t`, rows: first, isInput: true },
    { from: (alias) => `other ${alias} TIMESTAMP BY ${alias}.t`, rows: second, isInput: true },
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
export function canonical(row: Record<string, unknown>): string {
  const plain = (value: unknown): unknown => (typeof value === 'number' ? Number(value.toPrecision(9)) + 0 : value);
  return JSON.stringify(Object.entries(row).map(([name, value]) => (name === 'e' ? new Date(value as string).toISOString() : plain(value))));
}

export function scenarioOf(query: string, first: readonly Row[], second: readonly Row[]): Scenario {
  const bodies = [...first.map((row) => ({ input: 'input', row })), ...second.map((row) => ({ input: 'other', row }))];
  return {
    query,
    inputs: ['input', 'other'],
    references: { rooms: REFERENCE.map((row) => ({ ...row })) },
    events: bodies.map(({ input, row: { t, ...rest } }) => ({ input, body: JSON.stringify({ ...rest, t: iso(t) }) })),
  };
}
