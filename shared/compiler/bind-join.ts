/** JOIN: of two streams, bounded in time by DATEDIFF; or of a stream with reference data. */
import type { Expr } from '../program';
import { unitTicks } from '../values/durations';
import type { Ticks } from '../values/value';
import type { Apply, Call, Join, Name, Node } from './ast';
import { bindSource } from './bind-source';
import { bind, text, type Context } from './context';
import { conjuncts, findAll } from './walk';
import { atMostAWeek, constantNumber, unitOf } from './constants';
import { nearest } from './diagnostics';
import type { DraftOf } from './graph';
import type { Binding } from './relation';
import type { Scope} from './scope';
import { type Source } from './scope';

/** The left side so far: its operator, and how far apart in time the sources in it may be. */
export interface Left {
  operator: number;
  span: Ticks;
}

export function bindApply(node: Apply, left: Left, context: Context, binding: Binding): Left {
  const { graph, diagnostics } = binding;
  const name = node.call.name[0]?.text.toLowerCase();
  if (name !== 'getarrayelements' && name !== 'getrecordproperties') diagnostics.add('unknown-function', node.call.span, { name: name ?? '', nearest: nearest(name ?? '', ['GetArrayElements', 'GetRecordProperties']), instead: 'GetArrayElements(array) or GetRecordProperties(record) behind APPLY' });
  const collection = bind(node.call, { ...context, where: 'APPLY' });
  const column = graph.newColumn(node.alias.text, 'record');
  const { id } = graph.add({ kind: 'apply', inputs: [left.operator], mode: node.mode, of: name === 'getrecordproperties' ? 'properties' : 'elements', collection, outputs: [column] });
  checkAlias(node.alias, context);
  context.scope.sources.push({ kind: 'record', alias: node.alias.text, column, applied: true });
  return { ...left, operator: id };
}

/** Two sources of one name could not be told apart. */
function checkAlias(name: Name, { scope, diagnostics }: Context): void {
  if (scope.source(name.text)) diagnostics.add('duplicate-source', name.span, { name: name.text });
}

export function bindJoin(node: Join, left: Left, context: Context, binding: Binding): Left {
  const input = binding.inputs.get(node.source.name.text.toLowerCase());
  const isReference = input?.kind === 'reference' && !binding.steps.has(node.source.name.text.toLowerCase());
  return isReference ? bindLookup(node, input.name, left, { context, binding }) : bindStreams(node, left, context, binding);
}

type At = { context: Context; binding: Binding };

function bindLookup(node: Join, reference: string, left: Left, { context, binding }: At): Left {
  const { graph } = binding;
  const alias = node.source.alias?.text ?? node.source.name.text;
  const lookup = graph.add({ kind: 'lookup', inputs: [left.operator], reference, join: node.join, columns: [], streamKey: [], referenceKey: [], outputs: [] }) as DraftOf<'lookup'>;
  const known = [...context.scope.sources];
  if (node.source.timestampBy) binding.diagnostics.add('timestamp-by-step', node.source.name.span, { name: node.source.name.text, kind: 'reference data' });
  checkAlias(node.source.alias ?? node.source.name, context);
  context.scope.sources.push({ kind: 'reference', alias, operator: lookup.id });
  const on = { ...context, where: 'ON' };
  const residual: Expr[] = [];
  for (const part of conjuncts(node.on)) {
    const pair = equality(part, (side) => sideOf(side, alias, known));
    if (pair) {
      lookup.streamKey.push(bind(pair.left, on));
      lookup.referenceKey.push(bind(pair.right, on));
    } else residual.push(bind(part, on));
  }
  if (residual.length > 0) lookup.residual = allOf(residual);
  return { ...left, operator: lookup.id };
}

