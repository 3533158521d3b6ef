import type { CodeByKind } from '../../program';
import type { SqlRecord, Ticks } from '../../values/value';
import type { Row, RuntimeOperator } from '../row';

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

/** Builds the rows of an output. Rows without a group key are numbered within their instant: they come in a fixed order. */
export function emitRows(code: CodeByKind['emit'], output: (row: Emitted) => void): RuntimeOperator {
  let instant: Ticks = -Infinity;
  let count = 0;
  const ordinal = (t: Ticks): string => {
    count = t === instant ? count + 1 : 0;
    instant = t;
    return `${t}#${count}`;
  };
  return {
    push: (_input, row: Row) => output({ t: row.t, identity: row.k ?? ordinal(row.t), windowed: row.k !== undefined, values: code.values(row.r, row.t), n: row.n }),
    advance: (w) => w,
    snapshot: () => [instant === -Infinity ? null : instant, count],
    restore: (data) => {
      const [t, n] = data as [number | null, number];
      [instant, count] = [t ?? -Infinity, n];
    },
  };
}
