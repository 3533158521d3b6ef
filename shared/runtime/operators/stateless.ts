import type { ApplyOperator, CodeByKind, Expr, ProjectOperator } from '../../program';
import { DateTime, isRecord, type SqlRecord, type SqlValue, type Ticks } from '../../values/value';
import { derivedKey, emptyRow, refuse, type Emit, type EmitColumns, type Guard, type Row, type RuntimeOperator } from '../row';
import type { Columns } from '../row-codec';

/** Operators without state: each row is turned into rows at once. */
export function stateless(process: (row: Row) => void): RuntimeOperator {
  return { push: (_input, row) => process(row), advance: (w: Ticks) => w, snapshot: () => null, restore: () => undefined };
}

export function filter(code: CodeByKind['filter'], { emit, emitColumns, guard }: { emit: Emit; emitColumns: EmitColumns; guard: Guard }): RuntimeOperator {
  const lent = emptyRow();
  const passing = (rows: Columns, source: string): number[] => {
    const passed: number[] = [];
    for (let i = 0; i < rows.length; i++) {
      rows.lend(i, source, lent);
      try {
        if (code.test(lent.r, lent.t)) passed.push(i);
      } catch (error) {
        refuse(lent, error, guard);
      }
    }
    return passed;
  };
  return {
    ...stateless((row) => {
      if (code.test(row.r, row.t)) emit(row);
    }),
    pushColumns: (_input, rows, source) => {
      const passed = passing(rows, source);
      emitColumns(passed.length === rows.length ? rows : rows.only(passed), source);
    },
  };
}

/** A projection. Where its columns are those of its input, or the time, many rows are not looked at one by one. */
export function project(operator: ProjectOperator, code: CodeByKind['project'], { emit, emitColumns }: { emit: Emit; emitColumns: EmitColumns }): RuntimeOperator {
  const runtime = stateless((row) => emit({ ...row, r: code.map(row.r, row.t) }));
  if (!operator.columns.every(isPlain)) return runtime;
  return {
    ...runtime,
    pushColumns: (_input, rows, source) => {
      const cols = operator.columns.map((column) => (column.kind === 'register' ? (rows.cols[column.index] as SqlValue[]) : datetimes(rows.t)));
      emitColumns(rows.with(cols), source);
    },
  };
}

function isPlain({ kind }: Expr): boolean {
  return kind === 'register' || kind === 'timestamp';
}

/** Rows of one time, which often come one after another, share a value. */
function datetimes(times: readonly Ticks[]): DateTime[] {
  let last = new DateTime(NaN);
  return times.map((t) => (t === last.ticks ? last : (last = new DateTime(t))));
}

/** CROSS/OUTER APPLY: a row per element of an array or property of a record. OUTER keeps the row when there is none. */
export function apply(operator: ApplyOperator, code: CodeByKind['apply'], emit: Emit): RuntimeOperator {
  return stateless((row) => {
    const items = itemsOf(code.collection(row.r, row.t), operator.of);
    if (items.length === 0 && operator.mode === 'outer') emit({ ...row, r: [...row.r, null] });
    items.forEach((item, i) => emit({ t: row.t, r: [...row.r, item], s: row.s, n: row.n, ...derivedKey(row, i) }));
  });
}

function itemsOf(collection: SqlValue, of: 'elements' | 'properties'): SqlRecord[] {
  if (of === 'elements') return Array.isArray(collection) ? collection.map((value, i) => ({ ArrayIndex: i, ArrayValue: value })) : [];
  return isRecord(collection) ? Object.keys(collection).map((name) => ({ PropertyName: name, PropertyValue: collection[name] ?? null })) : [];
}
