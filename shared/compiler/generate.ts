/** Generates the JavaScript of each stage: one object per operator with the functions that program.ts names. */
import type { AggregateAlgebra } from '../builtins/aggregate';
import { boundScalars } from '../builtins/scalars/registry';
import { field, setMember } from '../values/fields';
import { and3, not3, or3, truth } from '../values/logic';
import { userDefined } from '../builtins/aggregates/user-defined';
import { DateTime, isRecord, type SqlRecord, type SqlValue } from '../values/value';
import type { Expr, Operator, OperatorCode, Plan } from '../program';
import { Temporaries, testText, valueText } from './generate-expression';
import type { UserFunctions } from './user-functions';

export interface Generated {
  code: OperatorCode[];
  source: Record<string, string>;
}

export function generate(plan: Plan, functions: UserFunctions): Generated {
  const code: OperatorCode[] = [];
  const source: Record<string, string> = {};
  for (const stage of plan.stages) {
    const text = stageText(stage.operators.map((id) => plan.operators[id] as Operator));
    source[stage.id] = text;
    Object.entries(evaluate(text, functions)).forEach(([id, functions]) => (code[Number(id)] = functions));
  }
  return { code, source };
}

function evaluate(text: string, functions: UserFunctions): Record<string, OperatorCode> {
  const udf = (name: string, args: SqlValue[]): SqlValue => functions.call(name, args);
  const uda = (name: string): AggregateAlgebra<string> => userDefined(functions.aggregate(name));
  const names = ['f', 'field', 'and3', 'or3', 'not3', 'truth', 'merge', 'udf', 'uda', 'DateTime'];
  const values = [boundScalars, field, and3, or3, not3, truth, merge, udf, uda, DateTime];
  return new Function(...names, text)(...values) as Record<string, OperatorCode>;
}

/** A record from members and whole records, left to right; the first of equal names wins. Names of one record that differ in case all stay. */
function merge(parts: readonly (readonly [string | null, SqlValue])[]): SqlRecord {
  const record: SqlRecord = {};
  const taken = new Set<string>();
  for (const [name, value] of parts) {
    const members: [string, SqlValue][] = name !== null ? [[name, value]] : isRecord(value) ? Object.entries(value) : [];
    const free = members.filter(([key]) => !taken.has(key.toLowerCase()));
    for (const [key, item] of free) {
      setMember(record, key, item);
      taken.add(key.toLowerCase());
    }
  }
  return record;
}

function stageText(operators: readonly Operator[]): string {
  const entries = operators.map((op) => `  // ${op.kind} ${op.layout.join(', ').replace(/\s+/g, ' ')}\n  ${op.id}: ${functionsOf(op)},`);
  return `"use strict";\nreturn {\n${entries.join('\n')}\n};`;
}

function fn(body: (temps: Temporaries) => string): string {
  const temps = new Temporaries();
  const text = body(temps);
  return `function (r, t) { ${temps.declaration}return ${text}; }`;
}

const value = (expr: Expr): string => fn((temps) => valueText(expr, temps));
const test = (expr: Expr): string => fn((temps) => testText(expr, temps));
const list = (exprs: readonly Expr[]): string => fn((temps) => `[${exprs.map((e) => valueText(e, temps)).join(', ')}]`);

/** An object literal of functions; members without text are left out. */
function object(members: Record<string, string | undefined>): string {
  const present = Object.entries(members).filter(([, text]) => text !== undefined);
  return `{ ${present.map(([name, text]) => `${name}: ${text}`).join(', ')} }`;
}

const optional = (expr: Expr | undefined, text: (expr: Expr) => string): string | undefined => expr && text(expr);

function functionsOf(op: Operator): string {
  switch (op.kind) {
    case 'scan':
      return object({ timestamp: optional(op.timestamp, value), over: op.over.length > 0 ? list(op.over) : undefined });
    case 'filter':
      return object({ test: test(op.predicate) });
    case 'project':
      return object({ map: list(op.columns) });
    case 'apply':
      return object({ collection: value(op.collection) });
    case 'lookup':
      return object({ streamKey: list(op.streamKey), referenceKey: list(op.referenceKey), test: optional(op.residual, test) });
    case 'analytic':
      return object({ calls: `[${op.calls.map((c) => object({ value: optional(c.value, value), fallback: optional(c.fallback, value), partition: list(c.partitionBy), when: optional(c.when, test), order: list(c.orderBy) })).join(', ')}]` });
    case 'aggregate':
      return object({
        key: list(op.keys),
        sessionKeys: `[${op.windows.map((w) => (w.kind === 'session' ? list(w.partitionBy) : 'undefined')).join(', ')}]`,
        aggregates: `[${op.aggregates.map((a) => object({ value: optional(a.value, value), order: list(a.orderBy), algebra: a.script === undefined ? undefined : `uda(${JSON.stringify(a.script)})` })).join(', ')}]`,
      });
    case 'join':
      return object({ leftKey: list(op.leftKey), rightKey: list(op.rightKey), test: optional(op.residual, test) });
    case 'match':
      return object({ partition: list(op.partitionBy), defines: `[${op.defines.map((d) => test(d.predicate)).join(', ')}]`, measures: `[${op.measures.map((m) => value(m.value)).join(', ')}]` });
    case 'union':
      return '{}';
    case 'exchange':
      return object({ key: list(op.key) });
    case 'emit':
      return object({ values: value(op.row) });
  }
}
