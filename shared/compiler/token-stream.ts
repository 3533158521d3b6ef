import type { Name, Span } from './ast';
import { nearest, type Diagnostics } from './diagnostics';
import type { Token } from './lexer';

/** Thrown after a syntax error was reported; caught where parsing can go on. */
export class Recover extends Error {}

const MAX_DEPTH = 200;
const MAX_HEIGHT = 1_000;

/** Words that start a clause and so can never start an operand; as names they must be [bracketed]. */
export const RESERVED: ReadonlySet<string> = new Set(['select', 'from', 'where', 'group', 'having', 'into', 'join', 'inner', 'cross', 'outer', 'on', 'when', 'then', 'else', 'union', 'and', 'or', 'as', 'with', 'by', 'over', 'between', 'like', 'in', 'is', 'limit', 'partition']);

/** Words that a slip of the hand may have made a name of. */
const CLAUSES = ['SELECT', 'FROM', 'WHERE', 'GROUP', 'HAVING', 'INTO', 'JOIN', 'UNION', 'TIMESTAMP', 'PARTITION', 'CREATE'];

/** Operators of other languages. */
const DOUBLED: Readonly<Record<string, string>> = { '=': 'equality is written with one =', '&': 'conditions are connected with AND', '|': 'conditions are connected with OR, texts joined with +' };

/** Looks at tokens one after another. Keywords are words that are not quoted, in any case. */
export class TokenStream {
  private at = 0;
  /** How many constructs that contain their like are open; and how high the tree is that is being built, with operators in a row. */
  private depth = 0;
  private height = 0;

  constructor(
    private readonly tokens: readonly Token[],
    readonly diagnostics: Diagnostics,
  ) {}

  get position(): number {
    return this.at;
  }

  /** Reads, and after a syntax error, which was reported, does what is needed to go on. */
  recovering(read: () => void, goOn: () => void): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof Recover)) throw error;
      goOn();
    }
  }

  /** To behind the ) that closes the ( at a position; to the end when there is none. */
  skipParentheses(open: number): void {
    let depth = 0;
    for (this.at = open; this.peek().kind !== 'end'; ) {
      const { kind, text } = this.next();
      if (kind === 'symbol') depth += text === '(' ? 1 : text === ')' ? -1 : 0;
      if (depth <= 0) return;
    }
  }

  peek(ahead = 0): Token {
    return this.tokens[Math.min(this.at + ahead, this.tokens.length - 1)] as Token;
  }

  next(): Token {
    const token = this.peek();
    if (token.kind !== 'end') this.at++;
    return token;
  }

  /** End of the token before this one: where a node that has just been read ends. */
  get previousEnd(): number {
    return this.at === 0 ? 0 : (this.tokens[this.at - 1] as Token).span.end;
  }

  spanFrom(start: number): Span {
    return { start, end: Math.max(start, this.previousEnd) };
  }

  isWord(word: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'word' && token.quoted === 'none' && token.text.toLowerCase() === word;
  }

  isAnyWord(words: readonly string[], ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'word' && token.quoted === 'none' && words.includes(token.text.toLowerCase());
  }

  isSymbol(symbol: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'symbol' && token.text === symbol;
  }

  /** Takes the words if all of them come next, in this order. */
  takeWords(...words: string[]): boolean {
    if (!words.every((word, i) => this.isWord(word, i))) return false;
    this.at += words.length;
    return true;
  }

  takeSymbol(symbol: string): boolean {
    if (!this.isSymbol(symbol)) return false;
    this.at++;
    return true;
  }

  expectWord(word: string): void {
    if (!this.takeWords(word)) this.fail(word.toUpperCase());
  }

  expectSymbol(symbol: string): void {
    if (!this.takeSymbol(symbol)) this.fail(`'${symbol}'`);
  }

  expectName(what: string): Name {
    const token = this.peek();
    if (token.kind !== 'word') return this.fail(what);
    this.next();
    return { text: token.text, quoted: token.quoted, span: token.span };
  }

  fail(expected: string, hint?: string): never {
    const token = this.peek();
    const found = token.kind === 'end' ? 'the end of the query' : token.kind === 'string' ? 'a string' : `'${token.text}'`;
    this.diagnostics.add('unexpected-token', token.span, { found, expected, hint: hint ?? this.slip() });
    throw new Recover();
  }

  /** Refuses what other dialects have: from here to the end of `words` more words. */
  refuse(what: string, instead: string, words = 1): never {
    this.diagnostics.add('unsupported', { start: this.peek().span.start, end: this.peek(words - 1).span.end }, { what, instead });
    throw new Recover();
  }

  /** What was probably meant by the token that cannot be read. */
  private slip(): string | undefined {
    const token = this.peek();
    const before = this.tokens[this.at - 1];
    if (token.kind === 'symbol' && before?.text === token.text && DOUBLED[token.text]) return DOUBLED[token.text];
    const keyword = [before, token].map((t) => (t?.kind === 'word' && t.quoted === 'none' && !RESERVED.has(t.text.toLowerCase()) ? [t.text, nearest(t.text, CLAUSES)] : [])).find(([, found]) => found);
    if (keyword) return `did you mean ${keyword[1]} instead of '${keyword[0]}'?`;
    const isReserved = token.kind === 'word' && token.quoted === 'none' && RESERVED.has(token.text.toLowerCase());
    if (isReserved && before?.text === ',' && this.isAnyWord(['from', 'where', 'group', 'having', 'into'])) return 'remove the comma before it';
    const next = this.peek(1);
    const standsAsName = next.kind === 'end' || (next.kind === 'symbol' && ![';', '('].includes(next.text)) || this.isAnyWord(['as', 'from', 'and', 'or', 'is', 'in', 'like', 'between', 'then', 'else', 'where'], 1);
    return isReserved && standsAsName ? `${token.text} is a word of the language; as a name it stands in brackets: [${token.text}]` : undefined;
  }

  /** Reads something that may contain its like. Nesting deeper than MAX_DEPTH is refused, so that no query can exhaust the stack. */
  nested<T>(read: () => T): T {
    if (this.depth >= MAX_DEPTH) this.fail(`an expression nested less than ${MAX_DEPTH} deep`);
    const { height } = this;
    this.depth++;
    this.grow();
    try {
      return read();
    } finally {
      this.depth--;
      this.height = height;
    }
  }

  /** One operator more in a row. */
  grow(): void {
    if (++this.height > MAX_HEIGHT) this.fail(`an expression of less than ${MAX_HEIGHT} operators`, 'write a long list as IN (…), or join reference data');
  }

  /** A comma-separated list of one or more. */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.takeSymbol(',')) items.push(item());
    return items;
  }
}
