import type { MatchRecognize, PatternNode } from './ast';
import { parseExpression } from './parse-expression';
import { parseLimit } from './parse-over';
import { Recover, type TokenStream } from './token-stream';

/** `( LIMIT DURATION(…) [PARTITION BY …] MEASURES … [AFTER MATCH SKIP TO NEXT ROW] PATTERN (…) DEFINE … )` */
export function parseMatch(tokens: TokenStream): MatchRecognize {
  const { start } = tokens.peek().span;
  tokens.expectSymbol('(');
  const match: Partial<MatchRecognize> = { partitionBy: [], measures: [], defines: [] };
  while (!tokens.takeSymbol(')')) parseMatchClause(tokens, match);
  if (!match.limit || !match.pattern) {
    tokens.diagnostics.add('unexpected-token', { start: tokens.previousEnd - 1, end: tokens.previousEnd }, { found: "')'", expected: `${match.limit ? 'PATTERN (…)' : 'LIMIT DURATION(unit, size)'} inside MATCH_RECOGNIZE` });
    throw new Recover();
  }
  return { ...(match as MatchRecognize), span: tokens.spanFrom(start) };
}

function parseMatchClause(tokens: TokenStream, match: Partial<MatchRecognize>): void {
  if (tokens.isWord('limit')) match.limit = parseLimit(tokens);
  else if (tokens.takeWords('partition', 'by')) match.partitionBy = tokens.list(() => parseExpression(tokens));
  else if (tokens.takeWords('measures')) match.measures = tokens.list(() => parseMeasure(tokens));
  else if (tokens.takeWords('after', 'match', 'skip', 'to', 'next', 'row')) return;
  else if (tokens.takeWords('one', 'row', 'per', 'match')) return;
  else if (tokens.isWord('after')) tokens.refuse('this way of going on after a match', 'write AFTER MATCH SKIP TO NEXT ROW');
  else if (tokens.isWord('all')) tokens.refuse('ALL ROWS PER MATCH', 'write ONE ROW PER MATCH, or leave it out');
  else if (tokens.takeWords('pattern')) {
    tokens.expectSymbol('(');
    match.pattern = parseChoice(tokens);
    tokens.expectSymbol(')');
  } else if (tokens.takeWords('define')) match.defines = tokens.list(() => parseDefine(tokens));
  else tokens.fail('LIMIT DURATION, PARTITION BY, MEASURES, AFTER MATCH SKIP TO NEXT ROW, PATTERN or DEFINE');
}

function parseMeasure(tokens: TokenStream): MatchRecognize['measures'][number] {
  const expr = parseExpression(tokens);
  tokens.expectWord('as');
  return { expr, alias: tokens.expectName('the name of the measure') };
}

function parseDefine(tokens: TokenStream): MatchRecognize['defines'][number] {
  const variable = tokens.expectName('a pattern variable');
  tokens.expectWord('as');
  return { variable, predicate: parseExpression(tokens) };
}

/** `A B | C`: alternation binds loosest. */
function parseChoice(tokens: TokenStream): PatternNode {
  const parts = [parseSequence(tokens)];
  while (tokens.takeSymbol('|')) parts.push(parseSequence(tokens));
  return parts.length === 1 ? (parts[0] as PatternNode) : { kind: 'choice', parts };
}

function parseSequence(tokens: TokenStream): PatternNode {
  const parts: PatternNode[] = [];
  while (tokens.peek().kind === 'word' || tokens.isSymbol('(') || tokens.isSymbol('.')) parts.push(parseQuantified(tokens));
  if (parts.length === 0) tokens.fail('a pattern variable');
  return parts.length === 1 ? (parts[0] as PatternNode) : { kind: 'sequence', parts };
}

function parseQuantified(tokens: TokenStream): PatternNode {
  const part = parseAtom(tokens);
  if (tokens.takeSymbol('*')) return { kind: 'repeat', part, min: 0, max: null };
  if (tokens.takeSymbol('+')) return { kind: 'repeat', part, min: 1, max: null };
  if (tokens.takeSymbol('?')) return { kind: 'repeat', part, min: 0, max: 1 };
  return tokens.takeSymbol('{') ? parseBounds(tokens, part) : part;
}

function parseBounds(tokens: TokenStream, part: PatternNode): PatternNode {
  const bound = (): number => {
    const token = tokens.next();
    return token.kind === 'number' ? Number(token.text) : tokens.fail('a number');
  };
  const min = tokens.isSymbol(',') ? 0 : bound();
  let max: number | null = min;
  if (tokens.takeSymbol(',')) max = tokens.isSymbol('}') ? null : bound();
  tokens.expectSymbol('}');
  return { kind: 'repeat', part, min, max };
}

function parseAtom(tokens: TokenStream): PatternNode {
  if (tokens.takeSymbol('.')) return { kind: 'any' };
  if (!tokens.takeSymbol('(')) return { kind: 'variable', name: tokens.expectName('a pattern variable').text };
  const inner = tokens.nested(() => parseChoice(tokens));
  tokens.expectSymbol(')');
  return inner;
}
