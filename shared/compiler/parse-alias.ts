import type { Name } from './ast';
import { FOREIGN_CLAUSES } from './foreign-words';
import { RESERVED, type TokenStream } from './token-stream';

/** `AS name`, `AS 'name'`, or a name alone. */
export function parseAlias(tokens: TokenStream): Name | undefined {
  const explicit = tokens.takeWords('as');
  const token = tokens.peek();
  if (token.kind === 'string' && explicit) {
    tokens.next();
    return { text: token.text, quoted: 'bracket', span: token.span };
  }
  const isName = token.kind === 'word' && (explicit || token.quoted !== 'none' || (!ENDS_ALIAS.has(token.text.toLowerCase()) && !foreignClause(tokens)));
  if (isName) return tokens.expectName('an alias');
  return explicit ? tokens.fail('an alias') : undefined;
}

/** Words that cannot be an alias without AS, because they start what may come next. */
const ENDS_ALIAS = new Set([...RESERVED, 'timestamp', 'left', 'match_recognize', 'end', 'create', 'desc', 'asc', 'not', 'right', 'full']);

/** The clause of another dialect that starts here. */
export function foreignClause(tokens: TokenStream): (typeof FOREIGN_CLAUSES)[number] | undefined {
  return FOREIGN_CLAUSES.find(({ words, before }) => words.every((word, i) => tokens.isWord(word, i)) && (before?.(tokens.peek(words.length)) ?? true));
}
