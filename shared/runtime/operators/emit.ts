import type { OutputRow } from '../../event';
import type { CodeByKind } from '../../program';
import type { Guard, Row, RuntimeOperator } from '../row';
import { emptyRow, refuse } from '../row';
import { TimeOrderedBuffer } from '../time-ordered-buffer';

/** Result rows of one operator on their way, one after another. Until they are given their place (`n`), `id` is what is unique within the writer and `n` the position of the event. */
export interface EmittedRows {
  output: string;
  operator: number;
  /** Whether their identities are those of windows: then the rows are the same whenever they are computed again. */
  windowed: boolean;
  rows: OutputRow[];
}

/**
 * Builds the rows of an output. Rows without a group key are numbered within their instant, in the order of their source and position, so
 * they wait until no other row of that instant can come. In the trigger (`waits` false) the event's position is the identity, and nothing waits.
 */
export function emitRows(code: CodeByKind['emit'], at: { waits: boolean; guard: Guard }, output: (row: OutputRow, windowed: boolean) => void): RuntimeOperator {
  const buffer = new TimeOrderedBuffer();
  const lent = emptyRow();
  let [instant, text, count] = [-Infinity, '', 0];
  const send = ({ n, r, t, k }: Row, id: string): void => output({ n, id, t, values: code.values(r, t) }, k !== undefined);
  const number = (row: Row): void => {
    if (row.t !== instant) {
      instant = row.t;
      text = `${instant}#`;
      count = 0;
    } else count++;
    send(row, text + count);
  };
  const push = (row: Row): void => {
    if (row.k !== undefined || !at.waits) send(row, row.k ?? '');
    else buffer.push(row, 0);
  };
  const numberOrRefuse = (row: Row): void => {
    try {
      number(row);
    } catch (error) {
      refuse(row, error, at.guard);
    }
  };
  return {
    push: (_input, row) => push(row),
    pushColumns: (_input, rows, source) => {
      if (at.waits && !rows.k) return buffer.pushColumns(rows, 0, source);
      for (let i = 0; i < rows.length; i++) {
        rows.lend(i, source, lent);
        try {
          push(lent);
        } catch (error) {
          refuse(lent, error, at.guard);
        }
      }
    },
    advance: (w) => {
      buffer.release(w, numberOrRefuse);
      return w;
    },
    snapshot: () => buffer.snapshot(),
    restore: (data) => buffer.restore(data),
  };
}
