/**
 * A slow, obvious meaning of bound expressions: it walks the tree. Functions are those of shared/builtins; everything around them (names, NULL, types,
 * three-valued logic, CASE, records) is written again. Generated code must agree with it.
 */
import type { Parameter, ScalarFunction } from '../../shared/builtins/scalar';
import { scalars } from '../../shared/builtins/scalars/registry';
import { QueryError } from '../../shared/errors';
import type { Expr, Registers } from '../../shared/program';
import { parseDateTime } from '../../shared/values/ticks';
import { DateTime, isRecord, typeOf, type SqlRecord, type SqlValue, type Ticks } from '../../shared/values/value';

export interface At {
  r: Registers;
  t: Ticks;
  udf?: (name: string, args: SqlValue[]) => SqlValue;
}

export function evaluate(expr: Expr, at: At): SqlValue {
  switch (expr.kind) {
    case 'literal':
      return Object.is(expr.value, -0) ? 0 : expr.value;
    case 'bigliteral':
      return BigInt(expr.digits);
    case 'register':
      return at.r[expr.index] as SqlValue;
    case 'timestamp':
      return new DateTime(at.t);
    case 'field':
      return fieldOf(evaluate(expr.base, at), expr.name);
    case 'call':
      return call(scalars.get(expr.name) as ScalarFunction, expr.args.map((arg) => evaluate(arg, at)));
    case 'udf':
      return (at.udf as NonNullable<At['udf']>)(expr.name, expr.args.map((arg) => evaluate(arg, at)));
    case 'and':
    case 'or':
      return connective(expr, at);
    case 'not': {
      const operand = truthOf(evaluate(expr.operand, at));
      return operand === null ? null : !operand;
    }
    case 'case': {
      const branch = expr.branches.find(({ when }) => holds(when, at));
      return evaluate(branch ? branch.then : expr.otherwise, at);
    }
    case 'record':
      return recordOf(expr, at);
  }
}

/** Whether a condition holds, which is when it is true. The second part of AND is not looked at unless the first holds, of OR if it does. */
export function holds(expr: Expr, at: At): boolean {
  if (expr.kind === 'and') return holds(expr.left, at) && holds(expr.right, at);
  if (expr.kind === 'or') return holds(expr.left, at) || holds(expr.right, at);
  return truthOf(evaluate(expr, at)) === true;
}

function connective(expr: Expr & { kind: 'and' | 'or' }, at: At): SqlValue {
  const decided = expr.kind === 'or';
  const left = truthOf(evaluate(expr.left, at));
  if (left === decided) return decided;
  const right = truthOf(evaluate(expr.right, at));
  if (right === decided) return decided;
  return left === null || right === null ? null : !decided;
}

function truthOf(value: SqlValue): boolean | null {
  if (value === true || value === false) return value;
  if (typeof value === 'number') return value !== 0;
  return typeof value === 'bigint' ? value !== 0n : null;
}

function fieldOf(value: SqlValue, name: string): SqlValue {
  if (Array.isArray(value)) return /^\d+$/.test(name) ? (value[Number(name)] ?? null) : null;
  if (!isRecord(value)) return null;
  const names = Object.keys(value);
  const found = names.find((n) => n === name) ?? names.find((n) => n.toLowerCase() === name.toLowerCase());
  return found === undefined ? null : (value[found] as SqlValue);
}

function call(fn: ScalarFunction, args: SqlValue[]): SqlValue {
  const checked: SqlValue[] = [];
  for (const [i, value] of args.entries()) {
    if (value === null && fn.nulls !== 'handled') return null;
    checked.push(value === null ? null : checkedArgument(fn.parameters[Math.min(i, fn.parameters.length - 1)], value));
  }
  return (fn.evaluate as (...values: SqlValue[]) => SqlValue)(...checked);
}

function checkedArgument(parameter: Parameter | undefined, value: SqlValue): SqlValue {
  if (!parameter || parameter.types === 'any' || parameter.keyword) return value;
  const type = typeOf(value);
  if (type !== null && parameter.types.includes(type)) return value;
  if (type === 'bigint' && parameter.types.includes('float')) return value;
  if (type !== 'nvarchar(max)' || !parameter.types.includes('datetime')) throw new QueryError('invalid-argument-type', '');
  const ticks = parseDateTime(value as string);
  if (ticks === undefined) throw new QueryError('invalid-argument-value', '');
  return new DateTime(ticks);
}

/** The first of two equal names wins; names of one record are never equal, though they may differ only in case. */
function recordOf(expr: Expr & { kind: 'record' }, at: At): SqlRecord {
  let members: [string, SqlValue][] = [];
  for (const part of expr.parts) {
    const value = evaluate(part.value, at);
    const more: [string, SqlValue][] = part.kind === 'member' ? [[part.name, value]] : isRecord(value) ? Object.entries(value) : [];
    members = [...members, ...more.filter(([name]) => !members.some(([known]) => known.toLowerCase() === name.toLowerCase()))];
  }
  return Object.fromEntries(members);
}
