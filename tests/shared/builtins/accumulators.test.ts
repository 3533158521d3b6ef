/** Aggregates of many groups give what the algebra gives for each, exactly. */
import fc from 'fast-check';
import type { Accumulator } from '../../../shared/builtins/accumulator';
import type { AggregateAlgebra } from '../../../shared/builtins/aggregate';
import { createAccumulator, createAggregate } from '../../../shared/builtins/aggregates/registry';
import type { SqlValue } from '../../../shared/values/value';

const OPTIONS = { distinct: false, constants: [], descending: [], type: 'any' as const };
const GROUPS = 4;

const number = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.integer({ min: -500, max: 500 }).map((n) => n / 4),
  fc.integer({ min: -9_999, max: 9_999 }).map((n) => n / 100),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e20, max: 1e20 }),
  fc.constantFrom(0.1, -0.1, 0.2, 0.3, 1e16, -1e16, Number.MAX_SAFE_INTEGER, 5e-324, -0),
);
const value: fc.Arbitrary<SqlValue> = fc.oneof({ weight: 12, arbitrary: number }, { weight: 1, arbitrary: fc.constantFrom<SqlValue>(null, true, '12.5', 9_007_199_254_740_993n) });

/** What to do with a group: add a value, merge another group's state directly or encoded, or keep everything and read it back. */
const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ kind: fc.constant('add' as const), slot: fc.nat(GROUPS - 1), value }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('merge' as const, 'absorb' as const), slot: fc.nat(GROUPS - 1), from: fc.nat(GROUPS - 1) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

function open(name: string, algebra: AggregateAlgebra): Accumulator {
  const accumulator = createAccumulator(name, OPTIONS, algebra);
  for (let slot = 0; slot < GROUPS; slot++) accumulator.open();
  return accumulator;
}

/** States of the algebra after the same steps. */
function apply(name: string, steps: readonly Step[]): { states: unknown[]; accumulator: Accumulator; algebra: AggregateAlgebra } {
  const algebra = createAggregate(name, OPTIONS);
  const states = Array.from({ length: GROUPS }, () => algebra.init());
  let accumulator = open(name, algebra);
  const again = (): Accumulator => {
    const restored = createAccumulator(name, OPTIONS, algebra);
    restored.restore(JSON.parse(JSON.stringify(accumulator.snapshot())));
    return restored;
  };
  for (const s of steps) {
    if (s.kind === 'restart') accumulator = again();
    else if (s.kind === 'add') {
      accumulator.add(s.slot, s.value, 0);
      states[s.slot] = algebra.add(states[s.slot], s.value, 0);
    } else if (s.slot !== s.from) {
      if (s.kind === 'merge') accumulator.merge(s.slot, again(), s.from);
      else accumulator.absorb(s.slot, JSON.parse(JSON.stringify(accumulator.encode(s.from))));
      states[s.slot] = algebra.merge(states[s.slot], algebra.decode(JSON.parse(JSON.stringify(algebra.encode(states[s.from])))));
    }
  }
  return { states, accumulator, algebra };
}

const attempt = (f: () => SqlValue): unknown => {
  try {
    return f();
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe.each(['count', 'sum', 'avg', 'min', 'max', 'stdev'])('%s of many groups', (name) => {
  it('is what it is of each', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        // MIN and MAX of values that cannot be compared are another matter.
        const usable = steps.filter((s) => !(name === 'min' || name === 'max') || s.kind !== 'add' || typeof s.value === 'number' || s.value === null);
        const { states, accumulator, algebra } = apply(name, usable);
        for (let slot = 0; slot < GROUPS; slot++) {
          const expected = attempt(() => algebra.result(states[slot]));
          expect(attempt(() => accumulator.result(slot))).toEqual(expected);
          expect(attempt(() => algebra.result(algebra.decode(JSON.parse(JSON.stringify(accumulator.encode(slot))))))).toEqual(expected);
        }
      }),
      { numRuns: 400 },
    );
  });
});

it('a value that is refused leaves no trace', () => {
  const accumulator = open('sum', createAggregate('sum', OPTIONS));
  expect(() => accumulator.check('warm', 0)).toThrow(expect.objectContaining({ code: 'invalid-argument-type' }) as Error);
  expect(accumulator.result(0)).toBeNull();
});
