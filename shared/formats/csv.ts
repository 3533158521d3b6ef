import { QueryError } from '../errors';
import { setMember } from '../values/fields';
import { toJsonText } from '../values/json';
import { formatDateTime } from '../values/ticks';
import { DateTime, isRecord, type SqlRecord, type SqlValue } from '../values/value';

export interface CsvOptions {
  delimiter?: string;
  /** Column names when the text has no header line. */
  columns?: string[];
}

/** CSV text (RFC 4180) with a header line; every value is text, an empty or missing one NULL. Throws QueryError where a value would be lost. */
export function decodeCsv(text: string, options: CsvOptions): SqlRecord[] {
  const rows = parseCsv(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text, options.delimiter ?? ',');
  const header = options.columns ?? rows.shift();
  if (!header) throw new QueryError('empty-event', 'the CSV text has no header line');
  const names = header.map((name) => name.trim());
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length) throw new QueryError('invalid-csv', `two columns of the CSV header have the same name: ${names.join(', ')}`);
  return rows.map((cells, row) => {
    if (cells.length > names.length) throw new QueryError('invalid-csv', `row ${row + 1} has ${cells.length} cells and the header ${names.length}; is the delimiter right?`);
    const record: SqlRecord = {};
    names.forEach((name, i) => setMember(record, name, cells[i] === undefined || cells[i] === '' ? null : (cells[i] as string)));
    return record;
  });
}

/** Rows of cells; blank lines are passed over. Throws QueryError when a quote is not closed. */
export function parseCsv(text: string, delimiter: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  const endRow = (): void => {
    row.push(cell);
    if (row.length > 1 || cell !== '') rows.push(row);
    [row, cell] = [[], ''];
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (quoted) {
      if (c !== '"') cell += c;
      else if (text[i + 1] === '"') cell += text[++i];
      else quoted = false;
    } else if (c === '"' && cell === '') quoted = true;
    else if (c === delimiter) {
      row.push(cell);
      cell = '';
    } else if (c === '\n') endRow();
    else if (c !== '\r') cell += c;
  }
  if (quoted) throw new QueryError('invalid-csv', 'a quote is opened and never closed');
  endRow();
  return rows;
}

/** Rows as CSV text with a header of the first row's columns; numbers in the form of the locale (`it-IT` writes `1,5`). */
export function encodeCsv(rows: readonly SqlRecord[], delimiter: string, locale: string): string {
  const names = Object.keys(rows[0] ?? {});
  const { header, line } = csvLines(delimiter, locale);
  return header(names) + rows.map((row) => line(row, names)).join('');
}

/** Writers of a header line and of a row's line, each with its line end. */
export function csvLines(delimiter: string, locale: string): { header: (names: readonly string[]) => string; line: (row: SqlRecord, names: readonly string[]) => string } {
  const decimal = new Intl.NumberFormat(locale).formatToParts(1.5).find((part) => part.type === 'decimal')?.value ?? '.';
  const join = (cells: readonly string[]): string => `${cells.map((cell) => (/["\r\n]/.test(cell) || cell.includes(delimiter) ? `"${cell.replace(/"/g, '""')}"` : cell)).join(delimiter)}\r\n`;
  return { header: join, line: (row, names) => join(names.map((name) => cellText(row[name] ?? null, decimal))) };
}

function cellText(value: SqlValue, decimal: string): string {
  if (value === null) return '';
  if (value instanceof DateTime) return formatDateTime(value.ticks);
  if (typeof value === 'number') return String(value).replace('.', decimal);
  if (isRecord(value)) return 'Record';
  return Array.isArray(value) ? 'Array' : typeof value === 'string' ? value : toJsonText(value);
}
