import { createHash } from 'node:crypto';
import { toJsonText } from '../values/json';
import type { SqlRecord } from '../values/value';
import { csvLines } from './csv';

/** How rows are written into a file that grows: what it begins with, its rows, and what it ends with, so that it is whole after each of them. */
export interface RowFile {
  extension: string;
  contentType: string;
  /** Rows of different shapes need files of their own: part of the file's name; empty where they do not. */
  shapeOf(row: SqlRecord): string;
  /** For rows of the shape of `row`; empty when there is nothing. */
  head(row: SqlRecord): string;
  tail: string;
  /** Never empty for a row. `isFirst`: nothing but the head is before them. */
  text(rows: readonly SqlRecord[], isFirst: boolean): string;
}

export interface RowFileOptions {
  format: 'json' | 'json-array' | 'csv';
  /** Of CSV; default a comma. */
  delimiter?: string;
  /** Of CSV: the form of its numbers; default `en-US`. */
  locale?: string;
}

export function rowFile({ format, delimiter = ',', locale = 'en-US' }: RowFileOptions): RowFile {
  if (format === 'csv') return csvFile(delimiter, locale);
  return format === 'json' ? JSON_LINES : JSON_ARRAY;
}

const JSON_LINES: RowFile = {
  extension: 'json',
  contentType: 'application/x-ndjson',
  shapeOf: () => '',
  head: () => '',
  tail: '',
  text: (rows) => rows.map((row) => `${toJsonText(row)}\n`).join(''),
};

const JSON_ARRAY: RowFile = {
  extension: 'json',
  contentType: 'application/json',
  shapeOf: () => '',
  head: () => '[\n',
  tail: '\n]\n',
  text: (rows, isFirst) => `${isFirst ? '' : ',\n'}${rows.map(toJsonText).join(',\n')}`,
};

function csvFile(delimiter: string, locale: string): RowFile {
  const { header, line } = csvLines(delimiter, locale);
  return {
    extension: 'csv',
    contentType: 'text/csv; charset=utf-8',
    shapeOf: (row) => `_${createHash('sha256').update(JSON.stringify(Object.keys(row))).digest('hex').slice(0, 8)}`,
    head: (row) => header(Object.keys(row)),
    tail: '',
    text: (rows) => rows.map((row) => line(row, Object.keys(row))).join(''),
  };
}
