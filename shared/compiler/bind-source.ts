/** FROM and the right sides of JOIN: an input becomes a scan, a step what it computed. */
import type { Expr } from '../program';
import type { Node, Source as SourceNode } from './ast';
import { bind, isSystemTimestamp, type Context } from './context';
import { nearest } from './diagnostics';
import type { DraftOf } from './graph';
import type { Binding, StepResult } from './relation';
import { Scope, type Source } from './scope';
import { findAll } from './walk';

export interface BoundSource {
  operator: number;
  source: Source;
}

/** `place`: the how-manieth source of its SELECT it is; two scans of one input in one SELECT (a self-join) stay two. */
export function bindSource(node: SourceNode, place: number, binding: Binding, fresh: boolean): BoundSource {
  const name = node.name.text.toLowerCase();
  const alias = node.alias?.text ?? node.name.text;
  const step = binding.steps.get(name);
  if (step) {
    if (node.timestampBy) binding.diagnostics.add('timestamp-by-step', node.name.span, { name: node.name.text, kind: 'a step' });
    return fromStep(step, alias, binding, fresh);
  }
  const input = binding.inputs.get(name);
  if (!input) reportUnknown(node, binding);
  if (input?.kind === 'reference') binding.diagnostics.add('reference-must-be-joined', node.name.span, { name: node.name.text });
  return bindScan(node, alias, place, binding);
}

function reportUnknown(node: SourceNode, binding: Binding): void {
  const known = [...[...binding.inputs.values()].map((i) => i.name), ...binding.steps.keys()];
  binding.diagnostics.add('unknown-input', node.name.span, { name: node.name.text, nearest: nearest(node.name.text, known), known: known.join(', ') });
}

function fromStep(step: StepResult, alias: string, binding: Binding, fresh: boolean): BoundSource {
  const { operator, columns } = fresh ? renamed(step, binding) : step;
  const source: Source = 'record' in columns ? { kind: 'record', alias, column: columns.record, applied: false } : { kind: 'columns', alias, columns };
  return { operator, source };
}

/** The same columns under new ids: a step may stand on both sides of a join. */
function renamed(step: StepResult, binding: Binding): StepResult {
  const { graph } = binding;
  const copy = (id: number): number => graph.newColumn(graph.columns[id]?.name ?? '', graph.columns[id]?.type ?? 'any');
  const old = 'record' in step.columns ? [step.columns.record] : step.columns.map((c) => c.column);
  const outputs = old.map(copy);
  const columns: Expr[] = old.map((id) => ({ kind: 'register', index: id, type: graph.columns[id]?.type ?? 'any' }));
  const { id } = graph.add({ kind: 'project', inputs: [step.operator], columns, outputs });
  return { operator: id, columns: 'record' in step.columns ? { record: outputs[0] as number } : step.columns.map((c, i) => ({ name: c.name, column: outputs[i] as number })) };
}

function bindScan(node: SourceNode, alias: string, place: number, binding: Binding): BoundSource {
  const { graph, diagnostics } = binding;
  const { name: input, metadataColumns = [] } = binding.inputs.get(node.name.text.toLowerCase()) ?? { name: node.name.text };
  const scan = graph.add({ kind: 'scan', inputs: [], input, columns: [], over: [], ...(binding.firstLevel ? { firstLevel: true as const } : {}), outputs: [] }) as DraftOf<'scan'>;
  const source: Source = { kind: 'input', alias, operator: scan.id, declared: binding.declared(input), metadataColumns };
  const scope = new Scope(graph, diagnostics);
  scope.sources.push(source);
  const context: Context = { scope, diagnostics, binder: binding.binder, functions: binding.functions, where: 'TIMESTAMP BY' };
  if (node.timestampBy) {
    const own = findAll(node.timestampBy.expr, (n): n is Node => isSystemTimestamp(n))[0];
    if (own) diagnostics.add('unsupported', own.span, { what: 'System.Timestamp() in TIMESTAMP BY', instead: 'name a column of the event, or leave TIMESTAMP BY out: then it is the time of arrival' });
    scan.timestamp = bind(node.timestampBy.expr, context);
    scan.over = node.timestampBy.over.map((key) => bind(key, context));
  }
  // Every declared column decides whether the event is one, also those that the query does not read.
  for (const [column, type] of source.declared ?? []) graph.read(scan.id, 'payload', column, type);
  return shared(scan, source, place, binding);
}

/** Reuses an earlier scan that reads the same in the same way: the query text of its time tells. */
function shared(scan: DraftOf<'scan'>, source: Source & { kind: 'input' }, place: number, binding: Binding): BoundSource {
  const names = (expr: Expr): string => JSON.stringify(expr, (key, value: unknown) => (key === 'index' ? scan.columns[scan.outputs.indexOf(value as number)] : value));
  const key = `${place} ${scan.input.toLowerCase()} ${scan.timestamp ? names(scan.timestamp) : ''} ${scan.over.map(names).join()}`;
  const earlier = binding.scans.get(key);
  if (earlier === undefined) {
    binding.scans.set(key, scan.id);
    return { operator: scan.id, source };
  }
  binding.graph.operators.pop();
  return { operator: earlier, source: { ...source, operator: earlier } };
}
