import type { Apply, Join, MatchRecognize, Name, Node, Source } from './ast';
import { parseCall, parseExpression } from './parse-expression';
import { parseMatch } from './parse-match';
import { parseAlias } from './parse-alias';
import type { TokenStream } from './token-stream';

/**
 * `name [AS alias] [TIMESTAMP BY e [OVER k,…]] [PARTITION BY k,… [INTO n]] [MATCH_RECOGNIZE (…) [AS t]]`, the clauses after the name in
 * any order, because the documentation's own examples use several orders.
 */
export function parseFrom(tokens: TokenStream): Source {
  const { start } = tokens.peek().span;
  if (tokens.isSymbol('(')) tokens.refuse('a subquery in FROM', 'name it in a WITH step: WITH step AS (SELECT …) SELECT … FROM step');
  const source: Source = { name: tokens.expectName('the name of an input or step'), span: { start, end: start } };
  while (parseSourceClause(tokens, source));
  source.span = tokens.spanFrom(start);
  return source;
}

function parseSourceClause(tokens: TokenStream, source: Source): boolean {
  if (!source.timestampBy && tokens.takeWords('timestamp', 'by')) source.timestampBy = parseTimestampBy(tokens);
  else if (!source.partitionBy && tokens.takeWords('partition', 'by')) source.partitionBy = parsePartitionBy(tokens);
  else if (!source.match && tokens.takeWords('match_recognize')) source.match = parseMatchClause(tokens);
  else if (!source.alias && !source.match) return (source.alias = parseAlias(tokens)) !== undefined;
  else return false;
  return true;
}

function parseTimestampBy(tokens: TokenStream): { expr: Node; over: Node[] } {
  const expr = parseExpression(tokens);
  const over = tokens.takeWords('over') ? tokens.list(() => parseExpression(tokens)) : [];
  return { expr, over };
}

function parsePartitionBy(tokens: TokenStream): { keys: Node[]; into?: number } {
  const keys = tokens.list(() => parseExpression(tokens));
  if (!tokens.takeWords('into')) return { keys };
  const count = tokens.next();
  return count.kind === 'number' ? { keys, into: Number(count.text) } : tokens.fail('a number of partitions');
}

function parseMatchClause(tokens: TokenStream): MatchRecognize {
  const match = parseMatch(tokens);
  match.alias = parseAlias(tokens);
  return match;
}

export function parseJoins(tokens: TokenStream): (Join | Apply)[] {
  const joins: (Join | Apply)[] = [];
  for (;;) {
    const { start } = tokens.peek().span;
    if (tokens.isAnyWord(['cross', 'outer']) && tokens.isWord('apply', 1)) joins.push(parseApply(tokens, start));
    else if (tokens.isAnyWord(['join', 'inner', 'left', 'right', 'full', 'cross'])) joins.push(parseJoin(tokens, start));
    else return joins;
  }
}

function parseApply(tokens: TokenStream, start: number): Apply {
  const mode = tokens.takeWords('cross') ? 'cross' : (tokens.expectWord('outer'), 'outer');
  tokens.expectWord('apply');
  const nameStart = tokens.peek().span.start;
  const name: Name[] = [tokens.expectName('GetArrayElements or GetRecordProperties')];
  if (!tokens.isSymbol('(')) tokens.fail("'('", 'write CROSS APPLY GetArrayElements(input.list) AS item, or GetRecordProperties(input.record)');
  const call = parseCall(tokens, name, nameStart);
  const alias = parseAlias(tokens) ?? tokens.fail('AS and a name');
  return { kind: 'apply', mode, call, alias, span: tokens.spanFrom(start) };
}

function parseJoin(tokens: TokenStream, start: number): Join {
  const join = parseJoinKind(tokens);
  tokens.expectWord('join');
  const source = parseFrom(tokens);
  if (!tokens.takeWords('on')) tokens.fail('ON', `a join needs a condition: ON a.id = b.id AND DATEDIFF(minute, a, b) BETWEEN 0 AND 5`);
  const on = parseExpression(tokens);
  return { kind: 'join', join, source, on, span: tokens.spanFrom(start) };
}

function parseJoinKind(tokens: TokenStream): 'inner' | 'left' {
  if (tokens.isAnyWord(['right', 'full', 'cross'])) {
    const word = tokens.peek().text.toUpperCase();
    tokens.refuse(`${word} JOIN`, word === 'RIGHT' ? 'change the sides and write LEFT JOIN' : 'there are JOIN and LEFT JOIN, with ON … AND DATEDIFF(minute, a, b) BETWEEN 0 AND 5');
  }
  if (tokens.takeWords('left')) {
    tokens.takeWords('outer');
    return 'left';
  }
  tokens.takeWords('inner');
  return 'inner';
}
