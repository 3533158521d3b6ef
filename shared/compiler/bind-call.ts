import { aggregates } from '../builtins/aggregates/registry';
import type { Parameter, ScalarFunction } from '../builtins/scalar';
import { functions } from '../builtins/scalars/registry';
import { datePart } from '../values/durations';
import type { Expr } from '../program';
import type { Call, Name, Node } from './ast';
import { isAnalytic } from './bind-analytic';
import { NULL, bind, call, text, type Context } from './context';
import { nearest } from './diagnostics';
import { checkFunction } from './user-functions';

/** A call of a scalar function, a UDF or a system function. */
export function bindCall(node: Call, context: Context): Expr {
  const name = node.name.map((part) => part.text.toLowerCase());
  if (name.join('.') === 'system.timestamp') return { kind: 'timestamp', type: 'datetime' };
  if (name.length === 2 && name[0] === 'udf') return { kind: 'udf', name: checkFunction('udf', node.name[1] as Name, node.span, context), args: node.args.map((arg) => bind(arg, context)), type: 'any' };
  const fn = name.length === 1 ? functions.get(name[0] as string) : undefined;
  if (fn) return bindFunction(fn, node, context);
  reportUnknown(node, name.join('.'), context);
  return NULL;
}

function reportUnknown(node: Call, name: string, context: Context): void {
  if (isWindowName(name)) context.diagnostics.add('window-outside-group-by', node.span, { name: node.name.map((p) => p.text).join('.') });
  else if (aggregates.has(name) || name.startsWith('uda.')) context.diagnostics.add('aggregate-not-allowed', node.span, { where: context.where });
  else if (isAnalytic(name)) context.diagnostics.add('over-required', node.span, { name, example: `${name.toUpperCase()}(x) OVER (LIMIT DURATION(minute, 1))` });
  else context.diagnostics.add('unknown-function', node.span, { name, nearest: nearest(name, [...functions.keys(), ...aggregates.keys()]) });
}

export function isWindowName(name: string): boolean {
  return /^(tumbling|hopping|sliding|session|snapshot)(window)?$|^windows$/.test(name);
}

function bindFunction(fn: ScalarFunction, node: Call, context: Context): Expr {
  checkCount(fn, node, context);
  const args = node.args.map((arg, i) => bindArgument(fn, parameterAt(fn, i), arg, context));
  args.forEach((arg, i) => checkType(fn, parameterAt(fn, i), { arg, node: node.args[i] as Node, position: i + 1 }, context));
  if (fn.name === 'gettype' && args[0]) args.push(text(args[0].type));
  return call(fn.name === 'power' && args[0]?.type === 'float' ? 'power_float' : fn.name, ...args);
}

function parameterAt(fn: ScalarFunction, i: number): Parameter | undefined {
  const last = fn.parameters[fn.parameters.length - 1];
  return fn.parameters[i] ?? (last?.repeated ? last : undefined);
}

function checkCount(fn: ScalarFunction, node: Call, context: Context): void {
  const written = fn.name === 'gettype' ? fn.parameters.slice(0, 1) : fn.parameters;
  const least = written.filter((p) => !p.optional).length;
  const most = written[written.length - 1]?.repeated ? Infinity : written.length;
  if (node.args.length >= least && node.args.length <= most) return;
  const plural = (n: number): string => `${n} argument${n === 1 ? '' : 's'}`;
  const expected = least === most ? plural(least) : most === Infinity ? `at least ${plural(least)}` : `${least} to ${plural(most)}`;
  context.diagnostics.add('argument-count', node.span, { name: fn.name, expected, found: node.args.length });
}

/** Date parts are bare words; GetMetadataPropertyValue's input stands for the event's metadata. */
function bindArgument(fn: ScalarFunction, parameter: Parameter | undefined, node: Node, context: Context): Expr {
  if (fn.name === 'getmetadatapropertyvalue' && parameter?.name === 'input' && node.kind === 'path') return metadataOf(node, context);
  if (!parameter?.keyword) return bind(node, context);
  const word = node.kind === 'path' && node.parts.length === 1 ? (node.parts[0]?.text ?? '') : node.kind === 'string' ? node.value : '';
  const part = datePart(word);
  if (part === undefined) context.diagnostics.add('unknown-unit', node.span, { name: word || 'this' });
  return text(part ?? 'second');
}

function metadataOf(node: Node & { kind: 'path' }, context: Context): Expr {
  const source = context.scope.source(node.parts[0]?.text ?? '');
  if (source?.kind === 'input') return context.scope.metadata(source);
  return bind(node, context);
}

/** A type that is known and certainly wrong is reported now; all else is checked row by row. */
function checkType(fn: ScalarFunction, parameter: Parameter | undefined, given: { arg: Expr; node: Node; position: number }, context: Context): void {
  const type = given.arg.type;
  if (!parameter || parameter.types === 'any' || parameter.keyword || type === 'any' || type === 'null') return;
  const types: readonly string[] = parameter.types;
  const fits = types.includes(type) || (type === 'nvarchar(max)' && types.includes('datetime')) || (type === 'bigint' && types.includes('float')) || (type === 'float' && types.includes('bigint'));
  if (!fits) context.diagnostics.add('argument-type', given.node.span, { name: fn.name, position: given.position, found: type, allowed: types.join(', ') });
}