function bindStreams(node: Join, left: Left, context: Context, binding: Binding): Left {
  const { graph, diagnostics } = binding;
  const before = [...context.scope.sources];
  const right = bindSource(node.source, before.length, binding, true);
  checkAlias(node.source.alias ?? node.source.name, context);
  const { alias } = right.source;
  const times = { left: graph.newColumn(`time of ${before.map((s) => s.alias).join(', ')}`, 'datetime'), right: graph.newColumn(`time of ${alias}`, 'datetime') };
  if (before.length === 1 && before[0]) before[0].time = times.left;
  right.source.time = times.right;
  context.scope.sources.push(right.source);
  const bounds = { lower: -Infinity, upper: Infinity };
  const join = graph.add({ kind: 'join', inputs: [left.operator, right.operator], join: node.join, lower: 0, upper: 0, unmatched: 0, leftKey: [], rightKey: [], leftWidth: 0, rightWidth: 0, outputs: [times.left, times.right] }) as DraftOf<'join'>;
  const on: Context = { ...context, where: 'ON', intercept: (n) => timeDifference(n, context.scope) ?? context.intercept?.(n) };
  const residual: Expr[] = [];
  for (const part of conjuncts(node.on)) {
    narrow(bounds, part, alias, { context, binding });
    const pair = equality(part, (side) => sideOf(side, alias, before));
    if (pair) {
      const [leftKey, rightKey] = comparable(bind(pair.left, on), bind(pair.right, on));
      join.leftKey.push(leftKey);
      join.rightKey.push(rightKey);
    } else residual.push(bind(part, on));
  }
  if (residual.length > 0) join.residual = allOf(residual);
  if (!Number.isFinite(bounds.lower) || !Number.isFinite(bounds.upper)) {
    diagnostics.add('join-without-datediff', node.on.span, { left: before[0]?.alias ?? '', right: alias, ofColumns: findAll(node.on, isDateDiff).some((call) => call.args.some((arg) => arg.kind === 'path' && arg.parts.length > 1)), oneSided: Number.isFinite(bounds.lower) || Number.isFinite(bounds.upper) });
    [bounds.lower, bounds.upper] = [0, 0];
  }
  checkBounds(bounds, node.on, diagnostics);
  const unit = boundUnit(node.on);
  join.lower = (bounds.lower - unit) - left.span;
  join.upper = bounds.upper + unit;
  join.unmatched = Math.max(0, bounds.upper);
  return { operator: join.id, span: Math.max(left.span, Math.abs(join.lower), Math.abs(join.upper)) };
}

function checkBounds({ lower, upper }: Bounds, on: Node, diagnostics: Binding['diagnostics']): void {
  const call = findAll(on, isDateDiff)[0];
  const span = call?.span ?? on.span;
  atMostAWeek(Math.max(Math.abs(lower), Math.abs(upper)), 'the bound of DATEDIFF', span, diagnostics);
  if (lower > upper) diagnostics.add('argument-value', span, { what: 'the lower bound of DATEDIFF', allowed: 'at most the upper one' });
}

/** Keys are compared as they are; where one side is a datetime, text on the other is read as one, as `=` would. */
function comparable(left: Expr, right: Expr): [Expr, Expr] {
  const asTime = (expr: Expr): Expr => ({ kind: 'call', name: 'try_cast', args: [expr, text('datetime')], type: 'datetime' });
  if (left.type === 'datetime' && right.type !== 'datetime') return [left, asTime(right)];
  return right.type === 'datetime' && left.type !== 'datetime' ? [asTime(left), right] : [left, right];
}

function allOf(parts: Expr[]): Expr {
  return parts.reduce((left, right) => ({ kind: 'and', left, right, type: 'bit' }));
}

/** `left.a = right.b`, either way round, where each side reads from its own side only. */
function equality(node: Node, sideOf: (node: Node) => 'left' | 'right' | undefined): { left: Node; right: Node } | undefined {
  if (node.kind !== 'binary' || node.operator !== '=') return undefined;
  const [a, b] = [sideOf(node.left), sideOf(node.right)];
  if (a === 'left' && b === 'right') return { left: node.left, right: node.right };
  return a === 'right' && b === 'left' ? { left: node.right, right: node.left } : undefined;
}

