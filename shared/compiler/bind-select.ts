import type { AnalyticCall, Expr, RecordPart } from '../program';
import type { Call, Node, Query, Select, SelectItem } from './ast';
import { bindAnalytic, isAnalyticCall } from './bind-analytic';
import { bindGroup, isGrouped, type Grouped } from './bind-group';
import { bindApply, bindJoin, type Left } from './bind-join';
import { bindMatch } from './bind-match';
import { bindSource } from './bind-source';
import { bind, type Context } from './context';
import type { Binding, StepResult } from './relation';
import { Scope, type Source } from './scope';
import { findAll } from './walk';

/** Binds a SELECT or a UNION of them; gives what readers of it see. */
export function bindQuery(query: Query, binding: Binding): StepResult {
  if (query.kind === 'select') return bindSelect(query, binding);
  return bindUnion(bindQuery(query.left, binding), bindQuery(query.right, binding), query, binding);
}

export function bindSelect(select: Select, binding: Binding): StepResult {
  const { graph, diagnostics } = binding;
  const scope = new Scope(graph, diagnostics);
  for (const item of select.items) if (item.kind === 'expression' && item.alias) scope.named.set(item.alias.text.toLowerCase(), diagnostics.textOf(item.expr.span));
  const context: Context = { scope, diagnostics, binder: binding.binder, functions: binding.functions, where: 'WHERE' };
  const analytic = new Map<Node, number>();
  context.intercept = (node) => (analytic.has(node) ? scope.register(analytic.get(node) as number) : undefined);
  let left = bindFrom(select, context, binding);
  left = bindEarly(select, left, { context, analytic }, binding);
  if (select.where) left = filter(select.where, left, context, binding);
  if (!isGrouped(select)) {
    if (select.having) left = filter(select.having, left, { ...context, where: 'HAVING' }, binding);
    return project(select.items, left.operator, { ...context, where: 'SELECT' }, binding);
  }
  const grouped = bindGroup(select, left.operator, context, graph);
  let operator = grouped.operator;
  if (select.having) operator = filter(select.having, { operator, span: 0 }, withAliases(select, grouped), binding).operator;
  return project(select.items, operator, grouped.context, binding);
}

function bindFrom(select: Select, context: Context, binding: Binding): Left {
  const renames = select.joins.some((join) => join.kind === 'join');
  const bound = bindSource(select.from, 0, binding, renames);
  if (select.from.match) return { operator: bindMatch(select.from, bound, context, binding), span: 0 };
  context.scope.sources.push(bound.source);
  return { operator: bound.operator, span: 0 };
}

/**
 * Joins, applies and the analytic functions. LAG and its like see all events of the source, before any join throws some out, so they come
 * first unless they read from a joined source.
 */
function bindEarly(select: Select, start: Left, at: { context: Context; analytic: Map<Node, number> }, binding: Binding): Left {
  const calls = analyticCalls(select);
  const aliases = select.joins.map((join) => (join.kind === 'join' ? (join.source.alias ?? join.source.name) : join.alias).text.toLowerCase());
  const readsJoined = (call: Call): boolean => findAll(call, (n): n is Node & { kind: 'path' } => n.kind === 'path').some((path) => aliases.includes(path.parts[0]?.text.toLowerCase() ?? ''));
  const early = calls.filter((call) => !readsJoined(call));
  const late = calls.filter(readsJoined);
  let left = addAnalytic(early, start, at, binding);
  for (const join of select.joins) left = join.kind === 'apply' ? bindApply(join, left, at.context, binding) : bindJoin(join, left, at.context, binding);
  return addAnalytic(late, left, at, binding);
}

function analyticCalls(select: Select): Call[] {
  const nodes = [...select.items.flatMap((item) => (item.kind === 'expression' ? [item.expr] : [])), select.where, ...select.groupBy, select.having, ...select.joins.map((join) => (join.kind === 'join' ? join.on : join.call))];
  return nodes.flatMap((node) => (node ? findAll(node, isAnalyticCall) : []));
}

function addAnalytic(calls: Call[], left: Left, at: { context: Context; analytic: Map<Node, number> }, { graph }: Binding): Left {
  if (calls.length === 0) return left;
  const bound: AnalyticCall[] = calls.map((call) => bindAnalytic(call, at.context));
  const outputs = bound.map((call, i) => {
    const column = graph.newColumn(call.name, call.type);
    at.analytic.set(calls[i] as Node, column);
    return column;
  });
  return { ...left, operator: graph.add({ kind: 'analytic', inputs: [left.operator], calls: bound, outputs }).id };
}

function filter(node: Node, left: Left, context: Context, { graph }: Binding): Left {
  const predicate = bind(node, context);
  return { ...left, operator: graph.add({ kind: 'filter', inputs: [left.operator], predicate, outputs: [] }).id };
}

/** HAVING may use the names given in SELECT, as official examples do; a group key of the same name comes first. */
function withAliases(select: Select, { context, isKey }: Grouped): Context {
  const aliases = new Map(select.items.flatMap((item) => (item.kind === 'expression' && item.alias ? [[item.alias.text.toLowerCase(), item.expr] as const] : [])));
  const seen = new Set<Node>();
  const intercept = (node: Node): Expr | undefined => {
    const aliased = node.kind === 'path' && node.parts.length === 1 ? aliases.get(node.parts[0]?.text.toLowerCase() ?? '') : undefined;
    if (!aliased || seen.has(aliased) || isKey(node)) return context.intercept?.(node);
    seen.add(aliased);
    const bound = bind(aliased, context);
    seen.delete(aliased);
    return bound;
  };
  return { ...context, intercept, where: 'HAVING' };
}

