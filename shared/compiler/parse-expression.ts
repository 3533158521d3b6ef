/**
 * Expressions, by precedence climbing (Pratt).
 *
 * `parseExpression(minimum)` reads an operand, then takes operators as long as they bind at least as tightly as `minimum`; the right
 * side of an operator is read with a minimum one higher, so that equal operators group to the left. `a - b * c - d < e`:
 *
 * ```
 * expression(0): a, sees - (50): right = expression(51)
 *                  expression(51): b, sees * (60): right = expression(61) = c;  sees - (50) < 51: returns b * c
 *                left = a - (b * c), sees - (50): right = expression(51) = d (sees < (40): returns)
 *                left = (a - b * c) - d, sees < (40): right = expression(41) = e
 *                left = ((a - b * c) - d) < e
 * ```
 */
import type { BinaryOperator, Call, Name, Node, TypeName } from './ast';
import { parseOver } from './parse-over';
import { RESERVED, type TokenStream } from './token-stream';

const PRECEDENCE = { or: 10, and: 20, not: 30, comparison: 40, additive: 50, multiplicative: 60, unary: 70 } as const;

const OPERATORS: Record<string, { operator: BinaryOperator; precedence: number }> = {
  or: { operator: 'or', precedence: PRECEDENCE.or },
  and: { operator: 'and', precedence: PRECEDENCE.and },
  '=': { operator: '=', precedence: PRECEDENCE.comparison },
  '<>': { operator: '<>', precedence: PRECEDENCE.comparison },
  '!=': { operator: '<>', precedence: PRECEDENCE.comparison },
  '<': { operator: '<', precedence: PRECEDENCE.comparison },
  '!>': { operator: '<=', precedence: PRECEDENCE.comparison },
  '<=': { operator: '<=', precedence: PRECEDENCE.comparison },
  '>': { operator: '>', precedence: PRECEDENCE.comparison },
  '!<': { operator: '>=', precedence: PRECEDENCE.comparison },
  '>=': { operator: '>=', precedence: PRECEDENCE.comparison },
  '+': { operator: '+', precedence: PRECEDENCE.additive },
  '-': { operator: '-', precedence: PRECEDENCE.additive },
  '&': { operator: '&', precedence: PRECEDENCE.additive },
  '|': { operator: '|', precedence: PRECEDENCE.additive },
  '^': { operator: '^', precedence: PRECEDENCE.additive },
  '*': { operator: '*', precedence: PRECEDENCE.multiplicative },
  '/': { operator: '/', precedence: PRECEDENCE.multiplicative },
  '%': { operator: '%', precedence: PRECEDENCE.multiplicative },
};

export function parseExpression(tokens: TokenStream, minimum = 0): Node {
  return tokens.nested(() => {
    let left = parsePrefix(tokens);
    for (;;) {
      const next = parseInfix(tokens, left, minimum);
      if (!next) return left;
      tokens.grow();
      left = next;
    }
  });
}

function parsePrefix(tokens: TokenStream): Node {
  const { start } = tokens.peek().span;
  if (tokens.takeWords('not')) {
    const operand = parseExpression(tokens, PRECEDENCE.not);
    return { kind: 'unary', operator: 'not', operand, span: tokens.spanFrom(start) };
  }
  for (const operator of ['-', '+', '~'] as const) {
    if (!tokens.takeSymbol(operator)) continue;
    const operand = parseExpression(tokens, PRECEDENCE.unary);
    return { kind: 'unary', operator, operand, span: tokens.spanFrom(start) };
  }
  return parsePrimary(tokens);
}

function parseInfix(tokens: TokenStream, left: Node, minimum: number): Node | undefined {
  const { start } = left.span;
  const token = tokens.peek();
  const key = token.kind === 'word' && token.quoted === 'none' ? token.text.toLowerCase() : token.kind === 'symbol' ? token.text : '';
  const infix = Object.hasOwn(OPERATORS, key) ? OPERATORS[key] : undefined;
  if (infix) {
    if (infix.precedence < minimum) return undefined;
    tokens.next();
    const right = parseExpression(tokens, infix.precedence + 1);
    return { kind: 'binary', operator: infix.operator, left, right, span: tokens.spanFrom(start) };
  }
  return PRECEDENCE.comparison < minimum ? undefined : parseWordOperator(tokens, left);
}

/** IS [NOT] NULL, [NOT] LIKE, [NOT] BETWEEN, [NOT] IN: all bind like a comparison. */
function parseWordOperator(tokens: TokenStream, operand: Node): Node | undefined {
  const { start } = operand.span;
  if (tokens.takeWords('is')) {
    const negated = tokens.takeWords('not');
    tokens.expectWord('null');
    return { kind: 'is-null', negated, operand, span: tokens.spanFrom(start) };
  }
  const negated = tokens.isWord('not') && tokens.isAnyWord(['like', 'between', 'in'], 1);
  if (negated) tokens.next();
  const above = PRECEDENCE.comparison + 1;
  if (tokens.takeWords('like')) {
    const pattern = parseExpression(tokens, above);
    const escape = tokens.takeWords('escape') ? parseExpression(tokens, above) : undefined;
    return { kind: 'like', negated, operand, pattern, escape, span: tokens.spanFrom(start) };
  }
  if (tokens.takeWords('between')) {
    const low = parseExpression(tokens, above);
    tokens.expectWord('and');
    const high = parseExpression(tokens, above);
    return { kind: 'between', negated, operand, low, high, span: tokens.spanFrom(start) };
  }
  if (tokens.takeWords('in')) {
    tokens.expectSymbol('(');
    const items = tokens.list(() => parseExpression(tokens));
    tokens.expectSymbol(')');
    return { kind: 'in', negated, operand, items, span: tokens.spanFrom(start) };
  }
  return undefined;
}

