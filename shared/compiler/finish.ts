/** Numbers the registers and describes the stages: from the graph to the plan. */
import type { Expr, Operator, Plan, Stage } from '../program';
import type { Ticks } from '../values/value';
import type { DraftOperator, Graph } from './graph';
import { layoutOf, mapExpr, mapExpressions, type Over } from './layout';
import { SINGLE } from './place';

export function finish(graph: Graph, inputs: Plan['inputs'], shards: number): Plan {
  const layouts: number[][] = [];
  const operators = graph.operators.map((op) => {
    const before = op.inputs.map((id) => layouts[id] as number[]);
    const layout = layoutOf(op, before);
    layouts.push(layout);
    return numbered(op, before, layout, graph);
  });
  const outputs = [...new Set(operators.flatMap((op) => (op.kind === 'emit' ? [op.output] : [])))];
  return { version: 1, inputs, outputs, operators, stages: stagesOf(operators, shards), horizon: Math.max(0, ...operators.map(lookback)) };
}

function numbered(op: DraftOperator, before: number[][], layout: number[], graph: Graph): Operator {
  const columnsOf: Record<Over, number[]> = { input: before[0] ?? [], right: before[1] ?? [], output: layout, own: op.outputs };
  const place = (index: number, over: Over): number => (index < 0 ? columnsOf[over].length - index - 1 : columnsOf[over].indexOf(index));
  const mapped = mapExpressions(op, (expr, over) => mapExpr(expr, (e): Expr => (e.kind === 'register' ? { ...e, index: place(e.index, over) } : e)));
  const { outputs: _outputs, ...rest } = mapped;
  const operator = { ...rest, layout: layout.map((id) => graph.columns[id]?.name ?? '') } as Operator;
  if (operator.kind === 'join') [operator.leftWidth, operator.rightWidth] = [before[0]?.length ?? 0, before[1]?.length ?? 0];
  if (operator.kind === 'match') {
    const renumber = <T extends { values: { kind: string; index?: number }[] }>(part: T): T => ({ ...part, values: part.values.map((v) => (v.kind === 'match' ? { ...v, index: place(v.index as number, 'input') } : v)) });
    operator.defines = operator.defines.map(renumber);
    operator.measures = operator.measures.map(renumber);
  }
  return operator;
}

function stagesOf(operators: readonly Operator[], shards: number): Stage[] {
  const stages = new Map<string, Stage>();
  const stage = (id: string): Stage => {
    const known = stages.get(id);
    if (known) return known;
    const [kind, input] = id.split(/\.(?=[^.])/) as [Stage['kind'], string];
    const isGroup = kind === 'group';
    const name = kind === 'partition' ? id.slice('partition.'.length, id.lastIndexOf('.')) : id.slice(kind.length + 1);
    const made: Stage = { id, kind, ...(isGroup ? {} : { input: name || input }), shards: isGroup && !id.endsWith(SINGLE) ? shards : 1, operators: [], entries: [], upstream: [] };
    stages.set(id, made);
    return made;
  };
  for (const op of operators) {
    stage(op.stage).operators.push(op.id);
    if (op.kind !== 'exchange') continue;
    const to = stage(op.to);
    to.entries.push(op.id);
    if (!to.upstream.includes(op.stage)) to.upstream.push(op.stage);
  }
  return [...stages.values()];
}

/** How far back in event time an operator looks. */
export function lookback(op: Operator): Ticks {
  if (op.kind === 'aggregate') return Math.max(...op.windows.map((w) => (w.kind === 'session' ? w.maxDuration * 2 + w.timeout : w.kind === 'snapshot' ? 0 : w.size)));
  if (op.kind === 'analytic') return Math.max(...op.calls.map((call) => call.limit));
  if (op.kind === 'join') return Math.max(Math.abs(op.lower), Math.abs(op.upper));
  return op.kind === 'match' ? op.limit : 0;
}