/** The SELECT list. With a `*` whose columns are not known by name, the result is one record. */
function project(items: readonly SelectItem[], input: number, context: Context, binding: Binding): StepResult {
  const { graph } = binding;
  const written = items.flatMap((item, i) => itemParts(item, i, context));
  const parts = binding.firstLevel ? written.map((part): RecordPart => (part.kind === 'member' ? { ...part, name: part.name.toLowerCase() } : part)) : written;
  const only = parts[0];
  if (parts.some((part) => part.kind === 'spread')) {
    const record: Expr = parts.length === 1 && only?.kind === 'spread' ? only.value : { kind: 'record', parts, type: 'record' };
    const column = graph.newColumn('*', 'record');
    const { id } = graph.add({ kind: 'project', inputs: [input], columns: [record], outputs: [column] });
    return { operator: id, columns: { record: column } };
  }
  const names = new Set<string>();
  const members = (parts as (RecordPart & { kind: 'member' })[]).filter(({ name }) => !names.has(name.toLowerCase()) && names.add(name.toLowerCase()));
  const outputs = members.map((member) => graph.newColumn(member.name, member.value.type));
  const { id } = graph.add({ kind: 'project', inputs: [input], columns: members.map((member) => member.value), outputs });
  return { operator: id, columns: members.map((member, i) => ({ name: member.name, column: outputs[i] as number })) };
}

function itemParts(item: SelectItem, position: number, context: Context): RecordPart[] {
  if (item.kind === 'expression') return [{ kind: 'member', name: item.alias?.text ?? defaultName(item.expr, position), value: bind(item.expr, context) }];
  const { scope } = context;
  const [first] = item.path;
  if (context.grouped) {
    context.diagnostics.add('star-in-group', item.span, {});
    return [];
  }
  if (!first) return scope.sources.flatMap((source) => scope.parts(source));
  const source: Source | undefined = item.path.length === 1 ? scope.source(first.text) : undefined;
  if (source) return source.kind === 'record' && source.applied ? [{ kind: 'spread', value: scope.whole(source) }] : scope.parts(source);
  return [{ kind: 'spread', value: scope.resolve(item.path, item.span) }];
}

/** The name of a column without alias: the last part of a path, the name of a function; else its position. */
function defaultName(node: Node, position: number): string {
  if (node.kind === 'path') return node.parts[node.parts.length - 1]?.text ?? '';
  if (node.kind === 'member') return node.name.text;
  if (node.kind === 'call') return (node.name[node.name.length - 1]?.text ?? '').toLowerCase();
  return `column${position + 1}`;
}

function bindUnion(left: StepResult, right: StepResult, at: Query, { graph, diagnostics }: Binding): StepResult {
  if ('record' in left.columns || 'record' in right.columns) {
    const inputs = [left, right].map((side) => asRecord(side, graph));
    const column = graph.newColumn('*', 'record');
    return { operator: graph.add({ kind: 'union', inputs, outputs: [column] }).id, columns: { record: column } };
  }
  const [a, b] = [left.columns, right.columns];
  if (a.length !== b.length) diagnostics.add('union-columns', at.span, { left: a.map((c) => c.name).join(', '), right: b.map((c) => c.name).join(', ') });
  const outputs = a.map((c) => graph.newColumn(c.name, graph.columns[c.column]?.type ?? 'any'));
  outputs.forEach((id, i) => {
    const other = graph.columns[b[i]?.column ?? -1]?.type;
    const column = graph.columns[id];
    if (column && other !== column.type) column.type = 'any';
  });
  const inputs = [left, right].map((side, i) => positional(side, i === 0 ? a : b, graph));
  return { operator: graph.add({ kind: 'union', inputs, outputs }).id, columns: a.map((c, i) => ({ name: c.name, column: outputs[i] as number })) };
}

function asRecord(side: StepResult, graph: Binding['graph']): number {
  const register = (column: number): Expr => ({ kind: 'register', index: column, type: graph.columns[column]?.type ?? 'any' });
  const value: Expr = 'record' in side.columns ? register(side.columns.record) : { kind: 'record', parts: side.columns.map(({ name, column }) => ({ kind: 'member', name, value: register(column) })), type: 'record' };
  return graph.add({ kind: 'project', inputs: [side.operator], columns: [value], outputs: [graph.newColumn('*', 'record')] }).id;
}

/** Registers of a union are matched by position, so each side hands on exactly its columns in order. */
function positional(side: StepResult, columns: { column: number }[], graph: Binding['graph']): number {
  const exprs: Expr[] = columns.map(({ column }) => ({ kind: 'register', index: column, type: graph.columns[column]?.type ?? 'any' }));
  return graph.add({ kind: 'project', inputs: [side.operator], columns: exprs, outputs: columns.map(({ column }) => graph.newColumn(graph.columns[column]?.name ?? '', 'any')) }).id;
}
