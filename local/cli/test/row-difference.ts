import type { Row } from '../conformance/case';
import { difference, sameValue, show, unmatched, type Rules } from '../conformance/compare';

/** How many differences are shown. */
const SHOWN = 5;

/** Rows of one output in any order; datetimes are equal when they are the same instant. */
const RULES: Rules = { ordered: false, asInstant: true, ignoreCase: false, positional: false, tolerance: 1e-12 };

/** What differs, row by row: `-` is expected and was not written, `+` was written and is not expected. undefined when nothing does. */
export function rowDifference(actual: readonly Row[], expected: readonly Row[]): string | undefined {
  if (difference(actual, expected, RULES) === undefined) return undefined;
  const { lost, unexpected } = unmatched(actual, expected, RULES);
  const rest = [...unexpected];
  const pairs = lost.map((row) => ({ row, other: takeNearest(row, rest) }));
  const lines = [...pairs.map(({ row, other }) => (other ? `- ${show(row)}\n+ ${show(other)}\n  differs in ${differing(row, other).join(', ')}` : `- ${show(row)}`)), ...rest.map((row) => `+ ${show(row)}`)];
  const more = lines.length > SHOWN ? [`… and ${lines.length - SHOWN} more`] : [];
  return [`${actual.length} rows, expected ${expected.length}`, ...lines.slice(0, SHOWN), ...more].join('\n');
}

/** The row that agrees in most columns, at least in one. It is taken out of `rows`. */
function takeNearest(row: Row, rows: Row[]): Row | undefined {
  const agreeing = rows.map((other) => Object.keys(row).length - differing(row, other).filter((name) => name in row).length);
  const best = Math.max(0, ...agreeing);
  return best === 0 ? undefined : rows.splice(agreeing.indexOf(best), 1)[0];
}

function differing(a: Row, b: Row): string[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  return names.filter((name) => !(name in a && name in b) || !sameValue(a[name], b[name], RULES));
}
