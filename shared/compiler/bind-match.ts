/** MATCH_RECOGNIZE: patterns over the events of a partition, in order of time. */
import type { Expr, MatchExpr } from '../program';
import type { MatchRecognize, Name, Node, PatternNode, Source as SourceNode } from './ast';
import type { BoundSource } from './bind-source';
import { bind, type Context } from './context';
import { durationOf } from './constants';
import { nearest } from './diagnostics';
import { mapExpr } from './layout';
import type { Binding } from './relation';
import { Scope } from './scope';

/** Adds the operator; the SELECT around it reads the measures as columns. */
export function bindMatch(from: SourceNode, bound: BoundSource, context: Context, binding: Binding): number {
  const match = from.match as MatchRecognize;
  const { graph, diagnostics } = binding;
  const scope = new Scope(graph, diagnostics);
  scope.sources.push(bound.source);
  const inner: Context = { scope, diagnostics, binder: binding.binder, functions: binding.functions, where: 'MATCH_RECOGNIZE' };
  const variables = variablesOf(match.pattern);
  for (const { variable } of match.defines) checkVariable(variable, variables, diagnostics);
  const members = new Members(binding);
  const defines = match.defines.map(({ variable, predicate }) => {
    const { expr, values } = bindOverMatch(predicate, inner, members, { own: variable.text, variables });
    return { variable: variable.text, predicate: expr, values };
  });
  const measures = match.measures.map(({ expr, alias }) => {
    const { expr: value, values } = bindOverMatch(expr, inner, members, { own: null, variables });
    return { name: alias.text, value, values };
  });
  const columns = measures.map((m) => ({ name: m.name, column: graph.newColumn(m.name, 'any') }));
  const partitionBy = match.partitionBy.map((key) => bind(key, inner));
  const input = members.project(bound.operator, [...defines.map((d) => d.predicate), ...measures.map((m) => m.value), ...partitionBy], [...defines, ...measures].flatMap((part) => part.values));
  const { id } = graph.add({ kind: 'match', inputs: [input], limit: durationOf(match.limit, diagnostics), partitionBy, pattern: match.pattern, defines, measures, outputs: columns.map((c) => c.column) });
  context.scope.sources.push({ kind: 'columns', alias: match.alias?.text ?? from.alias?.text ?? from.name.text, columns });
  return id;
}

/** Members of records that First, Last, Min and Max read: each becomes a column of its own before the match. */
class Members {
  private readonly found = new Map<string, { column: number; expr: Expr }>();

  constructor(private readonly binding: Binding) {}

  columnOf(expr: Expr): number {
    if (expr.kind === 'register') return expr.index;
    const known = this.found.get(JSON.stringify(expr));
    if (known) return known.column;
    const column = this.binding.graph.newColumn('member', 'any');
    this.found.set(JSON.stringify(expr), { column, expr });
    return column;
  }

  /** The operator to match over: the source, or a projection of it that has the members too. */
  project(source: number, exprs: Expr[], values: MatchExpr[]): number {
    if (this.found.size === 0) return source;
    const added = [...this.found.values()];
    const own = new Set(values.flatMap((value) => (value.kind === 'match' ? [value.index] : [])));
    for (const expr of exprs) mapExpr(expr, (e) => (e.kind === 'register' && e.index >= 0 ? (own.add(e.index), e) : e));
    for (const { column } of added) own.delete(column);
    const columns = [...[...own].map((index): Expr => ({ kind: 'register', index, type: this.binding.graph.columns[index]?.type ?? 'any' })), ...added.map(({ expr }) => expr)];
    return this.binding.graph.add({ kind: 'project', inputs: [source], columns, outputs: [...own, ...added.map(({ column }) => column)] }).id;
  }
}

/**
 * `Last(A.temperature)`, `A.temperature`, `Classifier()`: values of the rows matched so far, each in a register of its own behind the row's. In a
 * DEFINE the variable's own name without a function is the row in question.
 */
function bindOverMatch(node: Node, inner: Context, members: Members, { own, variables }: { own: string | null; variables: readonly string[] }): { expr: Expr; values: MatchExpr[] } {
  const values: MatchExpr[] = [];
  const add = (value: MatchExpr): Expr => {
    values.push(value);
    return { kind: 'register', index: -values.length, type: 'any' };
  };
  const columnOf = (path: Node & { kind: 'path' }): number => members.columnOf(inner.scope.resolve(path.parts.slice(1), path.span));
  const check = (path: Node | undefined): void => {
    if (path?.kind === 'path' && path.parts.length > 1) checkVariable(path.parts[0] as Name, variables, inner.diagnostics);
  };
  const intercept = (n: Node): Expr | undefined => {
    if (n.kind === 'call' && n.name.length === 1 && FUNCTIONS.has(n.name[0]?.text.toLowerCase() ?? '')) check(n.args[0]);
    if (n.kind === 'call' && n.name.length === 1) return matchCall(n, add, columnOf);
    if (n.kind !== 'path' || n.parts.length < 2 || inner.scope.source(n.parts[0]?.text ?? '')) return undefined;
    check(n);
    const variable = n.parts[0]?.text ?? '';
    if (own !== null && variable.toLowerCase() === own.toLowerCase()) return inner.scope.resolve(n.parts.slice(1), n.span);
    return add({ kind: 'match', function: 'last', variable, index: columnOf(n) });
  };
  return { expr: bind(node, { ...inner, intercept }), values };
}

function variablesOf(pattern: PatternNode): string[] {
  if (pattern.kind === 'variable') return [pattern.name];
  if (pattern.kind === 'repeat') return variablesOf(pattern.part);
  return pattern.kind === 'any' ? [] : pattern.parts.flatMap(variablesOf);
}

function checkVariable(name: Name, variables: readonly string[], diagnostics: Binding['diagnostics']): void {
  if (variables.some((variable) => variable.toLowerCase() === name.text.toLowerCase())) return;
  diagnostics.add('unknown-variable', name.span, { name: name.text, nearest: nearest(name.text, variables), known: [...new Set(variables)].join(', ') });
}

const FUNCTIONS = new Set(['first', 'last', 'min', 'max']);

function matchCall(node: Node & { kind: 'call' }, add: (value: MatchExpr) => Expr, columnOf: (path: Node & { kind: 'path' }) => number): Expr | undefined {
  const name = node.name[0]?.text.toLowerCase() ?? '';
  if (name === 'classifier') return add({ kind: 'classifier' });
  const [path] = node.args;
  if (!FUNCTIONS.has(name) || path?.kind !== 'path') return undefined;
  const named = path.parts.length > 1;
  const target = named ? path : { ...path, parts: [{ text: '', quoted: 'none' as const, span: path.span }, ...path.parts] };
  return add({ kind: 'match', function: name as 'first', variable: named ? (path.parts[0]?.text ?? null) : null, index: columnOf(target) });
}
