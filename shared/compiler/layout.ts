import type { Expr, RecordPart } from '../program';
import type { DraftOperator } from './graph';

/** Ids of the columns that an operator outputs, given those of its inputs. */
export function layoutOf(operator: DraftOperator, inputs: readonly (readonly number[])[]): number[] {
  const [first = [], second = []] = inputs;
  switch (operator.kind) {
    case 'filter':
    case 'exchange':
      return [...first];
    case 'apply':
    case 'lookup':
    case 'analytic':
      return [...first, ...operator.outputs];
    case 'join':
      return [...first, operator.outputs[0] as number, ...second, operator.outputs[1] as number];
    case 'emit':
      return [];
    default:
      return [...operator.outputs];
  }
}

/** Applies `change` to every expression inside, outermost last. */
export function mapExpr(expr: Expr, change: (expr: Expr) => Expr): Expr {
  const map = (child: Expr): Expr => mapExpr(child, change);
  switch (expr.kind) {
    case 'field':
      return change({ ...expr, base: map(expr.base) });
    case 'call':
    case 'udf':
      return change({ ...expr, args: expr.args.map(map) });
    case 'and':
    case 'or':
      return change({ ...expr, left: map(expr.left), right: map(expr.right) });
    case 'not':
      return change({ ...expr, operand: map(expr.operand) });
    case 'case':
      return change({ ...expr, branches: expr.branches.map((b) => ({ when: map(b.when), then: map(b.then) })), otherwise: map(expr.otherwise) });
    case 'record':
      return change({ ...expr, parts: expr.parts.map((part): RecordPart => ({ ...part, value: map(part.value) })) });
    default:
      return change(expr);
  }
}

/** Which layout an operator's expression is over: its input's, its own output's, or what a scan or reference row holds. */
export type Over = 'input' | 'right' | 'output' | 'own';

/** Rewrites every expression of an operator. The one place that knows where operators keep their expressions. */
export function mapExpressions(op: DraftOperator, map: (expr: Expr, over: Over) => Expr): DraftOperator {
  const input = (e: Expr): Expr => map(e, 'input');
  const optional = <E extends Expr | undefined>(e: E, over: Over = 'input'): E => (e ? (map(e, over) as E) : e);
  switch (op.kind) {
    case 'scan':
      return { ...op, timestamp: optional(op.timestamp, 'own'), over: op.over.map((e) => map(e, 'own')) };
    case 'filter':
      return { ...op, predicate: input(op.predicate) };
    case 'project':
      return { ...op, columns: op.columns.map(input) };
    case 'apply':
      return { ...op, collection: input(op.collection) };
    case 'lookup':
      return { ...op, streamKey: op.streamKey.map(input), referenceKey: op.referenceKey.map((e) => map(e, 'own')), residual: optional(op.residual, 'output') };
    case 'analytic':
      return { ...op, calls: op.calls.map((c) => ({ ...c, value: optional(c.value), fallback: optional(c.fallback), when: optional(c.when), partitionBy: c.partitionBy.map(input), orderBy: c.orderBy.map(input) })) };
    case 'aggregate':
      return {
        ...op,
        keys: op.keys.map(input),
        windows: op.windows.map((w) => (w.kind === 'session' ? { ...w, partitionBy: w.partitionBy.map(input) } : w)),
        aggregates: op.aggregates.map((a) => ({ ...a, value: optional(a.value), orderBy: a.orderBy.map(input) })),
      };
    case 'join':
      return { ...op, leftKey: op.leftKey.map(input), rightKey: op.rightKey.map((e) => map(e, 'right')), residual: optional(op.residual, 'output') };
    case 'match':
      return { ...op, partitionBy: op.partitionBy.map(input), defines: op.defines.map((d) => ({ ...d, predicate: input(d.predicate) })), measures: op.measures.map((m) => ({ ...m, value: input(m.value) })) };
    case 'exchange':
      return { ...op, key: op.key.map(input) };
    case 'emit':
      return { ...op, row: input(op.row) };
    case 'union':
      return op;
  }
}

/** Column ids that an operator reads; a union reads all of its inputs. */
export function referenced(op: DraftOperator): Set<number> {
  const ids = new Set<number>();
  mapExpressions(op, (expr) => mapExpr(expr, (e) => (e.kind === 'register' ? (ids.add(e.index), e) : e)));
  if (op.kind === 'match') for (const { values } of [...op.defines, ...op.measures]) for (const v of values) if (v.kind === 'match') ids.add(v.index);
  return ids;
}

/** Whether any expression asks for the row's time. */
export function readsTime(op: DraftOperator): boolean {
  let found = false;
  mapExpressions(op, (expr) => mapExpr(expr, (e) => ((found ||= e.kind === 'timestamp'), e)));
  return found;
}
