import { aggregates } from '../builtins/aggregates/registry';
import type { AggregateOptions, AggregateFunction } from '../builtins/aggregate';
import type { AggregateCall, Expr } from '../program';
import type { SqlValue } from '../values/value';
import type { Call, Name, Node } from './ast';
import { bind, type Context } from './context';
import { checkFunction } from './user-functions';

export function isAggregateName(name: string): boolean {
  return aggregates.has(name);
}

/** A call of an aggregate for the rows of a window (not over a duration per event). */
export function isAggregate(node: Node): node is Call {
  if (node.kind !== 'call') return false;
  return isUserDefined(node) || (node.name.length === 1 && aggregates.has((node.name[0]?.text ?? '').toLowerCase()) && !node.over?.limit);
}

/** `uda.x(…)` */
function isUserDefined(node: Call): boolean {
  return node.name.length === 2 && node.name[0]?.text.toLowerCase() === 'uda';
}

/** `uda.x(value)`: exactly one argument, a value or the whole record of a source. */
function bindUserDefined(node: Call, context: Context): AggregateCall {
  const script = checkFunction('uda', node.name[1] as Name, node.span, context);
  const name = `uda.${script}`;
  if (node.args.length !== 1) context.diagnostics.add('argument-count', node.span, { name, expected: '1 argument', found: node.args.length });
  if (node.over || node.distinct) context.diagnostics.add('unexpected-token', node.span, { found: node.over ? 'OVER' : 'DISTINCT', expected: `${name}(value), which is computed for the windows of GROUP BY` });
  return { name, value: argument(VALUE, node.args[0], context), orderBy: [], options: { distinct: false, constants: [], descending: [], type: 'any' }, type: 'any', script };
}

const VALUE = { wholeRecord: true };

/** What a call says: its argument, its order and its constants. The whole record stands for an argument that is left out of Collect, CollectTop and TopOne. */
export function bindAggregate(node: Call, context: Context): AggregateCall {
  if (isUserDefined(node)) return bindUserDefined(node, context);
  const fn = aggregates.get((node.name[0]?.text ?? '').toLowerCase()) as AggregateFunction;
  const constants = node.args.slice(0, fn.constants).map((arg) => constant(fn, arg, context));
  const rest = node.args.slice(fn.constants);
  checkCall(fn, node, context);
  const value = argument(fn, rest[0], context);
  const orderBy = (node.over?.orderBy ?? []).map((o) => bind(o.expr, context));
  const options: AggregateOptions = { distinct: node.distinct, constants, descending: (node.over?.orderBy ?? []).map((o) => o.descending), type: value?.type ?? 'any' };
  const type = typeof fn.result === 'string' ? fn.result : fn.result(options.type);
  return { name: fn.name, value, orderBy, options, type };
}

function checkCall(fn: AggregateFunction, node: Call, { diagnostics }: Context): void {
  const { over, args } = node;
  // PERCENTILE_CONT takes its argument from ORDER BY.
  const least = fn.constants + (fn.orderBy === 'none' ? fn.arguments.min : 0);
  const most = fn.constants + fn.arguments.max;
  if (args.length < least || args.length > most) diagnostics.add('argument-count', node.span, { name: fn.name, expected: argumentsText(least, most), found: args.length });
  const call = `${fn.name.toUpperCase()}(${fn.constants ? '…' : fn.arguments.min > 0 ? 'x' : ''})`;
  if (fn.orderBy === 'required' && !over?.orderBy.length) diagnostics.add('over-required', node.span, { name: fn.name, example: `${call} OVER (ORDER BY x DESC)` });
  if (over && !over.limit && (over.partitionBy.length > 0 || over.when)) diagnostics.add('limit-required', over.span, { name: fn.name, example: `${call} OVER (PARTITION BY k LIMIT DURATION(minute, 1))` });
}

/** How many arguments a function takes, for messages. */
export function argumentsText(least: number, most: number): string {
  const plural = (n: number): string => `${n} argument${n === 1 ? '' : 's'}`;
  return least === most ? plural(least) : most === Infinity ? `at least ${plural(least)}` : `${least} to ${plural(most)}`;
}

function constant(fn: AggregateFunction, node: Node, context: Context): SqlValue {
  const bound = bind(node, context);
  const rule = fn.constantRule;
  if (bound.kind === 'literal' && rule && !rule.holds(bound.value)) context.diagnostics.add('argument-value', node.span, { what: `the first argument of ${fn.name.toUpperCase()}`, allowed: rule.allowed });
  if (bound.kind === 'literal') return bound.value;
  context.diagnostics.add('constant-required', node.span, { what: `the first argument of ${fn.name.toUpperCase()}` });
  return 1;
}

/** COUNT(*), COUNT() and COUNT(input) count rows: they have no argument. COUNT(DISTINCT input) compares whole records. */
function argument(fn: Pick<AggregateFunction, 'wholeRecord'>, node: Node | undefined, context: Context): Expr | undefined {
  const source = node?.kind === 'path' && node.parts.length === 1 ? context.scope.source(node.parts[0]?.text ?? '') : undefined;
  if (!node || node.kind === 'star') return fn.wholeRecord ? wholeRow(context) : undefined;
  if (source) return context.scope.whole(source);
  return bind(node, context);
}

/** The record of the row: of the only source, or a member per source. */
export function wholeRow(context: Context): Expr {
  const [first, ...others] = context.scope.sources;
  if (first && others.length === 0) return context.scope.whole(first);
  return { kind: 'record', parts: context.scope.sources.flatMap((source) => context.scope.parts(source)), type: 'record' };
}
