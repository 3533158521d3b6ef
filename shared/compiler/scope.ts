/** Names in a SELECT: which sources there are and what a path means. */
import type { Expr, RecordPart } from '../program';
import type { Declared } from './declared';
import type { Name, Span } from './ast';
import { nearest, type Diagnostics } from './diagnostics';
import type { Graph } from './graph';

/** One thing that columns can be read from. */
export type Source =
  /** An input: any name may be a column of it. */
  | { kind: 'input'; alias: string; operator: number; declared?: Declared; metadataColumns: readonly string[]; time?: number }
  /** Reference data joined in. */
  | { kind: 'reference'; alias: string; operator: number; time?: undefined }
  /** A step with named columns. */
  | { kind: 'columns'; alias: string; columns: { name: string; column: number }[]; time?: number }
  /** A step whose columns are only known row by row (SELECT *), or the record of an APPLY. */
  | { kind: 'record'; alias: string; column: number; applied: boolean; time?: number };

export class Scope {
  readonly sources: Source[] = [];
  /** Names given in SELECT, in lower case, with the text that they stand for: for messages only. */
  readonly named = new Map<string, string>();

  constructor(
    private readonly graph: Graph,
    private readonly diagnostics: Diagnostics,
  ) {}

  /** The same names, reporting elsewhere: to try what an expression would mean. */
  withDiagnostics(diagnostics: Diagnostics): Scope {
    const copy = new Scope(this.graph, diagnostics);
    copy.sources.push(...this.sources);
    return copy;
  }

  source(alias: string): Source | undefined {
    return this.sources.find((s) => s.alias.toLowerCase() === alias.toLowerCase());
  }

  register(column: number): Expr {
    return { kind: 'register', index: column, type: this.graph.columns[column]?.type ?? 'any' };
  }

  /** `a`, `alias.a`, `a.b.c`, `alias`; reports and answers NULL when it is nothing. */
  resolve(parts: readonly Name[], span: Span): Expr {
    const [first, ...rest] = parts as [Name, ...Name[]];
    const named = this.source(first.text);
    if (named && rest.length > 0) return this.members(this.column(named, rest[0] as Name), rest.slice(1));
    if (named && !this.hasStatic(first.text)) return this.whole(named);
    return this.members(this.unqualified(first, span), rest);
  }

  /** Whether a double-quoted word is certainly a column; else it is text. */
  hasStatic(name: string): boolean {
    return this.sources.some((s) => staticColumns(s).some((c) => c.toLowerCase() === name.toLowerCase()));
  }

  private members(base: Expr, names: readonly Name[]): Expr {
    return names.reduce<Expr>((expr, name) => ({ kind: 'field', base: expr, name: name.text, type: 'any' }), base);
  }

  private unqualified(name: Name, span: Span): Expr {
    const owners = this.sources.filter((s) => staticColumns(s).some((c) => c.toLowerCase() === name.text.toLowerCase()));
    if (owners.length === 1) return this.column(owners[0] as Source, name);
    const open = this.sources.filter((s) => s.kind === 'input' || (s.kind === 'record' && !s.applied));
    const candidates = owners.length > 1 ? owners : open.length > 0 ? open : this.sources.filter((s) => s.kind === 'reference');
    if (candidates.length === 1) return this.column(candidates[0] as Source, name);
    const names = new Set(candidates.map((s) => s.alias.toLowerCase()));
    // Sources of one name are reported as such.
    if (candidates.length > 1 && names.size > 1) this.diagnostics.add('ambiguous-column', span, { name: name.text, sources: candidates.map((s) => s.alias).join(' or ') });
    else if (candidates.length === 0) this.unknown(name, this.sources.flatMap(staticColumns), span);
    return { kind: 'literal', value: null, type: 'null' };
  }

  /** A column of one source. */
  column(source: Source, name: Name): Expr {
    if (source.kind === 'record') return { kind: 'field', base: this.register(source.column), name: name.text, type: 'any' };
    if (source.kind === 'columns') {
      const found = source.columns.find((c) => c.name.toLowerCase() === name.text.toLowerCase());
      if (found) return this.register(found.column);
      this.unknown(name, source.columns.map((c) => c.name), name.span);
      return { kind: 'literal', value: null, type: 'null' };
    }
    const system = source.kind === 'input' ? SYSTEM_COLUMNS[name.text.toLowerCase()] : undefined;
    if (system) return this.register(this.graph.read(source.operator, system, name.text));
    const member = source.kind === 'input' ? source.metadataColumns.find((column) => column.toLowerCase() === name.text.toLowerCase()) : undefined;
    if (source.kind === 'input' && member) return { kind: 'field', base: this.metadata(source), name: member, type: 'any' };
    const declared = source.kind === 'input' ? source.declared?.get(name.text.toLowerCase()) : undefined;
    return this.register(this.graph.read(source.operator, 'payload', name.text, declared));
  }

  private unknown(name: Name, known: string[], span: Span): void {
    this.diagnostics.add('unknown-column', span, { name: name.text, nearest: nearest(name.text, known), known: known.slice(0, 12).join(', '), named: this.named.get(name.text.toLowerCase()) });
  }

  /** The event's metadata, for GetMetadataPropertyValue. */
  metadata(source: Source & { kind: 'input' }): Expr {
    return this.register(this.graph.read(source.operator, 'metadata', '@metadata'));
  }

  /** All columns of a source as one record. */
  whole(source: Source): Expr {
    if (source.kind === 'record') return this.register(source.column);
    if (source.kind === 'columns') return { kind: 'record', parts: this.parts(source), type: 'record' };
    return this.register(this.graph.read(source.operator, 'record', '*'));
  }

  /** All columns of a source as parts of a larger record. */
  parts(source: Source): RecordPart[] {
    if (source.kind === 'columns') return source.columns.map(({ name, column }) => ({ kind: 'member', name, value: this.register(column) }));
    return [source.kind === 'record' && source.applied ? { kind: 'member', name: source.alias, value: this.register(source.column) } : { kind: 'spread', value: this.whole(source) }];
  }
}

function staticColumns(source: Source): string[] {
  if (source.kind === 'columns') return source.columns.map((c) => c.name);
  return source.kind === 'input' && source.declared ? [...source.declared.keys()] : [];
}

/** Columns that Event Hubs inputs have besides their payload. */
const SYSTEM_COLUMNS: Record<string, 'arrival' | 'partition' | undefined> = { eventenqueuedutctime: 'arrival', eventprocessedutctime: 'arrival', partitionid: 'partition' };