function parsePrimary(tokens: TokenStream): Node {
  const token = tokens.peek();
  if (token.kind === 'number') {
    tokens.next();
    return { kind: 'number', text: token.text, isFloat: token.isFloat, span: token.span };
  }
  if (token.kind === 'string') {
    tokens.next();
    return { kind: 'string', value: token.text, span: token.span };
  }
  if (tokens.takeSymbol('(')) {
    const inner = parseExpression(tokens);
    tokens.expectSymbol(')');
    return inner;
  }
  if (tokens.takeSymbol('*')) return { kind: 'star', span: token.span };
  if (tokens.isWord('select')) tokens.refuse('a SELECT inside an expression', 'put it into a step and join that: WITH step AS (SELECT …) SELECT … FROM input JOIN step ON …');
  if (token.kind !== 'word' || (token.quoted === 'none' && RESERVED.has(token.text.toLowerCase()))) return tokens.fail('an expression');
  if (tokens.isWord('null')) {
    tokens.next();
    return { kind: 'null', span: token.span };
  }
  if (tokens.isWord('case')) return parseCase(tokens);
  if (tokens.isAnyWord(['cast', 'try_cast']) && tokens.isSymbol('(', 1)) return parseCast(tokens);
  return parsePathOrCall(tokens);
}

function parsePathOrCall(tokens: TokenStream): Node {
  const { start } = tokens.peek().span;
  const parts: Name[] = [tokens.expectName('a name')];
  while (tokens.isSymbol('.') && !tokens.isSymbol('*', 1)) {
    tokens.next();
    parts.push(tokens.expectName("a name after '.'"));
  }
  if (tokens.isSymbol('(')) return parseMembers(tokens, parseCall(tokens, parts, start));
  return { kind: 'path', parts, span: tokens.spanFrom(start) };
}

function parseMembers(tokens: TokenStream, call: Node): Node {
  let node = call;
  while (tokens.isSymbol('.') && !tokens.isSymbol('*', 1)) {
    tokens.next();
    const name = tokens.expectName("a name after '.'");
    node = { kind: 'member', base: node, name, span: tokens.spanFrom(call.span.start) };
  }
  return node;
}

export function parseCall(tokens: TokenStream, name: Name[], start: number): Call {
  tokens.expectSymbol('(');
  let distinct = false;
  let args: Node[] = [];
  if (!tokens.isSymbol(')')) {
    if (tokens.isWord('distinct') && !tokens.isSymbol(')', 1)) distinct = tokens.takeWords('distinct');
    else if (tokens.isWord('all') && tokens.peek(1).kind === 'word') tokens.takeWords('all');
    args = tokens.list(() => parseExpression(tokens));
  }
  tokens.expectSymbol(')');
  const over = tokens.isWord('over') && tokens.isSymbol('(', 1) ? parseOver(tokens, parseExpression) : undefined;
  return { kind: 'call', name, args, distinct, over, span: tokens.spanFrom(start) };
}

function parseCase(tokens: TokenStream): Node {
  const { start } = tokens.peek().span;
  tokens.expectWord('case');
  const operand = tokens.isWord('when') ? undefined : parseExpression(tokens);
  const branches: { when: Node; then: Node }[] = [];
  while (tokens.takeWords('when')) {
    const when = parseExpression(tokens);
    tokens.expectWord('then');
    branches.push({ when, then: parseExpression(tokens) });
  }
  if (branches.length === 0) tokens.fail('WHEN');
  const otherwise = tokens.takeWords('else') ? parseExpression(tokens) : undefined;
  tokens.expectWord('end');
  return { kind: 'case', operand, branches, otherwise, span: tokens.spanFrom(start) };
}

function parseCast(tokens: TokenStream): Node {
  const { start } = tokens.peek().span;
  const safe = tokens.expectName('CAST').text.toLowerCase() === 'try_cast';
  tokens.expectSymbol('(');
  const operand = parseExpression(tokens);
  tokens.expectWord('as');
  const type = parseType(tokens);
  tokens.expectSymbol(')');
  return { kind: 'cast', safe, operand, type, span: tokens.spanFrom(start) };
}

/** `bigint`, `nvarchar(max)`, `datetime`, …; a length in parentheses is read and ignored. */
export function parseType(tokens: TokenStream): TypeName {
  const name = tokens.expectName('a type');
  if (tokens.takeSymbol('(')) {
    tokens.next();
    tokens.expectSymbol(')');
  }
  return { name: name.text, span: tokens.spanFrom(name.span.start) };
}
