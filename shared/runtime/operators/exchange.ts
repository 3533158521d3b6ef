import type { CodeByKind } from '../../program';
import { keyOf, shardOf } from '../../values/key';
import type { SqlValue } from '../../values/value';
import { emptyRow, refuse, type Guard, type Row, type RuntimeOperator } from '../row';
import { GroupColumns } from '../group-columns';
import { Columns } from '../row-codec';
import { stateless } from './stateless';

export interface ExchangeRoute {
  /** Shards of the receiving stage that rows are spread over by their key; 1: all go to the only one. */
  shards: number;
  /** Which registers leave; default all. */
  picks: readonly number[] | undefined;
}

/** Rows on their way to another stage. `byShard` gives the columns of each shard that leave next. Where there is one, many rows pass without being looked at. */
export function exchange(code: CodeByKind['exchange'], { shards, picks }: ExchangeRoute, byShard: () => (Columns | undefined)[], guard: Guard): RuntimeOperator {
  const place = ({ r, t }: Row): Columns => (byShard()[shards > 1 ? shardOf(keyOf(code.key(r, t)), shards) : 0] ??= new Columns());
  const lent = emptyRow();
  const spread = (rows: Columns, source: string): void => {
    for (let i = 0; i < rows.length; i++) {
      rows.lend(i, source, lent);
      try {
        place(lent).push(lent, picks);
      } catch (error) {
        refuse(lent, error, guard);
      }
    }
  };
  return {
    ...stateless((row) => place(row).push(row, picks)),
    pushColumns: (_input, rows, source) => {
      if (rows instanceof GroupColumns) return rows.spread(byShard(), shards);
      if (shards > 1) return spread(rows, source);
      const leaving = rows.with(picks ? picks.map((c) => rows.cols[c] as SqlValue[]) : rows.cols).withoutSources();
      const all = byShard();
      all[0] = all[0] ? all[0].followedBy(leaving, 0) : leaving;
    },
  };
}
