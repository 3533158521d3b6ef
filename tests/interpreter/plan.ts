/**
 * Slow, obvious operators: a plan is run one operator after another over all rows at once. No stages, no watermarks, no state. A row's order among those of its
 * instant is not known here. MATCH_RECOGNIZE and GetRecordProperties are left to their golden scripts.
 */
import { createAggregate } from '../../shared/builtins/aggregates/registry';
import type { ApplyOperator, AggregateCall, AggregateOperator, AnalyticCall, AnalyticOperator, Expr, JoinOperator, LookupOperator, Operator, Plan, Registers, ScanOperator, WindowSpec } from '../../shared/program';
import { keyOf } from '../../shared/values/key';
import { MIN_TICKS, parseDateTime } from '../../shared/values/ticks';
import { DateTime, type SqlRecord, type SqlValue, type Ticks } from '../../shared/values/value';
import { evaluate, holds } from './expression';

export interface Row {
  r: Registers;
  t: Ticks;
}

export interface Interpreted {
  inputs: Record<string, readonly SqlRecord[]>;
  references: Record<string, readonly SqlRecord[]>;
}

/** Rows by output. */
export function interpret(plan: Plan, given: Interpreted): Record<string, Row[]> {
  const results: Row[][] = [];
  const outputs: Record<string, Row[]> = {};
  for (const op of plan.operators) {
    const inputs = op.inputs.map((id) => results[id] as Row[]);
    results[op.id] = run(op, inputs, given);
    if (op.kind === 'emit') (outputs[op.output] ??= []).push(...(results[op.id] as Row[]));
  }
  return outputs;
}

function run(op: Operator, [first = [], second = []]: Row[][], given: Interpreted): Row[] {
  switch (op.kind) {
    case 'scan':
      return scan(op, given.inputs[op.input] ?? []);
    case 'filter':
      return first.filter((row) => holds(op.predicate, row));
    case 'project':
      return first.map((row) => ({ r: op.columns.map((c) => evaluate(c, row)), t: row.t }));
    case 'apply':
      return apply(op, first);
    case 'lookup':
      return lookup(op, first, given.references[op.reference] ?? []);
    case 'analytic':
      return analytic(op, first);
    case 'aggregate':
      return aggregate(op, first);
    case 'join':
      return join(op, first, second);
    case 'union':
      return [...first, ...second];
    case 'exchange':
      return first;
    case 'emit':
      return first.map((row) => ({ r: [evaluate(op.row, row)], t: row.t }));
    default:
      throw new Error(`the interpreter has no ${op.kind}`);
  }
}

function scan(op: ScanOperator, records: readonly SqlRecord[]): Row[] {
  return records.map((record) => {
    const r = op.columns.map((column): SqlValue => (column.from === 'record' ? record : (record[column.name] ?? null)));
    return { r, t: parseDateTime(evaluate(op.timestamp as Expr, { r, t: 0 }) as string) as Ticks };
  });
}

function apply(op: ApplyOperator, rows: readonly Row[]): Row[] {
  return rows.flatMap((row) => {
    const list = evaluate(op.collection, row);
    const items = Array.isArray(list) ? list.map((ArrayValue, ArrayIndex): SqlValue => ({ ArrayIndex, ArrayValue })) : [];
    return (items.length === 0 && op.mode === 'outer' ? [null] : items).map((item) => ({ r: [...row.r, item], t: row.t }));
  });
}

const valuesOf = (exprs: readonly Expr[], row: Row): SqlValue[] => exprs.map((e) => evaluate(e, row));

