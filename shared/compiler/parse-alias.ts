import type { Name } from './ast';
import type { TokenStream } from './token-stream';

/** Words that start a clause and so can never start an operand; as names they must be [bracketed]. */
export const RESERVED = new Set(['select', 'from', 'where', 'group', 'having', 'into', 'join', 'inner', 'cross', 'outer', 'on', 'when', 'then', 'else', 'union', 'and', 'or', 'as', 'with', 'by', 'over', 'between', 'like', 'in', 'is', 'limit', 'partition']);

/** `AS name`, `AS 'name'`, or a name alone. */
export function parseAlias(tokens: TokenStream): Name | undefined {
  const explicit = tokens.takeWords('as');
  const token = tokens.peek();
  if (token.kind === 'string' && explicit) {
    tokens.next();
    return { text: token.text, quoted: 'bracket', span: token.span };
  }
  const isName = token.kind === 'word' && (explicit || token.quoted !== 'none' || !ENDS_ALIAS.has(token.text.toLowerCase()));
  if (isName) return tokens.expectName('an alias');
  return explicit ? tokens.fail('an alias') : undefined;
}

/** Words that cannot be an alias without AS, because they start what may come next. */
const ENDS_ALIAS = new Set([...RESERVED, 'timestamp', 'left', 'match_recognize', 'end', 'create', 'desc', 'asc', 'not', 'right', 'full']);

