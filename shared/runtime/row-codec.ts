import { decodeValue, encodeValue } from '../values/codec';
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

export function encodeRows(rows: readonly Row[], withSources: boolean): EncodedRows {
  const width = rows[0]?.r.length ?? 0;
  const cols: unknown[][] = Array.from({ length: width }, () => new Array<unknown>(rows.length));
  rows.forEach((row, i) => {
    for (let c = 0; c < width; c++) (cols[c] as unknown[])[i] = encodeValue(row.r[c] ?? null);
  });
  const encoded: EncodedRows = { t: deltas(rows.map((row) => row.t)), n: deltas(rows.map((row) => row.n)), cols };
  if (withSources) encoded.s = rows.map((row) => row.s);
  if (rows.some((row) => row.k !== undefined)) encoded.k = rows.map((row) => row.k ?? null);
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
