import { decodeValue, encodeValue } from '../values/codec';
import { pickTextNumbers } from '../values/text-numbers';
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
  constructor(
    public t: Ticks[] = [],
    public n: number[] = [],
    public cols: SqlValue[][] = [],
    /** Identities; absent when no row has one. */
    public k: (string | undefined)[] | undefined = undefined,
  ) {}

  /** Sources; absent when all rows are of the one that the container names. */
  s: string[] | undefined = undefined;

  /** Whether somebody else reads the same lists: then they are copied before the first change. */
  private isShared = false;

  get length(): number {
    return this.t.length;
  }

  /** The same rows with other registers, without copying them. */
  with(cols: SqlValue[][], t = this.t): Columns {
    const view = new Columns(t, this.n, cols, this.k);
    view.s = this.s;
    view.isShared = true;
    return view;
  }

  /** The rows at other times; those whose time is NaN are left out. */
  at(times: Ticks[]): Columns {
    if (!times.some(Number.isNaN)) return this.with(this.cols, times);
    const kept = new Columns();
    for (let i = 0; i < times.length; i++) if (!Number.isNaN(times[i])) kept.copy(this, i, times[i]);
    kept.s = this.s?.filter((_, i) => !Number.isNaN(times[i]));
    return kept;
  }

  /** The rows at these places. */
  only(places: readonly number[]): Columns {
    const pick = <T>(list: readonly T[]): T[] => places.map((i) => list[i] as T);
    const cols = this.cols.map((column) => {
      const picked = pick(column);
      pickTextNumbers(picked, column, places);
      return picked;
    });
    const kept = new Columns(pick(this.t), pick(this.n), cols, this.k && pick(this.k));
    kept.s = this.s && pick(this.s);
    return kept;
  }

  /** The same rows, whose sources are no longer told apart. */
  withoutSources(): Columns {
    this.s = undefined;
    return this;
  }

  private own(): void {
    this.isShared = false;
    [this.t, this.n, this.cols] = [this.t.slice(), this.n.slice(), this.cols.map((column) => column.slice())];
    this.k &&= this.k.slice();
    this.s &&= this.s.slice();
  }

  /** `picks`: which registers to take; default all. */
  push(row: Row, picks?: readonly number[]): void {
    if (this.isShared) this.own();
    const { r } = row;
    const { cols } = this;
    const width = picks === undefined ? r.length : picks.length;
    const i = this.t.push(row.t) - 1;
    this.n.push(row.n);
    for (let c = cols.length; c < width; c++) cols.push([]);
    for (let c = 0; c < width; c++) (cols[c] as SqlValue[]).push(r[picks === undefined ? c : (picks[c] as number)] as SqlValue);
    if (row.k !== undefined) (this.k ??= new Array<string | undefined>(i).fill(undefined)).push(row.k);
    else this.k?.push(undefined);
  }

  /** Adds a row of other columns; `t`: its time here. */
  copy(from: Columns, i: number, t = from.t[i] as Ticks): void {
    if (this.isShared) this.own();
    const { cols } = this;
    const at = this.t.push(t) - 1;
    this.n.push(from.n[i] as number);
    for (let c = cols.length; c < from.cols.length; c++) cols.push([]);
    for (let c = 0; c < from.cols.length; c++) (cols[c] as SqlValue[]).push((from.cols[c] as SqlValue[])[i] as SqlValue);
    const k = from.k?.[i];
    if (k !== undefined) (this.k ??= new Array<string | undefined>(at).fill(undefined)).push(k);
    else this.k?.push(undefined);
  }

  /** The rows from `from` on followed by those of `others`. */
  followedBy(others: Columns, from: number): Columns {
    const join = <T>(a: readonly T[], b: readonly T[]): T[] => a.slice(from).concat(b);
    const joinOptional = <T>(a: T[] | undefined, b: T[] | undefined, nothing: T): T[] | undefined =>
      a || b ? join(a ?? new Array<T>(this.length).fill(nothing), b ?? new Array<T>(others.length).fill(nothing)) : undefined;
    const joined = new Columns(join(this.t, others.t), join(this.n, others.n), this.cols.map((column, c) => join(column, others.cols[c] ?? [])), joinOptional(this.k, others.k, undefined));
    joined.s = joinOptional(this.s, others.s, '');
    return joined;
  }

  /** Puts the rows from `from` on into the order of `order`, which lists their places. */
  arrange(from: number, order: readonly number[]): void {
    if (this.isShared) this.own();
    const arrange = <T>(list: T[]): void => {
      const sorted = order.map((i) => list[i] as T);
      for (let i = 0; i < sorted.length; i++) list[from + i] = sorted[i] as T;
    };
    for (const list of [this.t, this.n, ...this.cols]) arrange<SqlValue>(list);
    if (this.k) arrange(this.k);
    if (this.s) arrange(this.s);
  }

  /** `source`: where the rows come from, see {@link Row}. */
  row(i: number, source: string): Row {
    const row: Row = { t: this.t[i] as Ticks, r: this.cols.map((column) => column[i] as SqlValue), s: this.s?.[i] ?? source, n: this.n[i] as number };
    const k = this.k?.[i];
    if (k !== undefined) row.k = k;
    return row;
  }

  /** As {@link row}, into an object that its reader uses for all rows. */
  lend(i: number, source: string, into: Row): void {
    const { cols } = this;
    into.t = this.t[i] as Ticks;
    into.n = this.n[i] as number;
    into.s = this.s === undefined ? source : (this.s[i] as string);
    into.k = this.k?.[i];
    for (let c = 0; c < cols.length; c++) into.r[c] = (cols[c] as SqlValue[])[i] as SqlValue;
  }

  toJSON(): EncodedRows {
    const encoded: EncodedRows = { t: deltas(this.t), n: deltas(this.n), cols: this.cols.map((column) => column.map(encodeValue)) };
    if (this.k) encoded.k = this.k.map((k) => k ?? null);
    return encoded;
  }
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
