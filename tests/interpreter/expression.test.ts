/** Generated code and the interpreter give the same value, or an error of the same code, for any expression over any row. */
import fc from 'fast-check';
import { scalars } from '../../shared/builtins/scalars/registry';
import { call, text } from '../../shared/compiler/context';
import { generate } from '../../shared/compiler/generate';
import { NO_FUNCTIONS } from '../../shared/compiler/user-functions';
import { WeirError } from '../../shared/errors';
import type { CodeByKind, Expr, Operator, Plan } from '../../shared/program';
import { encodeValue } from '../../shared/values/codec';
import { TICKS_PER_DAY } from '../../shared/values/ticks';
import { DateTime, type SqlValue } from '../../shared/values/value';
import { evaluate, holds } from './expression';

const RUNS = Number(process.env.WEIR_ORACLE_RUNS ?? 1500);
const WIDTH = 4;

const scalarValue: fc.Arbitrary<SqlValue> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.integer({ min: -3, max: 12 }),
  fc.constantFrom(0.5, -2.25, 1e300, -0, 2 ** 53, -(2 ** 53), 1e15),
  fc.constantFrom(2n ** 53n + 1n, -(2n ** 63n), 2n ** 63n - 1n),
  fc.constantFrom('', 'a', 'A', 'abc', 'aBc ', '12', '-1.5', 'é', '2024-02-29T12:00:00Z', '😀x', '%b_', '[a-c]', 'POINT(1 2)', '{"a":1}', "it's \"x\" \\ \u2028"),
  fc.integer({ min: -4000, max: 4000 }).map((days) => new DateTime(days * TICKS_PER_DAY + 12_345_678)),
);
const value: fc.Arbitrary<SqlValue> = fc.oneof(
  { weight: 5, arbitrary: scalarValue },
  fc.array(scalarValue, { maxLength: 3 }),
  fc.dictionary(fc.constantFrom('a', 'A', 'b', 'c d', '__proto__', "q'"), scalarValue, { maxKeys: 3 }).map((record) => ({ ...record }) as SqlValue),
);

const leaf: fc.Arbitrary<Expr> = fc.oneof(
  { weight: 3, arbitrary: fc.nat({ max: WIDTH - 1 }).map((index): Expr => ({ kind: 'register', index, type: 'any' })) },
  fc.constant<Expr>({ kind: 'timestamp', type: 'datetime' }),
  fc.constantFrom<Expr>({ kind: 'literal', value: null, type: 'null' }, { kind: 'literal', value: true, type: 'bit' }, { kind: 'literal', value: -0, type: 'bigint' }, { kind: 'literal', value: 3, type: 'bigint' }, { kind: 'literal', value: 2.5, type: 'float' }, { kind: 'bigliteral', digits: '9223372036854775807', type: 'bigint' }, text('abc'), text("a'b\n`${1}")),
);

/** Words that stand in a query as they are: units, types. */
const KEYWORDS: Record<string, readonly string[]> = { part: ['year', 'quarter', 'month', 'week', 'day', 'weekday', 'hour', 'microsecond'], type: ['bigint', 'float', 'nvarchar(max)', 'datetime', 'bit', 'record', 'array'], declared: ['any', 'float'] };

function callOf(name: string, expr: fc.Arbitrary<Expr>): fc.Arbitrary<Expr> {
  const fn = scalars.get(name)!;
  const least = fn.parameters.filter((p) => !p.optional).length;
  const most = fn.parameters.length + (fn.parameters.at(-1)?.repeated ? 2 : 0);
  return fc.integer({ min: least, max: most }).chain((count) => {
    const parameters = Array.from({ length: count }, (_, i) => fn.parameters[Math.min(i, fn.parameters.length - 1)]!);
    return fc.tuple(...parameters.map((p) => (p.keyword ? fc.constantFrom(...KEYWORDS[p.name]!).map(text) : expr))).map((args) => call(name, ...args));
  });
}

