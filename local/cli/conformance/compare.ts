import type { Row } from './case';

export interface Rules {
  ordered: boolean;
  orderedBy?: string;
  asInstant: boolean;
  ignoreCase: boolean;
  positional: boolean;
  tolerance: number;
  mode?: string;
}

/** Why the rows differ; undefined when they do not. */
export function difference(actual: readonly Row[], expected: readonly Row[], rules: Rules): string | undefined {
  const kept = rules.mode === 'actual-rows-up-to-max-expected-timestamp' ? upToLast(actual, expected) : [...actual];
  if (rules.mode === 'distinct-set') return compareBags(distinct(kept), distinct(expected), rules);
  if (rules.mode === 'ordered-prefix') return compareLists(kept.slice(0, expected.length), expected, rules);
  if (rules.mode === 'expected-subset-of-actual') return missing(expected, kept, rules);
  if (rules.ordered) return compareLists(kept, expected, rules);
  return rules.orderedBy ? comparePerKey(kept, expected, rules.orderedBy, rules) : compareBags(kept, expected, rules);
}

function distinct(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}

function instantsOf(row: Row): number[] {
  return Object.values(row).filter((v): v is string => typeof v === 'string' && /^\d{4}-\d\d-\d\d[T ]/.test(v)).map((v) => Date.parse(v));
}

function upToLast(actual: readonly Row[], expected: readonly Row[]): Row[] {
  const last = Math.max(...expected.flatMap(instantsOf));
  return actual.filter((row) => Math.max(-Infinity, ...instantsOf(row)) <= last);
}

function compareLists(actual: readonly Row[], expected: readonly Row[], rules: Rules): string | undefined {
  if (actual.length !== expected.length) return `${actual.length} rows, expected ${expected.length}; first: ${show(actual[0])}`;
  const at = expected.findIndex((row, i) => !sameRow(actual[i] as Row, row, rules));
  return at < 0 ? undefined : `row ${at + 1} is ${show(actual[at])}, expected ${show(expected[at])}`;
}

function comparePerKey(actual: readonly Row[], expected: readonly Row[], key: string, rules: Rules): string | undefined {
  const valueOf = (row: Row): string => JSON.stringify(Object.entries(row).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1]);
  for (const value of new Set([...actual, ...expected].map(valueOf))) {
    const found = compareLists(actual.filter((row) => valueOf(row) === value), expected.filter((row) => valueOf(row) === value), rules);
    if (found) return `${key} ${value}: ${found}`;
  }
  return undefined;
}

function compareBags(actual: readonly Row[], expected: readonly Row[], rules: Rules): string | undefined {
  const lost = missing(expected, actual, rules);
  if (lost) return lost;
  return actual.length > expected.length ? `${actual.length} rows, expected ${expected.length}; not expected: ${show(unmatched(actual, expected, rules).unexpected[0])}` : undefined;
}

function missing(expected: readonly Row[], actual: readonly Row[], rules: Rules): string | undefined {
  const { lost, unexpected } = unmatched(actual, expected, rules);
  return lost[0] && `missing ${show(lost[0])} among ${actual.length} rows${unexpected[0] ? `; there is ${show(unexpected[0])}` : ''}`;
}

/**
 * Pairs the rows of two bags: what is left are expected rows that are not there, and rows that nobody expected. Rows that look the same are paired first, so
 * that only the others are compared one with another.
 */
export function unmatched(actual: readonly Row[], expected: readonly Row[], rules: Rules): { lost: Row[]; unexpected: Row[] } {
  const byText = new Map<string, Row[]>();
  for (const row of actual) {
    const text = canonical(row, rules);
    const alike = byText.get(text);
    if (alike) alike.push(row);
    else byText.set(text, [row]);
  }
  const others = expected.filter((row) => !byText.get(canonical(row, rules))?.shift());
  const unexpected = [...byText.values()].flat();
  const lost = others.filter((row) => {
    const at = unexpected.findIndex((candidate) => sameRow(candidate, row, rules));
    if (at >= 0) unexpected.splice(at, 1);
    return at < 0;
  });
  return { lost, unexpected };
}

function canonical(row: Row, rules: Rules): string {
  const entries = Object.entries(row).map(([name, value]) => [rules.positional ? '' : rules.ignoreCase ? name.toLowerCase() : name, value] as const);
  const text = (value: unknown): unknown => (rules.asInstant && isTime(value) ? Date.parse(value) : value);
  const sorted = rules.positional ? entries : [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(sorted.map(([name, value]) => [name, text(value)]));
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d/.test(value) && !Number.isNaN(Date.parse(value));
}

function sameRow(a: Row, b: Row, rules: Rules): boolean {
  if (rules.positional) return sameValue(Object.values(a), Object.values(b), rules);
  return sameValue(a, b, rules);
}

/** Whether two values of a row are equal under the rules. */
export function sameValue(a: unknown, b: unknown, rules: Rules): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b || Math.abs(a - b) <= rules.tolerance * Math.max(1, Math.abs(b));
  if (rules.asInstant && isTime(a) && isTime(b)) return instant(a) === instant(b);
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i], rules));
  if (typeof a !== 'object' || a === null || typeof b !== 'object' || b === null || Array.isArray(b)) return a === b;
  const left = Object.entries(a);
  const right = Object.entries(b).map(([name, value]) => [rules.ignoreCase ? name.toLowerCase() : name, value] as const);
  const named = new Map(right);
  return left.length === right.length && left.every(([name, value]) => named.has(rules.ignoreCase ? name.toLowerCase() : name) && sameValue(value, named.get(rules.ignoreCase ? name.toLowerCase() : name), rules));
}

/** Zone-less text is UTC in the language. */
function instant(text: string): number {
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text.replace(' ', 'T')}Z`);
}

/** A row as one line of a message. */
export function show(row: Row | undefined): string {
  const text = row === undefined ? 'nothing' : JSON.stringify(row);
  return text.length > 300 ? `${text.slice(0, 300)}…` : text;
}
