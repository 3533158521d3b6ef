/** MATCH_RECOGNIZE: patterns over the events of a partition, in order of time. */
import type { Expr, MatchExpr } from '../program';
import type { MatchRecognize, Name, Node, PatternNode, Source as SourceNode } from './ast';
import type { BoundSource } from './bind-source';
import { bind, type Context } from './context';
import { durationOf } from './constants';
import { nearest } from './diagnostics';
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
  const defines = match.defines.map(({ variable, predicate }) => {
    const { expr, values } = bindOverMatch(predicate, inner, binding, { own: variable.text, variables });
    return { variable: variable.text, predicate: expr, values };
  });
  const measures = match.measures.map(({ expr, alias }) => {
    const { expr: value, values } = bindOverMatch(expr, inner, binding, { own: null, variables });
    return { name: alias.text, value, values };
  });
  const columns = measures.map((m) => ({ name: m.name, column: graph.newColumn(m.name, 'any') }));
  const partitionBy = match.partitionBy.map((key) => bind(key, inner));
  const { id } = graph.add({ kind: 'match', inputs: [bound.operator], limit: durationOf(match.limit, diagnostics), partitionBy, pattern: match.pattern, defines, measures, outputs: columns.map((c) => c.column) });
  context.scope.sources.push({ kind: 'columns', alias: match.alias?.text ?? from.alias?.text ?? from.name.text, columns });
  return id;
}

/**
 * `Last(A.temperature)`, `A.temperature`, `Classifier()`: values of the rows matched so far, each in a register of its own behind the row's. In a
 * DEFINE the variable's own name without a function is the row in question.
 */
function bindOverMatch(node: Node, inner: Context, { graph, diagnostics }: Binding, { own, variables }: { own: string | null; variables: readonly string[] }): { expr: Expr; values: MatchExpr[] } {
  const values: MatchExpr[] = [];
  const add = (value: MatchExpr): Expr => {
    values.push(value);
    return { kind: 'register', index: -values.length, type: 'any' };
  };
  const columnOf = (path: Node & { kind: 'path' }): number => {
    const bound = inner.scope.resolve(path.parts.slice(1), path.span);
    return bound.kind === 'register' ? bound.index : bound.kind === 'field' && bound.base.kind === 'register' ? bound.base.index : graph.newColumn('?', 'any');
  };
  const check = (path: Node | undefined): void => {
    if (path?.kind === 'path' && path.parts.length > 1) checkVariable(path.parts[0] as Name, variables, diagnostics);
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
