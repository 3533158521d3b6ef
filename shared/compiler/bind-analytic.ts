/** LAG, LAST, ISFIRST, anomaly detection, and aggregates OVER (… LIMIT DURATION …): one value per event, computed before WHERE. */
import type { AnalyticFunction } from '../builtins/analytic/analytic';
import { analyticNames, anomalyDetections } from '../builtins/analytic/registry';
import type { AnalyticCall, Expr } from '../program';
import type { SqlValue } from '../values/value';
import type { Call, Node } from './ast';
import { argumentsText, bindAggregate, isAggregateName, wholeRow } from './bind-aggregate';
import { bind, type Context } from './context';
import { constantNumber, durationOf, unitOf } from './constants';

export function isAnalytic(name: string): boolean {
  return analyticNames.includes(name);
}

export function isAnalyticCall(node: Node): node is Call {
  if (node.kind !== 'call' || node.name.length !== 1) return false;
  const name = (node.name[0]?.text ?? '').toLowerCase();
  return isAnalytic(name) ? name === 'isfirst' || node.over !== undefined : isAggregateName(name) && node.over?.limit !== undefined;
}

export function bindAnalytic(node: Call, context: Context): AnalyticCall {
  const name = (node.name[0]?.text ?? '').toLowerCase();
  const over = node.over;
  const common = {
    name,
    partitionBy: (over?.partitionBy ?? []).map((key) => bind(key, context)),
    ...(over?.when ? { when: bind(over.when, context) } : {}),
    orderBy: [] as Expr[],
    options: { distinct: false, constants: [], descending: [], type: 'any' as const },
  };
  checkArguments(name, node, context);
  if (name === 'isfirst') return { ...common, limit: unitOf(node.args[0], node.span, context.diagnostics) * positive(node.args[1], 'the interval of ISFIRST', node, context), type: 'bigint' };
  if (!over?.limit) context.diagnostics.add('limit-required', over?.span ?? node.span, { name, example: `${name.toUpperCase()}(x) OVER (PARTITION BY k LIMIT DURATION(minute, 1))` });
  const limit = over?.limit ? durationOf(over.limit, context.diagnostics) : 0;
  if (name === 'lag' || name === 'last') return { ...common, ...bindLag(name, node, context), limit };
  const anomaly = anomalyDetections.get(name);
  if (anomaly) return { ...common, limit, ...bindAnomaly(anomaly, node, context) };
  const { value, orderBy, options, type } = bindAggregate(node, context);
  return { ...common, value, orderBy, options, type, limit };
}

const ARGUMENTS: Readonly<Record<string, [least: number, most: number]>> = { lag: [1, 3], last: [1, 2], isfirst: [2, 2] };

function checkArguments(name: string, node: Call, { diagnostics }: Context): void {
  const [least, most] = ARGUMENTS[name] ?? [0, Infinity];
  if (node.args.length < least || node.args.length > most) diagnostics.add('argument-count', node.span, { name, expected: argumentsText(least, most), found: node.args.length });
  if (isAnalytic(name) && node.distinct) diagnostics.add('not-aggregate', node.span, { name, word: 'DISTINCT' });
}

function positive(node: Node | undefined, what: string, call: Call, { diagnostics }: Context): number {
  const value = constantNumber(node, what, call.span, diagnostics);
  if (!(value > 0)) diagnostics.add('argument-value', node?.span ?? call.span, { what, allowed: 'above zero' });
  return value > 0 ? value : 1;
}

/** LAG(e[, offset[, default]]), LAST(e[, default]); `*` gives the whole event. */
function bindLag(name: 'lag' | 'last', node: Call, context: Context): Pick<AnalyticCall, 'value' | 'offset' | 'fallback' | 'type'> {
  const [what, second, third] = node.args;
  const value = !what || what.kind === 'star' ? wholeRow(context) : bind(what, context);
  const fallback = name === 'lag' ? third : second;
  const offset = name === 'last' ? 0 : second ? positive(second, 'the offset of LAG', node, context) : 1;
  if (!Number.isInteger(offset)) context.diagnostics.add('argument-value', second?.span ?? node.span, { what: 'the offset of LAG', allowed: 'a whole number from 1' });
  return { value, offset, ...(fallback ? { fallback: bind(fallback, context) } : {}), type: value.type };
}

/** The value, and constants that the function accepts. */
function bindAnomaly(fn: AnalyticFunction, node: Call, context: Context): Pick<AnalyticCall, 'value' | 'options' | 'type'> {
  const [what, ...rest] = node.args;
  if (node.args.length !== fn.constants.length + 1) context.diagnostics.add('argument-count', node.span, { name: fn.name, expected: `${fn.constants.length + 1} arguments (value, ${fn.constants.map((c) => c.name).join(', ')})`, found: node.args.length });
  const constants = fn.constants.map((parameter, i): SqlValue => {
    const bound = rest[i] ? bind(rest[i], context) : undefined;
    if (!bound) return null;
    const span = (rest[i] as Node).span;
    if (bound.kind !== 'literal') context.diagnostics.add('constant-required', span, { what: `${parameter.name} of ${fn.name.toUpperCase()}` });
    else if (!parameter.accepts(bound.value)) context.diagnostics.add('argument-value', span, { what: `${parameter.name} of ${fn.name.toUpperCase()}`, allowed: parameter.allowed });
    return bound.kind === 'literal' ? bound.value : null;
  });
  const value = what && bind(what, context);
  if (value && !NUMERIC.has(value.type)) context.diagnostics.add('argument-type', (what as Node).span, { name: fn.name, position: 1, found: value.type, allowed: 'float, bigint' });
  return { value, options: { distinct: false, constants, descending: [], type: 'float' }, type: 'record' };
}

/** Types that may turn out to be numbers. */
const NUMERIC = new Set<string>(['bigint', 'float', 'bit', 'any', 'null', 'nvarchar(max)']);
