import fc from 'fast-check';
import { aggregates, createAggregate } from '../../../shared/builtins/aggregates/registry';
import { running } from '../../../shared/builtins/aggregates/running';
import type { SqlValue } from '../../../shared/values/value';
import { toJsonText } from '../../../shared/values/json';

const WINDOWED = ['count', 'sum', 'avg', 'min', 'max', 'stdev', 'stdevp', 'var', 'varp', 'topone', 'collect', 'percentile_cont'];

const value: fc.Arbitrary<SqlValue> = fc.oneof(
  fc.constant(null),
  fc.integer({ min: -5, max: 5 }),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.constantFrom(0.1, -0.1, 1e16, -1e16, 2 ** 53 - 1, 1e300),
);

const outcome = (result: () => SqlValue): string => {
  try {
    return toJsonText(result());
  } catch (error) {
    return String(error);
  }
};

describe('aggregates over values that come and go', () => {
  it.each(WINDOWED)('%s: as folding what is there anew', (name) => {
    expect(aggregates.has(name)).toBe(true);
    const options = { distinct: false, constants: name.startsWith('percentile') ? [0.5] : [], descending: [false], type: 'any' as const };
    const hasOrder = name === 'topone' || name.startsWith('percentile');
    fc.assert(
      fc.property(fc.array(fc.oneof({ weight: 3, arbitrary: value.map((v) => ({ v })) }, { weight: 2, arbitrary: fc.constant('leave' as const) }), { maxLength: 40 }), (steps) => {
        const usable = steps.map((step) => (name.startsWith('st') || name.startsWith('var') ? (step !== 'leave' && step.v === 1e300 ? { v: 1 } : step) : step));
        const algebra = createAggregate(name, options);
        const followed = running(createAggregate(name, options));
        let there: { v: SqlValue; t: number }[] = [];
        usable.forEach((step, t) => {
          if (step !== 'leave') {
            there.push({ v: step.v, t });
            followed.add(step.v, t, hasOrder ? [step.v] : undefined);
          } else if (there.length > 0) {
            const [first, ...rest] = there;
            there = rest;
            if (!followed.removeFirst(first?.v ?? null)) {
              followed.startAnew();
              for (const { v, t: at } of rest) followed.add(v, at, hasOrder ? [v] : undefined);
            }
          }
          const anew = there.reduce((state, { v, t: at }) => algebra.add(state, v, at, hasOrder ? [v] : undefined), algebra.init());
          expect(outcome(() => followed.result())).toBe(outcome(() => algebra.result(anew)));
        });
      }),
      { numRuns: 200 },
    );
  });
});
