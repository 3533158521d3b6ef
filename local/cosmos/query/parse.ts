import { badRequest } from '../errors';
import type { Expr, Query } from './ast';
import { parseExpression } from './parse-expression';
import { TokenReader } from './token-reader';
import { tokenize } from './tokens';

/** Parses a query; throws CosmosError 400 where it is none. */
export function parseQuery(text: string): Query {
  const tokens = new TokenReader(tokenize(text));
  const query = parseSelect(tokens);
  if (tokens.peek().kind !== 'end') tokens.fail();
  return query;
}

const CLAUSES = new Set(['from', 'where', 'group', 'order', 'offset', 'limit', 'join', 'in', 'as']);

function parseSelect(tokens: TokenReader): Query {
  const expression = (): Expr => parseExpression(tokens, parseSelect);
  tokens.expectWord('select');
  const distinct = tokens.takeWord('distinct');
  const top = tokens.takeWord('top') ? expression() : undefined;
  const query: Query = { distinct, select: parseItems(tokens, expression), from: [], groupBy: [], orderBy: [], ...(top ? { top } : {}) };
  if (tokens.takeWord('from')) query.from = parseFrom(tokens, expression);
  if (tokens.takeWord('where')) query.where = expression();
  if (tokens.takeWord('group')) {
    tokens.expectWord('by');
    query.groupBy = tokens.list(expression);
  }
  if (tokens.takeWord('order')) {
    tokens.expectWord('by');
    query.orderBy = tokens.list(() => ({ expr: expression(), descending: tokens.takeWord('desc') || (tokens.takeWord('asc'), false) }));
  }
  if (tokens.takeWord('offset')) query.offset = expression();
  if (tokens.takeWord('limit')) query.limit = expression();
  return query;
}

function parseItems(tokens: TokenReader, expression: () => Expr): Query['select'] {
  if (tokens.takeSymbol('*')) return { kind: 'all' };
  if (tokens.takeWord('value')) return { kind: 'value', expr: expression() };
  return { kind: 'list', items: tokens.list(() => withAlias(tokens, expression())) };
}

function withAlias(tokens: TokenReader, expr: Expr): { expr: Expr; alias?: string } {
  const explicit = tokens.takeWord('as');
  const token = tokens.peek();
  if (token.kind !== 'word' || (!explicit && CLAUSES.has(token.text.toLowerCase()))) return { expr };
  return { expr, alias: tokens.next().text };
}

function parseFrom(tokens: TokenReader, expression: () => Expr): Query['from'] {
  const from = [parseSource(tokens, expression)];
  while (tokens.takeWord('join')) from.push(parseSource(tokens, expression));
  return from;
}

/** `c`, `container AS c`, `t IN c.tags`. */
function parseSource(tokens: TokenReader, expression: () => Expr): Query['from'][number] {
  if (tokens.peek().kind === 'word' && tokens.isWord('in', 1)) {
    const alias = tokens.next().text;
    tokens.expectWord('in');
    return { alias, source: expression(), iterate: true };
  }
  const { expr, alias } = withAlias(tokens, expression());
  const name = alias ?? lastName(expr);
  if (name === undefined) throw badRequest('A source of FROM needs a name: FROM (…) AS c.');
  return { alias: name, source: expr, iterate: false };
}

export function lastName(expr: Expr): string | undefined {
  if (expr.kind === 'name') return expr.name;
  return expr.kind === 'member' && expr.name.kind === 'literal' && typeof expr.name.value === 'string' ? expr.name.value : undefined;
}
