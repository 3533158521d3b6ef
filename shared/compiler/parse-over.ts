import type { Duration, Node, Over } from './ast';
import type { TokenStream } from './token-stream';

/** Expressions and OVER clauses contain each other; the caller passes the way back. */
type ParseExpression = (tokens: TokenStream) => Node;

/** `OVER ([PARTITION BY …] [ORDER BY …] [LIMIT DURATION(unit, n)] [WHEN …])`, the parts in any order. */
export function parseOver(tokens: TokenStream, parseExpression: ParseExpression): Over {
  const { start } = tokens.peek().span;
  tokens.expectWord('over');
  tokens.expectSymbol('(');
  const over: Over = { partitionBy: [], orderBy: [], span: { start, end: start } };
  while (!tokens.takeSymbol(')')) {
    if (tokens.takeWords('partition', 'by')) over.partitionBy = tokens.list(() => parseExpression(tokens));
    else if (tokens.takeWords('order', 'by')) over.orderBy = tokens.list(() => parseOrder(tokens, parseExpression));
    else if (tokens.isWord('limit')) over.limit = parseLimit(tokens);
    else if (tokens.takeWords('when')) over.when = parseExpression(tokens);
    else tokens.fail('PARTITION BY, ORDER BY, LIMIT DURATION or WHEN');
  }
  over.span = tokens.spanFrom(start);
  return over;
}

function parseOrder(tokens: TokenStream, parseExpression: ParseExpression): { expr: Node; descending: boolean } {
  const expr = parseExpression(tokens);
  if (tokens.takeWords('desc')) return { expr, descending: true };
  tokens.takeWords('asc');
  return { expr, descending: false };
}

export function parseLimit(tokens: TokenStream): Duration {
  tokens.expectWord('limit');
  const { start } = tokens.peek().span;
  tokens.expectWord('duration');
  tokens.expectSymbol('(');
  const unit = tokens.expectName('a unit of time').text;
  tokens.expectSymbol(',');
  const amount = tokens.next();
  if (amount.kind !== 'number') tokens.fail('a number');
  tokens.expectSymbol(')');
  return { unit, amount: Number(amount.text), span: tokens.spanFrom(start) };
}
