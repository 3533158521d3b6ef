import type { Expr } from '../program';
import { Graph, type Draft, type DraftOf } from './graph';
import { layoutOf, referenced } from './layout';

/** Puts a projection before every exchange that would carry columns that nobody reads behind it. */
export function prune(source: Graph): Graph {
  const target = new Graph();
  target.columns.push(...source.columns);
  const layouts: number[][] = [];
  for (const op of source.operators) layouts.push(layoutOf(op, op.inputs.map((id) => layouts[id] as number[])));
  const needed = source.operators.map(() => new Set<number>());
  for (const op of [...source.operators].reverse()) {
    const own = referenced(op);
    // A union hands on, and a final aggregate reads, all that comes in.
    const passes = op.kind === 'union' || (op.kind === 'aggregate' && op.phase === 'final') ? op.inputs.flatMap((id) => layouts[id] as number[]) : [];
    for (const id of op.inputs) for (const column of [...own, ...passes, ...(needed[op.id] as Set<number>)]) (needed[id] as Set<number>).add(column);
  }
  const renumbered = new Map<number, number>();
  for (const op of source.operators) {
    let inputs = op.inputs.map((id) => renumbered.get(id) as number);
    const before = op.inputs.length > 0 ? (layouts[op.inputs[0] as number] as number[]) : [];
    const read = op.kind === 'exchange' ? referenced(op) : new Set<number>();
    const kept = before.filter((column) => (needed[op.id] as Set<number>).has(column) || read.has(column));
    if (op.kind === 'exchange' && kept.length < before.length) {
      const columns: Expr[] = kept.map((index) => ({ kind: 'register', index, type: source.columns[index]?.type ?? 'any' }));
      const project = target.add({ kind: 'project', inputs, columns, outputs: kept });
      project.stage = stageAfter(op.stage, renumbered);
      inputs = [project.id];
    }
    const added = target.add({ ...(op.kind === 'scan' ? withTimeOnly(op, needed[op.id] as Set<number>) : op), inputs, ...(op.kind === 'exchange' ? { to: stageAfter(op.to, renumbered) } : {}) } as Draft);
    added.stage = stageAfter(op.stage, renumbered);
    renumbered.set(op.id, added.id);
  }
  return target;
}

/** A partition stage is named after its scan (`partition.INPUT.ID`), which may have got another number. */
function stageAfter(stage: string, renumbered: ReadonlyMap<number, number>): string {
  if (!stage.startsWith('partition.')) return stage;
  const at = stage.lastIndexOf('.') + 1;
  return `${stage.slice(0, at)}${renumbered.get(Number(stage.slice(at)))}`;
}

/** Marks the column that only TIMESTAMP BY reads: its text need not be kept. */
function withTimeOnly(scan: DraftOf<'scan'>, needed: ReadonlySet<number>): DraftOf<'scan'> {
  const { timestamp } = scan;
  if (timestamp?.kind !== 'register' || needed.has(timestamp.index) || scan.over.length > 0) return scan;
  return { ...scan, columns: scan.columns.map((column, i) => (scan.outputs[i] === timestamp.index && column.from === 'payload' && !column.type ? { ...column, timeOnly: true as const } : column)) };
}
