import { decodeValue, encodeValue } from '../values/codec';
import type { SqlValue, Ticks } from '../values/value';
import type { Row } from './row';

/** Rows in a JSON-safe, columnar form: a list per register is shorter than an object per row. */
export interface EncodedRows {
  t: number[];
  n: number[];
  cols: unknown[][];
  /** Absent when all rows have the source that the container names. */
  s?: string[];
  k?: (string | null)[];
}

/** Rows as a list per register, while they are in a process. As JSON they are {@link EncodedRows}. */
export class Columns {
  readonly t: Ticks[] = [];
  readonly n: number[] = [];
  readonly cols: SqlValue[][] = [];
  private identities: (string | undefined)[] | undefined;

  get length(): number {
    return this.t.length;
  }

  /** `picks`: which registers to take; default all. */
  push(row: Row, picks?: readonly number[]): void {
    const { r } = row;
    const { cols } = this;
    const width = picks === undefined ? r.length : picks.length;
    const i = this.t.push(row.t) - 1;
    this.n.push(row.n);
    for (let c = cols.length; c < width; c++) cols.push([]);
    for (let c = 0; c < width; c++) (cols[c] as SqlValue[]).push(r[picks === undefined ? c : (picks[c] as number)] as SqlValue);
    if (row.k !== undefined) (this.identities ??= new Array<string | undefined>(i).fill(undefined)).push(row.k);
    else this.identities?.push(undefined);
  }

  /** `source`: where the rows come from, see {@link Row}. */
  row(i: number, source: string): Row {
    const row: Row = { t: this.t[i] as Ticks, r: this.cols.map((column) => column[i] as SqlValue), s: source, n: this.n[i] as number };
    const k = this.identities?.[i];
    if (k !== undefined) row.k = k;
    return row;
  }

  toJSON(): EncodedRows {
    const encoded: EncodedRows = { t: deltas(this.t), n: deltas(this.n), cols: this.cols.map((column) => column.map(encodeValue)) };
    if (this.identities) encoded.k = this.identities.map((k) => k ?? null);
    return encoded;
  }
}

/** Rows whose time has been judged: those from `from` on, where `times` has NaN for one that was dropped. */
export interface TimedColumns {
  rows: Columns;
  times: readonly Ticks[];
  from: number;
  source: string;
}

/** The rows of a delivery, which has them as JSON when it comes from another process. */
export function columnsOf(rows: Columns | EncodedRows): Columns {
  if (rows instanceof Columns) return rows;
  const columns = new Columns();
  for (const row of decodeRows(rows, '')) columns.push(row);
  return columns;
}

export function encodeRows(rows: readonly Row[], withSources: boolean): EncodedRows {
  const columns = new Columns();
  for (const row of rows) columns.push(row);
  const encoded = columns.toJSON();
  if (withSources) encoded.s = rows.map((row) => row.s);
  return encoded;
}

export function decodeRows(encoded: EncodedRows, source: string): Row[] {
  const times = sums(encoded.t);
  const positions = sums(encoded.n);
  return times.map((t, i) => {
    const row: Row = { t, r: encoded.cols.map((column) => decodeValue(column[i])), s: encoded.s?.[i] ?? source, n: positions[i] as number };
    const k = encoded.k?.[i];
    if (typeof k === 'string') row.k = k;
    return row;
  });
}

/** Differences are exact while both neighbours are whole numbers below 2^53, which ticks and positions are. */
export function deltas(values: readonly number[]): number[] {
  return values.map((value, i) => (i === 0 ? value : value - (values[i - 1] as number)));
}

export function sums(values: readonly number[]): number[] {
  let total = 0;
  return values.map((value) => (total += value));
}
