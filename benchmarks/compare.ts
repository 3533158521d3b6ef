import type { ResultRow } from './question';

/** Rows in the order of their exact columns, so that two results can be laid side by side. */
function sorted(rows: readonly ResultRow[], exact: readonly number[]): ResultRow[] {
  return rows
    .map((row) => ({ row, key: exact.map((i) => row[i]).join('\u0000') }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ row }) => row);
}

const RELATIVE = 1e-9;

function isClose(a: ResultRow[number] | undefined, b: ResultRow[number] | undefined): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  return Math.abs(a - b) <= RELATIVE * Math.max(1, Math.abs(a), Math.abs(b));
}

/** Undefined when both are the same rows in any order; else the first difference in words. Columns that begin with `~` are compared to nine digits. */
export function difference(expected: readonly ResultRow[], actual: readonly ResultRow[], columns: readonly string[]): string | undefined {
  if (expected.length !== actual.length) return `${actual.length} rows instead of ${expected.length}`;
  const exact = columns.flatMap((name, i) => (name.startsWith('~') ? [] : [i]));
  const [want, have] = [sorted(expected, exact), sorted(actual, exact)];
  for (let n = 0; n < want.length; n++) {
    const [a, b] = [want[n] as ResultRow, have[n] as ResultRow];
    const wrong = columns.findIndex((name, i) => (name.startsWith('~') ? !isClose(a[i], b[i]) : a[i] !== b[i]));
    if (wrong >= 0) return `row ${n + 1}: ${columns[wrong]} is ${String(b[wrong])} instead of ${String(a[wrong])}, in ${JSON.stringify(b)}`;
  }
  return undefined;
}
