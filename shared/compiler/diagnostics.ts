import type { Span } from './ast';
import { CATALOGUE, type Code, type Text } from './catalogue';

/** One finding in a query. */
export interface Diagnostic {
  code: Code;
  message: string;
  /** What to write instead. */
  hint?: string;
  span: Span;
}

type Parameters_<C extends Code> = Parameters<(typeof CATALOGUE)[C]>[0];

/** Collects all findings of a query, so that all are reported at once. */
export class Diagnostics {
  readonly all: Diagnostic[] = [];

  /** `source`: the query, for messages that repeat a part of it. */
  constructor(private readonly source = '') {}

  textOf({ start, end }: Span): string {
    return this.source.slice(start, end).replace(/\s+/g, ' ');
  }

  add<C extends Code>(code: C, span: Span, parameters: Parameters_<C>): void {
    if (this.all.some((d) => d.code === code && d.span.start === span.start)) return;
    const text = (CATALOGUE[code] as (p: Parameters_<C>) => Text)(parameters);
    this.all.push({ code, span, ...text });
  }

  throwIfAny(source: string, name: string): void {
    if (this.all.length > 0) throw new QuerySyntaxError(this.all, source, name);
  }
}

/** A query that cannot be compiled; the message shows every finding under its line. */
export class QuerySyntaxError extends Error {
  constructor(
    readonly diagnostics: readonly Diagnostic[],
    source: string,
    name: string,
  ) {
    super([...diagnostics].sort((a, b) => a.span.start - b.span.start).map((d) => render(d, source, name)).join('\n\n'));
    this.name = 'QuerySyntaxError';
  }
}

/** Line and column, both from 1, of an offset. */
export function positionOf(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}

/**
 * One finding as text:
 *
 * ```
 * query.saql:3:8: unknown-column: there is no column 'devise'
 *   SELECT devise, COUNT(*)
 *          ~~~~~~
 *   did you mean 'device'?
 * ```
 */
export function render(diagnostic: Diagnostic, source: string, name: string): string {
  const { line, column } = positionOf(source, diagnostic.span.start);
  const text = (source.split('\n')[line - 1] ?? '').replace(/\r$/, '');
  const width = Math.max(1, Math.min(diagnostic.span.end - diagnostic.span.start, text.length - column + 1));
  const indent = text.slice(0, column - 1).replace(/[^\t]/g, ' ');
  const lines = [`${name}:${line}:${column}: ${diagnostic.code}: ${diagnostic.message}`, `  ${text}`, `  ${indent}${'~'.repeat(width)}`];
  if (diagnostic.hint) lines.push(`  ${diagnostic.hint}`);
  return lines.join('\n');
}

/** The candidate nearest to a name by edit distance, if one is near enough to be a slip of the hand. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.min(name.length, Math.max(1, Math.floor(name.length / 3)) + 1);
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Letters to put in, take out, change, or swap with their neighbour. */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, i) => i)];
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(Math.min(at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1), at(i - 1, j) + 1, at(i, j - 1) + 1, isSwap ? at(i - 2, j - 2) + 1 : Infinity));
    }
  }
  return at(a.length, b.length);
}
