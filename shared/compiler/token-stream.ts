import type { Name, Span } from './ast';
import type { Diagnostics } from './diagnostics';
import type { Token } from './lexer';

/** Thrown after a syntax error was reported; caught where parsing can go on. */
export class Recover extends Error {}

const MAX_DEPTH = 200;

/** Looks at tokens one after another. Keywords are words that are not quoted, in any case. */
export class TokenStream {
  private at = 0;
  private depth = 0;

  constructor(
    private readonly tokens: readonly Token[],
    readonly diagnostics: Diagnostics,
  ) {}

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

  fail(expected: string): never {
    const token = this.peek();
    const found = token.kind === 'end' ? 'the end of the query' : token.kind === 'string' ? 'a string' : `'${token.text}'`;
    this.diagnostics.add('unexpected-token', token.span, { found, expected });
    throw new Recover();
  }

  /** Reads something that may contain its like. Nesting deeper than MAX_DEPTH is refused, so that no query can exhaust the stack. */
  nested<T>(read: () => T): T {
    if (this.depth >= MAX_DEPTH) this.fail(`an expression nested less than ${MAX_DEPTH} deep`);
    this.depth++;
    try {
      return read();
    } finally {
      this.depth--;
    }
  }

  /** A comma-separated list of one or more. */
  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.takeSymbol(',')) items.push(item());
    return items;
  }
}