function lookup(op: LookupOperator, rows: readonly Row[], table: readonly SqlRecord[]): Row[] {
  const references = table.map((record) => op.columns.map((column) => record[column.name] ?? null));
  return rows.flatMap((row) => {
    const key = valuesOf(op.streamKey, row);
    const pairs = references
      .filter((r) => !key.includes(null) && keyOf(valuesOf(op.referenceKey, { r, t: 0 })) === keyOf(key))
      .map((r) => ({ r: [...row.r, ...r], t: row.t }))
      .filter((pair) => !op.residual || holds(op.residual, pair));
    return pairs.length > 0 || op.join === 'inner' ? pairs : [{ r: [...row.r, ...op.columns.map(() => null)], t: row.t }];
  });
}

function join(op: JoinOperator, lefts: readonly Row[], rights: readonly Row[]): Row[] {
  return lefts.flatMap((left) => {
    const key = valuesOf(op.leftKey, left);
    const pairs = rights
      .filter((right) => !key.includes(null) && keyOf(valuesOf(op.rightKey, right)) === keyOf(key) && right.t - left.t >= op.lower && right.t - left.t <= op.upper)
      .map((right) => ({ r: [...left.r, new DateTime(left.t), ...right.r, new DateTime(right.t)], t: Math.max(left.t, right.t) }))
      .filter((pair) => !op.residual || holds(op.residual, pair));
    const alone = { r: [...left.r, new DateTime(left.t), ...new Array<null>(op.rightWidth + 1).fill(null)], t: left.t + op.unmatched };
    return pairs.length > 0 || op.join === 'inner' ? pairs : [alone];
  });
}

function analytic(op: AnalyticOperator, rows: readonly Row[]): Row[] {
  const ordered = [...rows].sort((a, b) => a.t - b.t);
  return ordered.map((row, i) => ({ r: [...row.r, ...op.calls.map((call) => analyticValue(call, row, ordered.slice(0, i)))], t: row.t }));
}

function analyticValue(call: AnalyticCall, row: Row, before: readonly Row[]): SqlValue {
  const counts = (other: Row): boolean => !call.when || holds(call.when, other);
  const own = before.filter((other) => keyOf(valuesOf(call.partitionBy, other)) === keyOf(valuesOf(call.partitionBy, row)) && counts(other));
  const value = (other: Row): SqlValue => (call.value ? evaluate(call.value, other) : 1);
  if (call.name === 'isfirst') return Number(counts(row) && !own.some((other) => endAfter(other.t, call.limit, 0) === endAfter(row.t, call.limit, 0)));
  const history = own.filter((other) => other.t > row.t - call.limit);
  const withRow = counts(row) ? [...history, row] : history;
  if (call.name === 'lag' || call.name === 'last') {
    const found = call.name === 'last' ? withRow.at(-1) : history.at(-(call.offset as number));
    return found ? value(found) : call.fallback ? evaluate(call.fallback, row) : null;
  }
  return folded(call as AggregateCall, withRow);
}

function folded(call: Pick<AggregateCall, 'name' | 'options' | 'value' | 'orderBy'>, rows: readonly Row[]): SqlValue {
  const algebra = createAggregate(call.name, call.options);
  return algebra.result(rows.reduce((state, row) => algebra.add(state, call.value ? evaluate(call.value, row) : 1, row.t, valuesOf(call.orderBy, row)), algebra.init()));
}

/** What a partial aggregate hands on: each row for each of its windows. The final one folds them. */
interface Part {
  call: AggregateOperator;
  row: Row;
}

function aggregate(op: AggregateOperator, rows: readonly Row[]): Row[] {
  if (op.phase === 'final') return groups(op, rows.map((row) => ({ keys: (row.r[0] as unknown as SqlValue[][])[0] as SqlValue[], part: (row.r[0] as unknown as [unknown, Part])[1], end: row.t, window: row.r[1] as number })));
  const parts = op.windows.flatMap((window, w) =>
    assigned(op, window, rows).map(({ row, end }) => ({ keys: valuesOf(op.keys, row), part: { call: op, row }, end, window: w })),
  );
  if (op.phase === 'whole') return groups(op, parts);
  return parts.map(({ keys, part, end, window }) => ({ r: [[keys, part] as unknown as SqlValue, window], t: end }));
}

