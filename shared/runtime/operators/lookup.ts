import type { CodeByKind, LookupOperator, Registers } from '../../program';
import { member } from '../../values/fields';
import { keyOf } from '../../values/key';
import type { SqlRecord, Ticks } from '../../values/value';
import { derivedKey, type Emit, type RuntimeOperator } from '../row';
import { stateless } from './stateless';

/** Reference data as it stood at a time: the same list as long as the rows are the same. */
export interface ReferenceSnapshot {
  rows: readonly SqlRecord[];
}

export interface ReferenceTables {
  at(name: string, t: Ticks): ReferenceSnapshot;
}

/** Join with reference data through a hash index, built once per snapshot and gone with it. */
export function lookup(operator: LookupOperator, code: CodeByKind['lookup'], references: ReferenceTables, emit: Emit): RuntimeOperator {
  // Events that are out of order go back and forth between two snapshots.
  const indexes = new WeakMap<ReferenceSnapshot['rows'], Map<string, Registers[]>>();
  const nothing: Registers = operator.columns.map(() => null);
  const indexFor = (t: Ticks): Map<string, Registers[]> => {
    const { rows } = references.at(operator.reference, t);
    const known = indexes.get(rows);
    if (known) return known;
    const index = buildIndex(rows, operator, code);
    indexes.set(rows, index);
    return index;
  };
  return stateless((row) => {
    const key = code.streamKey(row.r, row.t);
    const candidates = key.includes(null) ? [] : (indexFor(row.t).get(keyOf(key)) ?? []);
    // All pairs are judged before any leaves: a row whose condition fails for one is set aside as a whole.
    const pairs = candidates.map((reference) => [...row.r, ...reference]).filter((r) => !code.test || code.test(r, row.t));
    if (pairs.length === 0 && operator.join === 'left') emit({ ...row, r: [...row.r, ...nothing] });
    pairs.forEach((r, i) => emit({ t: row.t, r, s: row.s, n: row.n, ...derivedKey(row, i) }));
  });
}

function buildIndex(rows: readonly SqlRecord[], operator: LookupOperator, code: CodeByKind['lookup']): Map<string, Registers[]> {
  const index = new Map<string, Registers[]>();
  for (const record of rows) {
    const registers = operator.columns.map((column) => (column.from === 'record' ? record : member(record, column.name)));
    const key = code.referenceKey(registers, 0);
    if (key.includes(null)) continue;
    const list = index.get(keyOf(key));
    if (list) list.push(registers);
    else index.set(keyOf(key), [registers]);
  }
  return index;
}