/** Which side an expression reads from, by the aliases it names; undefined when both, none, or not certain. */
function sideOf(node: Node, alias: string, left: readonly Source[]): 'left' | 'right' | undefined {
  const paths = findAll(node, (n): n is Node & { kind: 'path' } => n.kind === 'path');
  const sides = new Set(paths.map((path) => (path.parts.length < 2 ? undefined : sameName(path.parts[0]?.text, alias) ? 'right' : left.some((s) => sameName(s.alias, path.parts[0]?.text)) ? 'left' : undefined)));
  return sides.size === 1 ? [...sides][0] : undefined;
}

const sameName = (a: string | undefined, b: string | undefined): boolean => a !== undefined && a.toLowerCase() === b?.toLowerCase();

function isDateDiff(node: Node): node is Call {
  return node.kind === 'call' && node.name.length === 1 && sameName(node.name[0]?.text, 'datediff') && node.args.length === 3;
}

/** DATEDIFF of two sources compares their times. */
function timeDifference(node: Node, scope: Scope): Expr | undefined {
  if (node.kind !== 'path' || node.parts.length !== 1) return undefined;
  const source = scope.source(node.parts[0]?.text ?? '');
  return source?.time === undefined ? undefined : scope.register(source.time);
}

interface Bounds {
  lower: Ticks;
  upper: Ticks;
}

/** Learns from one conjunct such as `DATEDIFF(minute, a, b) BETWEEN 0 AND 5` how far apart the two may be. */
function narrow(bounds: Bounds, node: Node, alias: string, at: At): void {
  const calls = findAll(node, isDateDiff);
  const call = calls[0];
  if (calls.length !== 1 || !call) return;
  const [from, to] = [call.args[1], call.args[2]].map((arg) => (arg?.kind === 'path' && arg.parts.length === 1 ? at.context.scope.source(arg.parts[0]?.text ?? '') : undefined));
  if (!from || !to) return;
  const unit = unitOf(call.args[0], call.span, at.context.diagnostics);
  const range = rangeOf(node, call, at);
  const forward = sameName(to.alias, alias);
  bounds.lower = Math.max(bounds.lower, (forward ? range.lower : -range.upper) * unit);
  bounds.upper = Math.min(bounds.upper, (forward ? range.upper : -range.lower) * unit);
}

function unitName(call: Call): Ticks {
  const unit = call.args[0];
  return (unit?.kind === 'path' && unitTicks(unit.parts[0]?.text ?? '')) || 0;
}

/** The largest unit of the DATEDIFFs of a condition: boundaries are counted, so a pair may be up to one unit farther apart. */
function boundUnit(on: Node): Ticks {
  return Math.max(0, ...findAll(on, isDateDiff).map(unitName));
}

/** The whole numbers that a condition leaves to its DATEDIFF. */
function rangeOf(node: Node, call: Call, { context }: At): Bounds {
  const value = (n: Node): number => constantNumber(n, 'the bound of DATEDIFF', n.span, context.diagnostics);
  if (node.kind === 'between' && node.operand === call && !node.negated) return { lower: value(node.low), upper: value(node.high) };
  if (node.kind !== 'binary') return { lower: -Infinity, upper: Infinity };
  const mirrored = node.right === call;
  if (!mirrored && node.left !== call) return { lower: -Infinity, upper: Infinity };
  const bound = value(mirrored ? node.left : node.right);
  const operator = mirrored ? (MIRROR[node.operator] ?? node.operator) : node.operator;
  switch (operator) {
    case '=':
      return { lower: bound, upper: bound };
    case '<':
      return { lower: -Infinity, upper: bound - 1 };
    case '<=':
      return { lower: -Infinity, upper: bound };
    case '>':
      return { lower: bound + 1, upper: Infinity };
    case '>=':
      return { lower: bound, upper: Infinity };
    default:
      return { lower: -Infinity, upper: Infinity };
  }
}

const MIRROR: Record<string, string> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