function groups(op: AggregateOperator, parts: readonly { keys: SqlValue[]; part: Part; end: Ticks; window: number }[]): Row[] {
  const found = new Map<string, typeof parts>();
  const idOf = (p: (typeof parts)[number]): string => `${p.window} ${p.end} ${'session' in p.part.row ? String(p.part.row.session) : ''} ${keyOf(p.keys)}`;
  for (const part of parts) found.set(idOf(part), [...(found.get(idOf(part)) ?? []), part]);
  return [...found.values()].map((group) => {
    const { keys, end, window, part } = group[0] as (typeof parts)[number];
    const rows = group.map((p) => p.part.row).sort((a, b) => a.t - b.t);
    return { r: [...keys, ...part.call.aggregates.map((call) => folded(call, rows)), op.windows[window]?.id ?? null], t: end };
  });
}

/** The first end at or after a time: ends are multiples of the period since 0001-01-01, shifted. Counted in whole ticks. */
function endAfter(t: Ticks, period: Ticks, offset: Ticks): Ticks {
  const since = BigInt(t) - BigInt(MIN_TICKS) - BigInt(offset);
  const p = BigInt(period);
  const over = ((since % p) + p) % p;
  return over === 0n ? t : t + Number(p - over);
}

/** Each row with the ends of the windows it lies in. */
function assigned(op: AggregateOperator, window: WindowSpec, rows: readonly Row[]): { row: Row; end: Ticks }[] {
  switch (window.kind) {
    case 'snapshot':
      return rows.map((row) => ({ row, end: row.t }));
    case 'tumbling':
      return rows.map((row) => ({ row, end: endAfter(row.t, window.size, window.offset) }));
    case 'hopping':
      return rows.flatMap((row) => {
        const found: { row: Row; end: Ticks }[] = [];
        for (let end = endAfter(row.t, window.hop, window.offset); end - window.size < row.t; end += window.hop) found.push({ row, end });
        return found;
      });
    case 'sliding':
      return sliding(op, window.size, rows);
    case 'session':
      return sessions(window, rows);
  }
}

function sliding(op: AggregateOperator, size: Ticks, rows: readonly Row[]): { row: Row; end: Ticks }[] {
  const key = (row: Row): string => keyOf(valuesOf(op.keys, row));
  return rows.flatMap((row) => {
    const instants = new Set(rows.filter((other) => key(other) === key(row)).flatMap((other) => [other.t, other.t + size]));
    return [...instants].filter((end) => end >= row.t && end - size < row.t).map((end) => ({ row, end }));
  });
}

/** One event after another; a session ends after its timeout, or at a multiple of the longest duration at least that long after it began. */
function sessions(window: WindowSpec & { kind: 'session' }, rows: readonly Row[]): { row: Row; end: Ticks }[] {
  const found: { row: Row; end: Ticks }[] = [];
  for (const key of new Set(rows.map((row) => keyOf(valuesOf(window.partitionBy, row))))) {
    const own = rows.filter((row) => keyOf(valuesOf(window.partitionBy, row)) === key).sort((a, b) => a.t - b.t);
    let members: Row[] = [];
    let [last, cut] = [-Infinity, -Infinity];
    const close = (): void => members.splice(0).forEach((row) => found.push({ row: Object.assign({ ...row }, { session: key }), end: Math.min(last + window.timeout, cut) }));
    for (const row of own) {
      while (row.t - last > window.timeout || row.t > cut) {
        close();
        const goesOn = row.t - last <= window.timeout;
        const start = goesOn ? cut : row.t;
        cut = endAfter(start, window.maxDuration, 0) + (endAfter(start, window.maxDuration, 0) - start >= window.maxDuration ? 0 : window.maxDuration);
        if (!goesOn) last = row.t;
      }
      last = row.t;
      members.push(row);
    }
    close();
    members = [];
  }
  return found;
}
