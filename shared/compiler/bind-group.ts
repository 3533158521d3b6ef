/** GROUP BY: the window, the keys and the aggregates; and what names mean afterwards. */
import type { AggregateCall, Expr, WindowSpec } from '../program';
import type { Node, Select } from './ast';
import { bindAggregate, isAggregate } from './bind-aggregate';
import { NULL, bind, isSystemTimestamp, type Context } from './context';
import { WINDOW_NAMES } from './bind-call';
import { bindWindows, isWindow } from './bind-window';
import { Diagnostics, nearest } from './diagnostics';
import type { Graph } from './graph';
import { children, findAll } from './walk';

export interface Grouped {
  operator: number;
  /** Binds expressions of SELECT and HAVING over the groups. */
  context: Context;
  isKey: (node: Node) => boolean;
}

/** Whether a SELECT aggregates: it has GROUP BY, or an aggregate in SELECT or HAVING. */
export function isGrouped(select: Select): boolean {
  const nodes = [...select.items.flatMap((item) => (item.kind === 'expression' ? [item.expr] : [])), ...(select.having ? [select.having] : [])];
  return select.groupBy.length > 0 || nodes.some((node) => findAll(node, isAggregate).length > 0);
}

export function bindGroup(select: Select, input: number, context: Context, graph: Graph): Grouped {
  const windows = windowsOf(select, context);
  const plainKeys = select.groupBy.filter((node) => !isWindow(node) && !(isSystemTimestamp(node) && windows.snapshot));
  const keys = plainKeys.map((node) => bind(node, { ...context, where: 'GROUP BY' }));
  const keyColumns = keys.map((key, i) => graph.newColumn(nameOf(plainKeys[i] as Node), key.type));
  const windowId = graph.newColumn('window', 'nvarchar(max)');
  const aggregates: AggregateCall[] = [];
  const results: number[] = [];
  const operator = graph.add({ kind: 'aggregate', phase: 'whole', inputs: [input], windows: windows.specs, keys, aggregates, outputs: [] });
  const keyTexts = keys.map((key) => JSON.stringify(key));
  const known = new Map<string, number>();
  const aggregate = (node: Node): Expr | undefined => {
    if (!isAggregate(node)) return undefined;
    const call = bindAggregate(node, { ...context, where: `the argument of ${node.name[0]?.text}` });
    const text = JSON.stringify(call);
    let column = known.get(text);
    if (column === undefined) {
      column = graph.newColumn(call.name, call.type);
      known.set(text, column);
      aggregates.push(call);
      results.push(column);
      operator.outputs = [...keyColumns, ...results, windowId];
    }
    return context.scope.register(column);
  };
  operator.outputs = [...keyColumns, windowId];
  const key = (node: Node): Expr | undefined => keyOf(node, context, (text) => keyTexts.indexOf(text), keyColumns);
  const lookup = (node: Node): Expr | undefined => aggregate(node) ?? windowMember(node, context.scope.register(windowId)) ?? key(node) ?? ungrouped(node, select, context);
  return { operator: operator.id, context: { ...context, intercept: lookup, where: 'SELECT', grouped: true }, isKey: (node) => key(node) !== undefined };
}

/** A name that is nearly a window's is reported as an unknown function, and not also as a missing window. */
function windowsOf(select: Select, context: Context): { specs: WindowSpec[]; snapshot: boolean } {
  const found = select.groupBy.filter(isWindow);
  if (found.length > 1) context.diagnostics.add('two-windows', (found[1] as Node).span, {});
  if (found[0]) return { specs: bindWindows(found[0], context.diagnostics, (key) => bind(key, context)), snapshot: false };
  if (!select.groupBy.some(isSystemTimestamp)) reportMissing(select, context);
  return { specs: [{ kind: 'snapshot' }], snapshot: true };
}

function reportMissing(select: Select, context: Context): void {
  const call = select.items.flatMap((item) => (item.kind === 'expression' ? findAll(item.expr, isAggregate) : []))[0];
  const first = select.groupBy[0];
  if (select.groupBy.some((node) => node.kind === 'call' && node.name.length === 1 && nearest(node.name[0]?.text ?? '', WINDOW_NAMES) !== undefined)) return;
  if (first) context.diagnostics.add('group-without-window', first.span, {});
  else if (call) context.diagnostics.add('aggregate-without-window', call.span, { name: call.name.map((part) => part.text).join('.').toUpperCase() });
}

/** `System.Window().Id` */
function windowMember(node: Node, id: Expr): Expr | undefined {
  if (node.kind !== 'member' || node.base.kind !== 'call') return undefined;
  return node.base.name.map((part) => part.text.toLowerCase()).join('.') === 'system.window' ? id : undefined;
}

/** An expression that is one of the group keys, however it is written (`r.id` and `id` are the same column). */
function keyOf(node: Node, context: Context, indexOf: (text: string) => number, columns: number[]): Expr | undefined {
  if (node.kind === 'number' || node.kind === 'string' || node.kind === 'null' || isSystemTimestamp(node) || contains(node, (n) => isAggregate(n) || isWindow(n))) return undefined;
  const silent = new Diagnostics();
  const scope = context.scope.withDiagnostics(silent);
  const index = indexOf(JSON.stringify(bind(node, { ...context, scope, diagnostics: silent })));
  return index < 0 || silent.all.length > 0 ? undefined : context.scope.register(columns[index] as number);
}

function contains(node: Node, test: (node: Node) => boolean): boolean {
  return test(node) || children(node).some((child) => contains(child, test));
}

/** A column that is not a key has no single value in a group. */
function ungrouped(node: Node, select: Select, context: Context): Expr | undefined {
  if (node.kind !== 'path' || isSystemTimestamp(node)) return undefined;
  const [only] = node.parts;
  if (node.parts.length === 1 && only?.quoted === 'double' && !context.scope.hasStatic(only.text)) return undefined;
  const name = node.parts.map((part) => part.text).join('.');
  context.diagnostics.add('not-grouped', node.span, { name, named: groupedByName(node, select, context) });
  return NULL;
}

/** `SELECT f(x) AS a … GROUP BY a`: the key is a column `a` of the source, though f(x) was meant. */
function groupedByName(node: Node, select: Select, { diagnostics }: Context): { name: string; text: string } | undefined {
  const keys = select.groupBy.flatMap((key) => (key.kind === 'path' && key.parts.length === 1 ? [key.parts[0]?.text.toLowerCase()] : []));
  for (const item of select.items) {
    if (item.kind !== 'expression' || !item.alias || !keys.includes(item.alias.text.toLowerCase())) continue;
    if (contains(item.expr, (n) => n === node)) return { name: item.alias.text, text: diagnostics.textOf(item.expr.span) };
  }
  return undefined;
}

function nameOf(node: Node): string {
  return node.kind === 'path' ? (node.parts[node.parts.length - 1]?.text ?? 'key') : 'key';
}
