import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, DuckDBTimestampMillisecondsValue, DuckDBTimestampValue, type DuckDBValue } from '@duckdb/node-api';
import type { Cell, Contender } from '../question';

/**
 * DuckDB on one thread over the same bytes as a file of lines. `columns` are those that the query reads, with their types: it need not look for others.
 * The query's table is `events`.
 */
export function duckdb(sql: string, columns: Readonly<Record<string, string>>): Contender {
  return {
    name: 'DuckDB',
    open: async ({ bytes }) => {
      const folder = mkdtempSync(join(tmpdir(), 'weir-bench-'));
      const file = join(folder, 'events.ndjson');
      writeFileSync(file, bytes);
      const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
      const connection = await instance.connect();
      const types = Object.entries(columns).map(([name, type]) => `${name}: '${type}'`);
      await connection.run(`CREATE VIEW events AS SELECT * FROM read_json('${file}', format = 'newline_delimited', columns = {${types.join(', ')}})`);
      return {
        run: async () => {
          const reader = await connection.runAndReadAll(sql);
          return () => reader.getRows().map((row) => row.map(cellOf));
        },
        close: () => {
          connection.closeSync();
          instance.closeSync();
          rmSync(folder, { recursive: true, force: true });
        },
      };
    },
  };
}

function cellOf(value: DuckDBValue): Cell {
  if (value instanceof DuckDBTimestampMillisecondsValue) return Number(value.millis);
  if (value instanceof DuckDBTimestampValue) return Number(value.micros) / 1000;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'number' || typeof value === 'string' || value === null) return value;
  return String(value);
}
