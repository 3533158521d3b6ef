import type { Registers } from '../program';
import type { SqlValue, Ticks } from '../values/value';
import type { EmitColumns } from './row';
import { Columns } from './row-codec';

/** Rows that an operator makes while time moves on, to be handed on together. */
export class RowBatch {
  private rows = new Columns();
  /** Of all rows, as long as they have only one. */
  private source = '';

  constructor(private readonly emit: EmitColumns) {}

  /** A row with the source and position of the row that it was made from. `r` is copied. */
  add(r: Registers, t: Ticks, source: string, n: number): void {
    const { rows } = this;
    const { cols } = rows;
    const count = rows.t.push(t);
    rows.n.push(n);
    if (count === 1) this.source = source;
    else if (source !== this.source) rows.s ??= new Array<string>(count - 1).fill(this.source);
    rows.s?.push(source);
    rows.k?.push(undefined);
    for (let c = cols.length; c < r.length; c++) cols.push([]);
    for (let c = 0; c < r.length; c++) (cols[c] as SqlValue[]).push(r[c] as SqlValue);
  }

  /** Gives the row that was added last an identity of its own. */
  identify(k: string): void {
    const { rows } = this;
    rows.k ??= new Array<string | undefined>(rows.length).fill(undefined);
    rows.k[rows.length - 1] = k;
  }

  /** Hands on what was added. */
  flush(): void {
    const { rows, source } = this;
    if (rows.length === 0) return;
    this.rows = new Columns();
    this.emit(rows, source);
  }
}
