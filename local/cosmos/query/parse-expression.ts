import type { Expr, Query } from './ast';
import type { TokenReader } from './token-reader';
import { unquote } from './tokens';

const BINARY: Record<string, number> = {
  '??': 2, or: 3, and: 4, '=': 6, '!=': 6, '<>': 6, '<': 6, '<=': 6, '>': 6, '>=': 6,
  '|': 7, '^': 8, '&': 9, '<<': 10, '>>': 10, '>>>': 10, '||': 11, '+': 11, '-': 11, '*': 12, '/': 12, '%': 12,
};
/** Words that start a clause are no names. */
const RESERVED = new Set(['select', 'from', 'where', 'group', 'order', 'join', 'and', 'or', 'like', 'between', 'by', 'as']);
const COMPARISON = 6;
const UNARY = 13;

type ParseQuery = (tokens: TokenReader) => Query;

/** Precedence climbing; `? :` binds loosest. */
export function parseExpression(tokens: TokenReader, parseQuery: ParseQuery): Expr {
  return new ExpressionParser(tokens, parseQuery).conditional();
}

class ExpressionParser {
  constructor(
    private readonly tokens: TokenReader,
    private readonly parseQuery: ParseQuery,
  ) {}

  conditional(): Expr {
    const test = this.binary(0);
    if (!this.tokens.takeSymbol('?')) return test;
    const then = this.conditional();
    this.tokens.expectSymbol(':');
    return { kind: 'conditional', test, then, otherwise: this.conditional() };
  }

  private binary(minimum: number): Expr {
    let left = this.unary();
    for (;;) {
      const token = this.tokens.peek();
      const operator = token.kind === 'word' || token.kind === 'symbol' ? token.text.toLowerCase() : '';
      const precedence = Object.hasOwn(BINARY, operator) ? BINARY[operator] : undefined;
      if (precedence !== undefined && precedence >= minimum) {
        this.tokens.next();
        left = { kind: 'binary', operator, left, right: this.binary(precedence + 1) };
        continue;
      }
      const next = minimum <= COMPARISON ? this.wordOperator(left) : undefined;
      if (!next) return left;
      left = next;
    }
  }

  private wordOperator(operand: Expr): Expr | undefined {
    const { tokens } = this;
    const negated = tokens.isWord('not') && ['in', 'between', 'like'].some((word) => tokens.isWord(word, 1));
    if (negated) tokens.next();
    if (tokens.takeWord('in')) {
      tokens.expectSymbol('(');
      const items = tokens.list(() => this.conditional());
      tokens.expectSymbol(')');
      return { kind: 'in', operand, items, negated };
    }
    if (tokens.takeWord('between')) {
      const low = this.binary(COMPARISON + 1);
      tokens.expectWord('and');
      return { kind: 'between', operand, low, high: this.binary(COMPARISON + 1), negated };
    }
    if (tokens.takeWord('like')) {
      const pattern = this.binary(COMPARISON + 1);
      const escape = tokens.takeWord('escape') ? this.binary(COMPARISON + 1) : undefined;
      return { kind: 'like', operand, pattern, negated, ...(escape ? { escape } : {}) };
    }
    return undefined;
  }

  private unary(): Expr {
    const { tokens } = this;
    if (tokens.takeWord('not')) return { kind: 'unary', operator: 'not', operand: this.binary(5) };
    for (const operator of ['-', '+', '~'] as const) if (tokens.takeSymbol(operator)) return { kind: 'unary', operator, operand: this.binary(UNARY) };
    return this.members(this.primary());
  }

  private members(base: Expr): Expr {
    const { tokens } = this;
    if (tokens.takeSymbol('.')) return this.members({ kind: 'member', base, name: { kind: 'literal', value: tokens.next().text } });
    if (!tokens.takeSymbol('[')) return base;
    const name = this.conditional();
    tokens.expectSymbol(']');
    return this.members({ kind: 'member', base, name });
  }

  private primary(): Expr {
    const { tokens } = this;
    const token = tokens.next();
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    if (token.kind === 'string') return { kind: 'literal', value: unquote(token.text) };
    if (token.kind === 'parameter') return { kind: 'parameter', name: token.text };
    if (token.kind === 'word') return this.word(token.text);
    if (token.text === '(') return this.parenthesised();
    if (token.text === '[') return { kind: 'array', items: this.until(']', () => this.conditional()) };
    if (token.text === '{') return { kind: 'object', members: this.until('}', () => this.objectMember()) };
    return tokens.fail();
  }

  private word(text: string): Expr {
    const { tokens } = this;
    const lower = text.toLowerCase();
    if (RESERVED.has(lower)) return tokens.fail();
    if (lower === 'true' || lower === 'false') return { kind: 'literal', value: lower === 'true' };
    if (lower === 'null') return { kind: 'literal', value: null };
    if (lower === 'undefined') return { kind: 'literal', value: undefined };
    if (!tokens.isSymbol('(')) return { kind: 'name', name: text };
    tokens.next();
    if ((lower === 'exists' || lower === 'array') && tokens.isWord('select')) {
      const query = this.parseQuery(tokens);
      tokens.expectSymbol(')');
      return { kind: lower === 'exists' ? 'exists' : 'array-of', query };
    }
    return { kind: 'call', name: lower, args: this.until(')', () => this.argument()) };
  }

  /** COUNT(*) is not of the dialect, but COUNT(1) is; `*` is taken for 1. */
  private argument(): Expr {
    return this.tokens.takeSymbol('*') ? { kind: 'literal', value: 1 } : this.conditional();
  }

  private parenthesised(): Expr {
    const inner: Expr = this.tokens.isWord('select') ? { kind: 'subquery', query: this.parseQuery(this.tokens) } : this.conditional();
    this.tokens.expectSymbol(')');
    return inner;
  }

  private until<T>(close: string, item: () => T): T[] {
    if (this.tokens.takeSymbol(close)) return [];
    const items = this.tokens.list(item);
    this.tokens.expectSymbol(close);
    return items;
  }

  private objectMember(): { name: string; value: Expr } {
    const token = this.tokens.next();
    const name = token.kind === 'string' ? unquote(token.text) : token.text;
    this.tokens.expectSymbol(':');
    return { name, value: this.conditional() };
  }
}
