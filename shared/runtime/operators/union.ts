import type { Ticks } from '../../values/value';
import type { Emit, Row, RuntimeOperator } from '../row';
import { TimeOrderedBuffer } from '../time-ordered-buffer';

/** UNION behind a stage with order: rows of all sides merge by time, the slowest side decides how far. */
export class UnionRuntime implements RuntimeOperator {
  private readonly buffer = new TimeOrderedBuffer();

  constructor(private readonly emit: Emit) {}

  push(input: number, row: Row): void {
    this.buffer.push(row, input);
  }

  advance(w: Ticks): Ticks {
    for (const { row, input } of this.buffer.release(w)) this.emit(ofSide(row, input));
    return w;
  }

  snapshot(): unknown {
    return this.buffer.snapshot();
  }

  restore(data: unknown): void {
    this.buffer.restore(data);
  }
}

/** Both sides may have a group of the same window and key, which are two rows. */
function ofSide(row: Row, input: number): Row {
  return row.k === undefined ? row : { ...row, k: `${input}:${row.k}` };
}
