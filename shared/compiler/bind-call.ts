import { aggregates } from '../builtins/aggregates/registry';
import type { Parameter, ScalarFunction } from '../builtins/scalar';
import { analyticNames } from '../builtins/analytic/registry';
import { functions } from '../builtins/scalars/registry';
import { datePart } from '../values/durations';
import type { Expr } from '../program';
import type { Call, Name, Node } from './ast';
import { argumentsText } from './bind-aggregate';
import { isAnalytic } from './bind-analytic';
import { NULL, bind, call, text, type Context } from './context';
import { nearest } from './diagnostics';
import { FOREIGN_FUNCTIONS } from './foreign-words';
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
  const { diagnostics } = context;
  if (isWindowName(name)) diagnostics.add('window-outside-group-by', node.span, { name: node.name.map((p) => p.text).join('.') });
  else if (name === 'system.window' && !context.grouped) diagnostics.add('aggregate-without-window', node.span, { name: 'System.Window()' });
  else if (aggregates.has(name) || name.startsWith('uda.')) diagnostics.add('aggregate-not-allowed', node.span, { where: context.where });
  else if (isAnalytic(name)) context.diagnostics.add('over-required', node.span, { name, example: `${name.toUpperCase()}(x) OVER (LIMIT DURATION(minute, 1))` });
  else diagnostics.add('unknown-function', node.span, { name, nearest: nearestFunction(name), instead: name === 'system.window' ? 'System.Window().Id' : Object.hasOwn(FOREIGN_FUNCTIONS, name) ? FOREIGN_FUNCTIONS[name] : undefined });
}

/** Windows of GROUP BY by the longer of their names. */
export const WINDOW_NAMES = ['TumblingWindow', 'HoppingWindow', 'SlidingWindow', 'SessionWindow', 'Windows'];

function nearestFunction(name: string): string | undefined {
  const upper = [...functions.keys(), ...aggregates.keys(), ...analyticNames].map((known) => known.toUpperCase());
  return nearest(name, [...upper, ...WINDOW_NAMES, 'System.Timestamp()', 'System.Window().Id']);
}

export function isWindowName(name: string): boolean {
  return /^(tumbling|hopping|sliding|session|snapshot)(window)?$|^windows$/.test(name);
}

/** Functions that give rows to CROSS APPLY and OUTER APPLY. */
const COLLECTIONS: ReadonlySet<string> = new Set(['getarrayelements', 'getrecordproperties']);

function bindFunction(fn: ScalarFunction, node: Call, context: Context): Expr {
  checkCount(fn, node, context);
  if (node.over) context.diagnostics.add('not-aggregate', node.over.span, { name: fn.name, word: 'OVER' });
  if (node.distinct) context.diagnostics.add('not-aggregate', node.span, { name: fn.name, word: 'DISTINCT' });
  if (COLLECTIONS.has(fn.name) && context.where !== 'APPLY') context.diagnostics.add('only-in-apply', node.span, { name: node.name[0]?.text ?? fn.name });
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
  context.diagnostics.add('argument-count', node.span, { name: fn.name, expected: argumentsText(least, most), found: node.args.length, form: formOf(fn.name, written) });
}

/** `CHARINDEX(find, in[, start])` */
function formOf(name: string, parameters: readonly Parameter[]): string {
  const list = parameters.map((p, i) => (p.repeated ? `${i > 0 ? ', ' : ''}…` : p.optional ? `[${i > 0 ? ', ' : ''}${p.name}]` : `${i > 0 ? ', ' : ''}${p.name}`));
  return `${name.toUpperCase()}(${list.join('')})`;
}

/** Date parts are bare words; GetMetadataPropertyValue's input stands for the event's metadata. */
function bindArgument(fn: ScalarFunction, parameter: Parameter | undefined, node: Node, context: Context): Expr {
  if (fn.name === 'getmetadatapropertyvalue' && parameter?.name === 'input') return metadataOf(node, context);
  if (!parameter?.keyword) return bind(node, context);
  const word = node.kind === 'path' && node.parts.length === 1 ? (node.parts[0]?.text ?? '') : node.kind === 'string' ? node.value : '';
  const part = datePart(word);
  if (part === undefined) context.diagnostics.add('unknown-unit', node.span, { name: word || 'this', isPart: true });
  return text(part ?? 'second');
}

function metadataOf(node: Node, { scope, diagnostics }: Context): Expr {
  const name = node.kind === 'path' && node.parts.length === 1 ? (node.parts[0]?.text ?? '') : '';
  const source = scope.source(name);
  if (source?.kind === 'input') return scope.metadata(source);
  const known = scope.sources.map((s) => s.alias);
  if (source) diagnostics.add('unsupported', node.span, { what: 'GetMetadataPropertyValue of a step or of reference data', instead: 'select it in the step that reads the input, and read that column here' });
  else diagnostics.add('unknown-input', node.span, { name: name || diagnostics.textOf(node.span), nearest: nearest(name, known), known: known.join(', ') });
  return NULL;
}

/** A type that is known and certainly wrong is reported now; all else is checked row by row. */
function checkType(fn: ScalarFunction, parameter: Parameter | undefined, given: { arg: Expr; node: Node; position: number }, context: Context): void {
  const type = given.arg.type;
  if (!parameter || parameter.types === 'any' || parameter.keyword || type === 'any' || type === 'null') return;
  const types: readonly string[] = parameter.types;
  const fits = types.includes(type) || (type === 'nvarchar(max)' && types.includes('datetime')) || (type === 'bigint' && types.includes('float')) || (type === 'float' && types.includes('bigint'));
  if (!fits) context.diagnostics.add('argument-type', given.node.span, { name: fn.name, position: given.position, found: type, allowed: types.join(', ') });
}
