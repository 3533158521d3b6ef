import type { OutputRow } from '../../event';
import type { CodeByKind, Registers } from '../../program';
import type { SqlRecord, Ticks } from '../../values/value';
import type { Guard, Row, RuntimeOperator } from '../row';
import { emptyRow, refuse } from '../row';
import { TimeOrderedBuffer } from '../time-ordered-buffer';

/**
 * Result rows of one operator on their way, one after another. `windowed`: their identities are those of windows, and the rows are the same whenever they are computed again. Of the
 * others, until they are given their place (`n`), `id` is what is unique within the writer and `n` the position of the event.
 */
export type EmittedRows = { output: string; operator: number } & ({ windowed: true; rows: WindowRow[] } | { windowed: false; rows: OutputRow[] });

/** What rows of one time have in common. `prefix` is what the writer puts before their identities. */
export interface RowOrigin {
  t: Ticks;
  prefix: string;
}

/** A result row of a window. Many are made at once, when a window closes: so each has as little of its own as possible, and its identity is made when it is asked for. */
export class WindowRow implements OutputRow {
  constructor(
    readonly origin: RowOrigin,
    private readonly key: string,
    readonly values: SqlRecord,
  ) {}

  /** The window's end: rows that are computed again overwrite themselves. */
  get n(): number {
    return this.origin.t;
  }

  get t(): Ticks {
    return this.origin.t;
  }

  get id(): string {
    return this.origin.prefix + this.key;
  }

  toJSON(): OutputRow {
    const { n, id, t, values } = this;
    return { n, id, t, values };
  }
}

/** Where rows of windows and other rows leave. */
export interface RowOutput {
  windowed: (row: WindowRow) => void;
  plain: (row: OutputRow) => void;
}

/**
 * Builds the rows of an output. Rows without a group key are numbered within their instant, in the order of their source and position, so
 * they wait until no other row of that instant can come. In the trigger (`waits` false) the event's position is the identity, and nothing waits.
 */
export function emitRows(code: CodeByKind['emit'], at: { waits: boolean; guard: Guard }, output: RowOutput): RuntimeOperator {
  const buffer = new TimeOrderedBuffer();
  const lent = emptyRow();
  let [instant, text, count] = [-Infinity, '', 0];
  let origin: RowOrigin = { t: NaN, prefix: '' };
  const send = ({ n, r, t }: Row, id: string): void => output.plain({ n, id, t, values: code.values(r, t) });
  const sendWindowed = (r: Registers, t: Ticks, k: string): void => {
    const values = code.values(r, t);
    if (origin.t !== t) origin = { t, prefix: '' };
    output.windowed(new WindowRow(origin, k, values));
  };
  const number = (row: Row): void => {
    if (row.t !== instant) {
      instant = row.t;
      text = `${instant}#`;
      count = 0;
    } else count++;
    send(row, text + count);
  };
  const push = (row: Row): void => {
    if (row.k !== undefined) sendWindowed(row.r, row.t, row.k);
    else if (!at.waits) send(row, '');
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
