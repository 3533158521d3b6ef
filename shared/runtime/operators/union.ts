import type { Ticks } from '../../values/value';
import { RowBatch } from '../row-batch';
import type { Columns } from '../row-codec';
import type { EmitColumns, Row, RuntimeOperator } from '../row';
import { TimeOrderedBuffer } from '../time-ordered-buffer';

/** UNION behind a stage with order: rows of all sides merge by time, the slowest side decides how far. */
export class UnionRuntime implements RuntimeOperator {
  private readonly buffer = new TimeOrderedBuffer();
  private readonly made: RowBatch;

  constructor(emit: EmitColumns) {
    this.made = new RowBatch(emit);
  }

  push(input: number, row: Row): void {
    this.buffer.push(row, input);
  }

  pushColumns(input: number, rows: Columns, source: string): void {
    this.buffer.pushColumns(rows, input, source);
  }

  advance(w: Ticks): Ticks {
    this.buffer.release(w, ({ r, t, s, n, k }, input) => {
      this.made.add(r, t, s, n);
      // Both sides may have a group of the same window and key, which are two rows.
      if (k !== undefined) this.made.identify(`${input}:${k}`);
    });
    this.made.flush();
    return w;
  }

  snapshot(): unknown {
    return this.buffer.snapshot();
  }

  restore(data: unknown): void {
    this.buffer.restore(data);
  }
}
