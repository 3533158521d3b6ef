/** Bound expressions as the query would write them. */
import type { AggregateCall, AnalyticCall, Expr } from '../../../shared/program';
import { durationText } from './duration-text';

/** Names of the registers that an expression reads. */
export type Names = readonly string[];

const INFIX: Readonly<Record<string, [symbol: string, precedence: number]>> = {
  multiply: ['*', 6], divide: ['/', 6], divide_float: ['/', 6], modulo: ['%', 6],
  add: ['+', 5], subtract: ['-', 5], bitand: ['&', 5], bitor: ['|', 5], bitxor: ['^', 5],
  equal: ['=', 4], notequal: ['<>', 4], less: ['<', 4], lessorequal: ['<=', 4], greater: ['>', 4], greaterorequal: ['>=', 4], like: ['LIKE', 4],
};
const LOGIC = { and: 2, or: 1 } as const;

/** In parentheses where what is around binds tighter. */
export function expressionText(expr: Expr, names: Names, around = 0): string {
  const inside = (text: string, precedence: number): string => (precedence < around ? `(${text})` : text);
  switch (expr.kind) {
    case 'literal':
      return literalText(expr.value);
    case 'bigliteral':
      return expr.digits;
    case 'register':
      return names[expr.index] ?? `#${expr.index}`;
    case 'field':
      return `${expressionText(expr.base, names, 9)}.${expr.name}`;
    case 'timestamp':
      return 'System.Timestamp()';
    case 'and':
    case 'or':
      return inside(`${expressionText(expr.left, names, LOGIC[expr.kind])} ${expr.kind.toUpperCase()} ${expressionText(expr.right, names, LOGIC[expr.kind])}`, LOGIC[expr.kind]);
    case 'not':
      return inside(`NOT ${expressionText(expr.operand, names, 3)}`, 3);
    case 'case':
      return `CASE ${expr.branches.map(({ when, then }) => `WHEN ${expressionText(when, names)} THEN ${expressionText(then, names)} `).join('')}ELSE ${expressionText(expr.otherwise, names)} END`;
    case 'udf':
      return `udf.${expr.name}(${list(expr.args, names)})`;
    case 'record':
      return `{${membersText(expr, names)}}`;
    case 'call':
      return inside(callText(expr, names), INFIX[expr.name]?.[1] ?? 9);
  }
}

function literalText(value: (Expr & { kind: 'literal' })['value']): string {
  return value === null ? 'NULL' : typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}

const WITH_PART = new Set(['dateadd', 'datediff', 'datename', 'datepart']);

function callText({ name, args }: Expr & { kind: 'call' }, names: Names): string {
  const [symbol, precedence] = INFIX[name] ?? ['', 0];
  const [left, right] = args;
  if (precedence > 0 && left && right) return `${expressionText(left, names, precedence)} ${symbol} ${expressionText(right, names, precedence + 1)}`;
  if (WITH_PART.has(name) && left?.kind === 'literal') return `${name.toUpperCase()}(${left.value}, ${list(args.slice(1), names)})`;
  const [first, second] = args.map((arg) => expressionText(arg, names, 7));
  if (name === 'is_null') return `${first} IS NULL`;
  if (name === 'negate') return `-${first}`;
  if (name === 'bitnot') return `~${first}`;
  if (name === 'cast' || name === 'try_cast') return `${name.toUpperCase()}(${first} AS ${second?.replaceAll("'", '')})`;
  // The binder adds the static type as a second argument.
  return `${name.toUpperCase()}(${list(name === 'gettype' ? args.slice(0, 1) : args, names)})`;
}

/** What a row of an output has: `device, n AS clicks, *`. */
export function membersText(expr: Expr, names: Names): string {
  if (expr.kind !== 'record') return expr.kind === 'register' ? '*' : expressionText(expr, names);
  return expr.parts.map((part) => (part.kind === 'spread' ? '*' : named(expressionText(part.value, names), part.name))).join(', ');
}

export function named(text: string, name: string): string {
  return text.toLowerCase() === name.toLowerCase() ? text : `${text} AS ${name}`;
}

export function list(exprs: readonly Expr[], names: Names): string {
  return exprs.map((expr) => expressionText(expr, names)).join(', ');
}

/** `COUNT(*)`, `TOPONE(*) OVER (ORDER BY v DESC)`. */
export function aggregateText(call: AggregateCall, names: Names): string {
  const { constants, descending, distinct } = call.options;
  const value = call.value ? [expressionText(call.value, names)] : call.name === 'count' ? ['*'] : [];
  const order = call.orderBy.map((expr, i) => `${expressionText(expr, names)}${descending[i] ? ' DESC' : ''}`);
  return `${call.script === undefined ? call.name.toUpperCase() : call.name}(${distinct ? 'DISTINCT ' : ''}${[...constants.map(String), ...value].join(', ')})${order.length > 0 ? ` OVER (ORDER BY ${order.join(', ')})` : ''}`;
}

export function analyticText(call: AnalyticCall, names: Names): string {
  const value = call.name === 'isfirst' ? durationText(call.limit) : call.value ? expressionText(call.value, names) : '*';
  const more = [...(call.name === 'lag' && call.offset !== 1 ? [String(call.offset)] : []), ...(call.fallback ? [`else ${expressionText(call.fallback, names)}`] : [])];
  const over = [
    ...(call.partitionBy.length > 0 ? [`PARTITION BY ${list(call.partitionBy, names)}`] : []),
    ...(call.name === 'isfirst' ? [] : [`LIMIT ${durationText(call.limit)}`]),
    ...(call.when ? [`WHEN ${expressionText(call.when, names)}`] : []),
  ];
  return `${call.name.toUpperCase()}(${[value, ...more].join(', ')})${over.length > 0 ? ` OVER (${over.join(' ')})` : ''}`;
}
