import type { CodeByKind } from '../../program';
import type { SqlRecord, Ticks } from '../../values/value';
import type { Guard, Row, RuntimeOperator } from '../row';
import { TimeOrderedBuffer } from '../time-ordered-buffer';

/** A result row with what its identity is made of. */
export interface Emitted {
  t: Ticks;
  /** Unique within the writer: window and group key, or time and running number. */
  identity: string;
  /** Whether the identity is a window's: then the row is the same whenever it is computed again. */
  windowed: boolean;
  values: SqlRecord;
  n: number;
}

/**
 * Builds the rows of an output. Rows without a group key are numbered within their instant, in the order of their source and position, so
 * they wait until no other row of that instant can come. In the trigger (`waits` false) the event's position is the identity, and nothing waits.
 */
export function emitRows(code: CodeByKind['emit'], at: { waits: boolean; guard: Guard }, output: (row: Emitted) => void): RuntimeOperator {
  const buffer = new TimeOrderedBuffer();
  let [instant, count] = [-Infinity, 0];
  const send = (row: Row, identity: string): void => output({ t: row.t, identity, windowed: row.k !== undefined, values: code.values(row.r, row.t), n: row.n });
  const number = (row: Row): void => {
    count = row.t === instant ? count + 1 : 0;
    instant = row.t;
    at.guard(row, () => send(row, `${row.t}#${count}`));
  };
  return {
    push: (_input, row: Row) => {
      if (row.k !== undefined || !at.waits) send(row, row.k ?? '');
      else buffer.push(row, 0);
    },
    advance: (w) => {
      for (const { row } of buffer.release(w)) number(row);
      return w;
    },
    snapshot: () => buffer.snapshot(),
    restore: (data) => buffer.restore(data),
  };
}
