import { badRequest } from '../errors';
import type { Expr, Query } from './ast';
import { functions } from './functions';
import { likeToPattern } from './like';
import { canonical, isObject, order, same, typeOf, type Value } from './values';

export interface Scope {
  names: Record<string, Value>;
  parameters: Record<string, Value>;
  /** Results of aggregates by their text, within a grouped SELECT. */
  aggregates?: ReadonlyMap<string, Value>;
  /** Runs a subquery over this scope. */
  subquery: (query: Query, scope: Scope) => Value[];
}

export const AGGREGATES = new Set(['count', 'sum', 'avg', 'min', 'max']);

export function evaluate(expr: Expr, scope: Scope): Value {
  const value = (e: Expr): Value => evaluate(e, scope);
  switch (expr.kind) {
    case 'literal':
      return expr.value;
    case 'parameter':
      return scope.parameters[expr.name];
    case 'name':
      return Object.hasOwn(scope.names, expr.name) ? scope.names[expr.name] : undefined;
    case 'member':
      return memberOf(value(expr.base), value(expr.name));
    case 'array':
      return expr.items.map(value).filter((item) => item !== undefined);
    case 'object':
      return Object.fromEntries(expr.members.map((m) => [m.name, value(m.value)] as const).filter(([, v]) => v !== undefined));
    case 'conditional':
      return value(expr.test) === true ? value(expr.then) : value(expr.otherwise);
    case 'call':
      return callFunction(expr, scope);
    case 'exists':
      return scope.subquery(expr.query, scope).length > 0;
    case 'array-of':
      return scope.subquery(expr.query, scope);
    case 'subquery':
      return scope.subquery(expr.query, scope)[0];
    default:
      return operate(expr, value);
  }
}

function memberOf(base: Value, name: Value): Value {
  if (Array.isArray(base)) return typeof name === 'number' ? base[name] : undefined;
  return isObject(base) && typeof name === 'string' && Object.hasOwn(base, name) ? base[name] : undefined;
}

function callFunction(expr: Expr & { kind: 'call' }, scope: Scope): Value {
  if (AGGREGATES.has(expr.name) && scope.aggregates) return scope.aggregates.get(canonical(expr));
  const fn = Object.hasOwn(functions, expr.name) ? functions[expr.name] : undefined;
  if (!fn) throw badRequest(`'${expr.name.toUpperCase()}' is not a recognized built-in function name.`);
  return fn(...expr.args.map((arg) => evaluate(arg, scope)));
}

type Operation = Extract<Expr, { kind: 'unary' | 'binary' | 'in' | 'between' | 'like' }>;

function operate(expr: Operation, value: (e: Expr) => Value): Value {
  switch (expr.kind) {
    case 'unary':
      return unary(expr.operator, value(expr.operand));
    case 'binary':
      return binary(expr, value);
    case 'in': {
      const operand = value(expr.operand);
      return operand === undefined ? undefined : expr.items.some((item) => same(operand, value(item))) !== expr.negated;
    }
    case 'between': {
      const [operand, low, high] = [value(expr.operand), value(expr.low), value(expr.high)];
      if (typeOf(operand) !== typeOf(low) || typeOf(operand) !== typeOf(high)) return undefined;
      return (order(operand, low) >= 0 && order(operand, high) <= 0) !== expr.negated;
    }
    case 'like': {
      const [operand, pattern] = [value(expr.operand), value(expr.pattern)];
      if (typeof operand !== 'string' || typeof pattern !== 'string') return undefined;
      return likeToPattern(pattern, expr.escape ? String(value(expr.escape)) : undefined).test(operand) !== expr.negated;
    }
  }
}

function unary(operator: string, operand: Value): Value {
  if (operator === 'not') return typeof operand === 'boolean' ? !operand : undefined;
  if (typeof operand !== 'number') return undefined;
  return operator === '-' ? -operand : operator === '~' ? ~operand : operand;
}

const ARITHMETIC: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b, '-': (a, b) => a - b, '*': (a, b) => a * b, '/': (a, b) => a / b, '%': (a, b) => a % b,
  '&': (a, b) => a & b, '|': (a, b) => a | b, '^': (a, b) => a ^ b, '<<': (a, b) => a << b, '>>': (a, b) => a >> b, '>>>': (a, b) => a >>> b,
};

const COMPARISONS: Record<string, (order: number) => boolean> = { '<': (o) => o < 0, '<=': (o) => o <= 0, '>': (o) => o > 0, '>=': (o) => o >= 0 };

function binary({ operator, left, right }: Operation & { kind: 'binary' }, value: (e: Expr) => Value): Value {
  if (operator === 'and' || operator === 'or') return logic(operator, value(left), value(right));
  const a = value(left);
  if (operator === '??') return a === undefined ? value(right) : a;
  const b = value(right);
  if (operator === '||') return typeof a === 'string' && typeof b === 'string' ? a + b : undefined;
  if (operator === '=' || operator === '!=' || operator === '<>') return equality(operator === '=', a, b);
  const compare = COMPARISONS[operator];
  // Values of different types cannot be compared.
  if (compare) return typeOf(a) === typeOf(b) && typeof a !== 'object' && a !== undefined ? compare(order(a, b)) : undefined;
  return typeof a === 'number' && typeof b === 'number' ? ARITHMETIC[operator]?.(a, b) : undefined;
}

function equality(wanted: boolean, a: Value, b: Value): Value {
  return a === undefined || b === undefined ? undefined : same(a, b) === wanted;
}

/** Undefined is unknown: `false AND undefined` is false, `true OR undefined` true. */
function logic(operator: 'and' | 'or', a: Value, b: Value): Value {
  const decided = operator === 'or';
  if (a === decided || b === decided) return decided;
  return typeof a === 'boolean' && typeof b === 'boolean' ? !decided : undefined;
}