const OPERATORS = ['add', 'subtract', 'multiply', 'divide', 'modulo', 'equal', 'notequal', 'less', 'lessorequal', 'greater', 'greaterorequal', 'is_null', 'like', 'coalesce', 'nullif', 'concat'];

const { expr } = fc.letrec<{ expr: Expr }>((tie) => ({
  expr: fc.oneof(
    { maxDepth: 5, depthIdentifier: 'expr' },
    leaf,
    { weight: 4, arbitrary: fc.constantFrom(...OPERATORS).chain((name) => callOf(name, tie('expr'))) },
    { weight: 3, arbitrary: fc.constantFrom(...scalars.keys()).chain((name) => callOf(name, tie('expr'))) },
    fc.tuple(fc.constantFrom('and' as const, 'or' as const), tie('expr'), tie('expr')).map(([kind, left, right]): Expr => ({ kind, left, right, type: 'bit' })),
    tie('expr').map((operand): Expr => ({ kind: 'not', operand, type: 'bit' })),
    fc.tuple(tie('expr'), tie('expr'), tie('expr')).map(([when, then, otherwise]): Expr => ({ kind: 'case', branches: [{ when, then }], otherwise, type: 'any' })),
    fc.tuple(tie('expr'), fc.constantFrom('a', 'B', '0', '__proto__', 'constructor', "q'")).map(([base, name]): Expr => ({ kind: 'field', base, name, type: 'any' })),
    fc.tuple(tie('expr'), tie('expr'), fc.constantFrom('a', 'A', 'b')).map(([one, two, name]): Expr => ({ kind: 'record', parts: [{ kind: 'member', name: 'a', value: one }, { kind: 'spread', value: two }, { kind: 'member', name, value: two }], type: 'record' })),
    tie('expr').map((arg): Expr => ({ kind: 'udf', name: "f'", args: [arg], type: 'any' })),
  ),
}));

const udf = (name: string, args: SqlValue[]): SqlValue => [name, ...args];

/** The functions that the expression becomes, as a column and as a condition. */
function compiled(e: Expr): { map: CodeByKind['project']['map']; test: CodeByKind['filter']['test'] } {
  const base = { inputs: [], stage: 'ingest.x', layout: [] };
  const operators = [{ ...base, id: 0, kind: 'project', columns: [e] }, { ...base, id: 1, kind: 'filter', predicate: e }] as Operator[];
  const plan: Plan = { version: 1, inputs: [], outputs: [], operators, stages: [{ id: 'ingest.x', kind: 'ingest', shards: 1, operators: [0, 1], entries: [], upstream: [] }], horizon: 0 };
  const { code } = generate(plan, { ...NO_FUNCTIONS, call: (name, args) => udf(name, [...args]) });
  return { map: (code[0] as CodeByKind['project']).map, test: (code[1] as CodeByKind['filter']).test };
}

/** A value as text, or the code of its error; anything else that is thrown is a fault. */
function outcome(run: () => SqlValue): string {
  try {
    const result = run();
    return result === undefined ? 'undefined' : JSON.stringify(encodeValue(result));
  } catch (error) {
    if (error instanceof WeirError) return error.code;
    throw error;
  }
}

describe('generated code and the interpreter', () => {
  it('agree on random expressions and rows', () => {
    let errors = 0;
    fc.assert(
      fc.property(expr, fc.array(value, { minLength: WIDTH, maxLength: WIDTH }), (e, r) => {
        const t = 1_000 * TICKS_PER_DAY + 5;
        const { map, test } = compiled(e);
        const expected = outcome(() => evaluate(e, { r, t, udf }));
        errors += Number(/^[a-z-]+$/.test(expected) && expected !== 'null' && expected !== 'true' && expected !== 'false');
        expect(outcome(() => map(r, t)[0] as SqlValue)).toBe(expected);
        expect(outcome(() => test(r, t))).toBe(outcome(() => holds(e, { r, t, udf })));
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
    // Both kinds of ending are met.
    expect(errors).toBeGreaterThan(RUNS / 50);
    expect(errors).toBeLessThan(RUNS * 0.9);
  });
});
