import type { Span } from './ast';

/** One finding in a query. */
export interface Diagnostic {
  code: Code;
  message: string;
  /** What to write instead. */
  hint?: string;
  span: Span;
}

type Text = { message: string; hint?: string };

/** The closed catalogue: every code with what it says. Parameters are named so that call sites read as sentences. */
const CATALOGUE = {
  'bad-character': (p: { character: string }): Text => ({ message: `unexpected character '${p.character}'` }),
  unterminated: (p: { what: string; closing: string }): Text => ({ message: `this ${p.what} is never closed`, hint: `close it with ${p.closing}` }),
  'unexpected-token': (p: { found: string; expected: string }): Text => ({ message: `found ${p.found} where ${p.expected} was expected` }),
  unsupported: (p: { what: string; instead: string }): Text => ({ message: `${p.what} is not part of the language`, hint: p.instead }),
  'not-implemented': (p: { what: string }): Text => ({ message: `${p.what} is part of the language, but not implemented here yet`, hint: 'see "Known differences" in docs/sql.md' }),
  'else-required': (_: object): Text => ({ message: 'CASE needs an ELSE', hint: 'end it with ELSE NULL' }),
  'unknown-column': (p: { name: string; nearest?: string; known?: string }): Text => ({
    message: `there is no column '${p.name}'`,
    hint: p.nearest ? `did you mean '${p.nearest}'?` : p.known ? `known here: ${p.known}` : undefined,
  }),
  'ambiguous-column': (p: { name: string; sources: string }): Text => ({ message: `'${p.name}' could be a column of ${p.sources}`, hint: `write the source's name before it` }),
  'unknown-input': (p: { name: string; nearest?: string; known: string }): Text => ({
    message: `there is no input or step '${p.name}'`,
    hint: p.nearest ? `did you mean '${p.nearest}'?` : `declare it as an input of the job; declared: ${p.known || 'none'}`,
  }),
  'unknown-output': (p: { name: string; nearest?: string; known: string }): Text => ({
    message: `there is no output '${p.name}'`,
    hint: p.nearest ? `did you mean '${p.nearest}'?` : `declare it as an output of the job; declared: ${p.known || 'none'}`,
  }),
  'unknown-function': (p: { name: string; nearest?: string }): Text => ({
    message: `there is no function '${p.name}'`,
    hint: p.nearest ? `did you mean ${p.nearest.toUpperCase()}?` : `a function of your own is called as udf.${p.name}(…)`,
  }),
  'unknown-udf': (p: { name: string; file: string; nearest?: string; as: 'udf' | 'uda' }): Text => ({
    message: `the job has no function for ${p.name}`,
    hint: p.nearest ? `did you mean ${p.as}.${p.nearest}?` : `write it into ${p.file}, beside the query: function main(${p.as === 'udf' ? 'value) { return …; }' : ') { this.init = …; this.accumulate = …; this.computeResult = …; }'}`,
  }),
  'invalid-udf': (p: { name: string; why: string }): Text => ({ message: `${p.name} cannot be used: ${p.why}` }),
  'unknown-type': (p: { name: string }): Text => ({ message: `there is no type '${p.name}'`, hint: 'types are bigint, float, nvarchar(max), datetime, bit, record, array' }),
  'unknown-unit': (p: { name: string }): Text => ({ message: `'${p.name}' is not a unit of time here`, hint: 'units are day, hour, minute, second, millisecond, microsecond' }),
  'argument-count': (p: { name: string; expected: string; found: number }): Text => ({ message: `${p.name.toUpperCase()} takes ${p.expected}, found ${p.found}` }),
  'argument-type': (p: { name: string; position: number; found: string; allowed: string }): Text => ({
    message: `argument ${p.position} of ${p.name.toUpperCase()} is ${p.found}; only ${p.allowed} is allowed`,
    hint: `convert it: TRY_CAST(… AS ${p.allowed.split(',')[0]})`,
  }),
  'argument-value': (p: { name: string; parameter: string; allowed: string }): Text => ({ message: `${p.parameter} of ${p.name.toUpperCase()} must be ${p.allowed}` }),
  'constant-required': (p: { what: string }): Text => ({ message: `${p.what} must be a constant` }),
  'aggregate-without-window': (p: { name: string }): Text => ({
    message: `${p.name} needs a window: results of a stream are computed per stretch of time`,
    hint: 'add GROUP BY TumblingWindow(second, 10), or OVER (LIMIT DURATION(second, 10)) for a value per event',
  }),
  'group-without-window': (_: object): Text => ({ message: 'a window must be specified in GROUP BY', hint: 'add TumblingWindow(second, 10), or System.Timestamp() to group events of the same instant' }),
  'two-windows': (_: object): Text => ({ message: 'only one window is allowed in a GROUP BY', hint: 'use Windows(…, …) for several at once, or a WITH step for one over the other' }),
  'window-outside-group-by': (p: { name: string }): Text => ({ message: `${p.name} is allowed only in GROUP BY` }),
  'aggregate-not-allowed': (p: { where: string }): Text => ({ message: `an aggregate is not allowed in ${p.where}`, hint: 'filter groups with HAVING, or compute it in a WITH step' }),
  'not-grouped': (p: { name: string }): Text => ({ message: `'${p.name}' is neither grouped nor aggregated`, hint: `add it to GROUP BY, or take one of its values, e.g. MAX(${p.name}) or TopOne()` }),
  'join-without-datediff': (p: { left: string; right: string }): Text => ({
    message: `the join of ${p.left} and ${p.right} has no bound in time`,
    hint: `add AND DATEDIFF(minute, ${p.left}, ${p.right}) BETWEEN 0 AND 5; if ${p.right} is reference data, declare it as such in the job`,
  }),
  'reference-must-be-joined': (p: { name: string }): Text => ({ message: `reference data '${p.name}' cannot be read alone`, hint: 'JOIN it to a streaming input' }),
  'timestamp-by-step': (p: { name: string }): Text => ({ message: `TIMESTAMP BY is allowed on inputs only, and '${p.name}' is a step`, hint: "put it where the step reads its input" }),
  'duplicate-step': (p: { name: string }): Text => ({ message: `there are two steps named '${p.name}'` }),
  'into-in-step': (_: object): Text => ({ message: 'INTO is not allowed inside WITH', hint: 'select from the step into the output afterwards' }),
  'union-columns': (p: { left: string; right: string }): Text => ({ message: `the sides of UNION differ in their columns: ${p.left} against ${p.right}` }),
  'union-outputs': (p: { left: string; right: string }): Text => ({ message: `the sides of UNION go to two outputs, ${p.left} and ${p.right}`, hint: 'write INTO in the first SELECT only' }),
  'bad-window': (p: { why: string; example: string }): Text => ({ message: p.why, hint: `for example ${p.example}` }),
  'over-required': (p: { name: string; example: string }): Text => ({ message: `${p.name.toUpperCase()} needs an OVER clause`, hint: `for example ${p.example}` }),
  'too-long': (p: { what: string }): Text => ({ message: `${p.what} is longer than 7 days, the longest that is allowed` }),
  'no-select': (_: object): Text => ({ message: 'the query has no SELECT statement' }),
} as const;

export type Code = keyof typeof CATALOGUE;
type Parameters_<C extends Code> = Parameters<(typeof CATALOGUE)[C]>[0];

/** Collects all findings of a query, so that all are reported at once. */
export class Diagnostics {
  readonly all: Diagnostic[] = [];

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
  let bestDistance = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitute = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitute, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
