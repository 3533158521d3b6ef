import type { Name, Query, Select, SelectItem } from './ast';
import { parseExpression } from './parse-expression';
import { foreignClause, parseAlias } from './parse-alias';
import { parseFrom, parseJoins } from './parse-from';
import type { TokenStream } from './token-stream';

/** A SELECT, or several connected by UNION [ALL], grouped to the left; each may stand in parentheses. */
export function parseQuery(tokens: TokenStream): Query {
  const { start } = tokens.peek().span;
  let left = parseSide(tokens);
  while (tokens.takeWords('union')) {
    tokens.takeWords('all');
    tokens.grow();
    const right = parseSide(tokens);
    left = { kind: 'union', left, right, span: tokens.spanFrom(start) };
  }
  return left;
}

function parseSide(tokens: TokenStream): Query {
  if (!tokens.isSymbol('(')) return parseSelect(tokens);
  return tokens.nested(() => {
    tokens.expectSymbol('(');
    const query = parseQuery(tokens);
    tokens.expectSymbol(')');
    return query;
  });
}

function parseSelect(tokens: TokenStream): Select {
  const { start } = tokens.peek().span;
  tokens.expectWord('select');
  refuseQuantifier(tokens);
  const items = tokens.list(() => parseItem(tokens));
  const into = tokens.takeWords('into') ? parseInto(tokens) : undefined;
  if (!tokens.takeWords('from')) tokens.fail('FROM', tokens.peek().kind === 'end' || tokens.isAnyWord(['where', 'group', 'having']) ? 'every SELECT reads from something: SELECT … FROM input' : undefined);
  const from = parseFrom(tokens);
  if (tokens.isSymbol(',')) tokens.refuse('a list of sources in FROM', `join them: FROM ${from.alias?.text ?? from.name.text} JOIN other ON … AND DATEDIFF(minute, ${from.alias?.text ?? from.name.text}, other) BETWEEN 0 AND 5`);
  const select: Select = { kind: 'select', items, into, from, joins: [], groupBy: [], span: { start, end: start } };
  select.joins = parseJoins(tokens);
  parseTail(tokens, select);
  select.span = tokens.spanFrom(start);
  return select;
}

/** `SELECT DISTINCT a` and `SELECT TOP 5 a`; both words may be columns, but then no other name follows. */
function refuseQuantifier(tokens: TokenStream): void {
  const next = tokens.peek(1);
  const followed = (next.kind === 'word' && !tokens.isAnyWord(['from', 'as', 'into', 'and', 'or', 'is', 'in', 'like', 'between', 'not'], 1)) || next.text === '(';
  if (tokens.isWord('distinct') && (followed || next.text === '*')) tokens.refuse('SELECT DISTINCT', 'group by the columns: SELECT a FROM input GROUP BY a, TumblingWindow(second, 10)');
  if (tokens.isWord('top') && (next.kind === 'number' || next.text === '(')) tokens.refuse('TOP', 'CollectTop(n) OVER (ORDER BY …) gives the first n of each window, TopOne() OVER (ORDER BY …) the first');
}

/** PARTITION BY, WHERE, GROUP BY and HAVING. */
function parseTail(tokens: TokenStream, select: Select): void {
  if (tokens.takeWords('partition', 'by')) select.from.partitionBy = { keys: tokens.list(() => parseExpression(tokens)) };
  if (tokens.takeWords('where')) select.where = parseExpression(tokens);
  if (tokens.takeWords('group', 'by')) select.groupBy = tokens.list(() => parseExpression(tokens));
  if (tokens.takeWords('having')) select.having = parseExpression(tokens);
  const foreign = foreignClause(tokens);
  if (foreign) tokens.refuse(foreign.words.join(' ').toUpperCase(), foreign.instead, foreign.words.length);
}

function parseInto(tokens: TokenStream): { name: Name; shards?: number } {
  return { name: tokens.expectName('the name of an output') };
}

function parseItem(tokens: TokenStream): SelectItem {
  const { start } = tokens.peek().span;
  const star = parseStar(tokens);
  if (star) return { kind: 'star', path: star, span: tokens.spanFrom(start) };
  const assigned = parseAssignedName(tokens);
  const expr = parseExpression(tokens);
  const alias = assigned ?? parseAlias(tokens);
  return { kind: 'expression', expr, alias, span: tokens.spanFrom(start) };
}

/** `*`, `t.*`, `t.record.*`; nothing is taken when it is something else. */
function parseStar(tokens: TokenStream): Name[] | undefined {
  if (tokens.takeSymbol('*')) return [];
  let ahead = 0;
  while (tokens.peek(ahead).kind === 'word' && tokens.isSymbol('.', ahead + 1)) {
    ahead += 2;
    if (tokens.isSymbol('*', ahead)) {
      const path: Name[] = [];
      while (!tokens.takeSymbol('*')) {
        path.push(tokens.expectName('a name'));
        tokens.expectSymbol('.');
      }
      return path;
    }
  }
  return undefined;
}

/** `alias = expression`. A lone comparison cannot be selected, so a name before `=` is always an alias. */
function parseAssignedName(tokens: TokenStream): Name | undefined {
  if (tokens.peek().kind !== 'word' || !tokens.isSymbol('=', 1)) return undefined;
  const name = tokens.expectName('a name');
  tokens.expectSymbol('=');
  return name;
}
