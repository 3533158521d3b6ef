/** The laws of every aggregate at once: a split into parts, merged in any order, gives the same as one pass; states survive serialisation. */
import fc from 'fast-check';
import { aggregates, createAggregate } from '../../../shared/builtins/aggregates/registry';
import type { AggregateAlgebra, AggregateFunction } from '../../../shared/builtins/aggregate';
import { QueryError } from '../../../shared/errors';
import { DateTime, type SqlValue } from '../../../shared/values/value';

const number = fc.oneof(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }), fc.constant(null));
const row = fc.record({ value: number, t: fc.integer({ min: 0, max: 50 }), order: number });
type Row = { value: SqlValue; t: number; order: SqlValue };

const fold = (algebra: AggregateAlgebra, rows: readonly Row[]): unknown => rows.reduce((state: unknown, r) => algebra.add(state, r.value, r.t, [r.order]), algebra.init());

function variants(fn: AggregateFunction): AggregateAlgebra[] {
  const constants = fn.constants === 0 ? [] : [fn.name === 'collecttop' ? 3 : 0.3];
  const options = { constants, descending: [fn.name === 'topone'], type: 'any' as const };
  return [false, ...(fn.orderBy === 'none' && fn.arguments.max === 1 && fn.name !== 'collect' ? [true] : [])].map((distinct) => createAggregate(fn.name, { ...options, distinct }));
}

describe.each([...aggregates.values()].map((fn) => [fn.name, fn] as const))('%s', (_name, fn) => {
  it.each(variants(fn).map((algebra, i) => [i === 0 ? 'all' : 'distinct', algebra] as const))('%s', (_kind, algebra) => {
    const copy = (state: unknown): unknown => algebra.decode(JSON.parse(JSON.stringify(algebra.encode(state))));
    fc.assert(
      fc.property(fc.array(row, { maxLength: 12 }), fc.array(row, { maxLength: 12 }), fc.array(row, { maxLength: 12 }), (a, b, c) => {
        const whole = algebra.result(fold(algebra, [...a, ...b, ...c]));
        const from = fold(algebra, b);
        const before = JSON.stringify(algebra.encode(from));
        const left = algebra.merge(algebra.merge(fold(algebra, a), from), fold(algebra, c));
        // Panes are merged into several windows: what is merged stays what it was, also when more is added to what it was merged into.
        expect(JSON.stringify(algebra.encode(from))).toBe(before);
        const right = algebra.merge(fold(algebra, c), algebra.merge(copy(fold(algebra, b)), copy(fold(algebra, a))));
        expect(algebra.result(left)).toEqual(whole);
        expect(algebra.result(right)).toEqual(whole);
        expect(algebra.result(algebra.merge(algebra.init(), copy(fold(algebra, [...a, ...b, ...c]))))).toEqual(whole);
      }),
      { numRuns: 200 },
    );
  });
});

describe('any values', () => {
  const any = fc.array(fc.constantFrom<SqlValue>(null, true, 0, -1, 1.5, 1e300, -1e300, 2 ** 53, 2n ** 63n - 1n, -(2n ** 63n), '', 'abc', '42', new DateTime(0), {}, { a: 1 }, [], [1, null]), { maxLength: 6 });
  const gives = (work: () => unknown): unknown => {
    try {
      return work();
    } catch (error) {
      if (error instanceof QueryError) return error;
      throw error;
    }
  };

  it.each([...aggregates.values()].flatMap((fn) => variants(fn).map((algebra, i) => [`${fn.name}${i === 0 ? '' : ' distinct'}`, algebra] as const)))('%s gives a value or an error of the query', (_name, algebra) => {
    const foldAny = (values: readonly SqlValue[]): unknown => {
      let state = algebra.init();
      values.forEach((value, t) => void gives(() => (state = algebra.add(state, value, t, [value]))));
      return state;
    };
    fc.assert(
      fc.property(any, any, (a, b) => {
        const merged = algebra.merge(foldAny(a), algebra.decode(JSON.parse(JSON.stringify(algebra.encode(foldAny(b))))));
        const result = gives(() => algebra.result(merged));
        return result !== undefined && !Number.isNaN(result);
      }),
      { numRuns: 100, seed: 3 },
    );
  });
});
