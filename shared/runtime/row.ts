import type { Registers } from '../program';
import type { Blocks, NewBlocks } from '../values/blocks';
import type { Ticks } from '../values/value';
import type { Columns } from './row-codec';

/** A row between operators. */
export interface Row {
  t: Ticks;
  r: Registers;
  /** Identity given by an aggregate: window and group key. */
  k?: string | undefined;
  /** Name of the source it came from: decides the order of rows of the same time, whatever order they arrived in. */
  s: string;
  /** Position in the source: the event's sequence number, while it is known. */
  n: number;
}

/**
 * A pure state machine. Rows come in any order of time but never below the watermark; `advance` tells it of a new one.
 */
export interface RuntimeOperator {
  push(input: number, row: Row): void;
  /** As `push` for many rows, where the operator has a faster way. `source`: of rows that do not say theirs. */
  pushColumns?(input: number, rows: Columns, source: string): void;
  /** No row with `t < w` will come any more. Gives the operator's own watermark: no row below it will be emitted any more. */
  advance(w: Ticks): Ticks;
  /** State as JSON-safe data, but for what goes to the blocks, when there are any. */
  snapshot(blocks?: NewBlocks): unknown;
  restore(data: unknown, blocks?: Blocks): void;
}

export type Emit = (row: Row) => void;
export type EmitColumns = (rows: Columns, source: string) => void;
/** Does work for a row; a runtime error of the query in it sets the row aside instead of stopping the batch. */
export type Guard = (row: Row, work: () => void) => void;

/** Sets a row aside for what work on it has thrown. */
export function refuse(row: Row, error: unknown, guard: Guard): void {
  guard(row, () => {
    throw error;
  });
}

export function rowOrder(a: Row, b: Row): number {
  return a.t - b.t || compareText(a.s, b.s);
}

/** As {@link rowOrder}, where rows of one source have lost the order in which they came. */
export function completeOrder(a: Row, b: Row): number {
  return rowOrder(a, b) || a.n - b.n || compareText(a.k ?? '', b.k ?? '');
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A row to be lent, see `Columns.lend`. */
export function emptyRow(): Row {
  // A time that is no small integer from the start, which saves the engine from thinking so.
  return { t: NaN, r: [], s: '', n: 0, k: undefined };
}

/** A copy of a row that was only lent. */
export function kept(row: Row): Row {
  return { ...row, r: row.r.slice() };
}

/** The identity of one of the rows that a row becomes. */
export function derivedKey(row: Row, index: number): Pick<Row, 'k'> {
  return row.k === undefined ? {} : { k: `${row.k}/${index}` };
}
