/** Windows of the query language hold (start, end]: the end of the one of `size` ms that `ms` falls into. */
export function windowEnd(ms: number, size: number): number {
  return Math.ceil(ms / size) * size;
}

/** The same in DuckDB, of the column `time`. Times are whole milliseconds. */
export function windowEndSql(interval: string): string {
  return `time_bucket(INTERVAL '${interval}', time - INTERVAL 1 MILLISECOND) + INTERVAL '${interval}'`;
}
