import type { CreateTable, Script } from './ast';
import type { Diagnostics } from './diagnostics';
import { FOREIGN_STATEMENTS, MISPLACED } from './foreign-words';
import { lex } from './lexer';
import { parseType } from './parse-expression';
import { parseQuery } from './parse-select';
import { TokenStream } from './token-stream';

/**
 * `{CREATE TABLE …} [WITH step AS (…), …] SELECT … {SELECT …}`, statements separated by nothing or `;`. Reports every syntax error that it can find:
 * after one, reading goes on at the next statement.
 */
export function parse(source: string, diagnostics: Diagnostics): Script {
  const tokens = new TokenStream(lex(source, diagnostics), diagnostics);
  const script: Script = { incomplete: diagnostics.all.length > 0, tables: [], steps: [], queries: [] };
  while (tokens.peek().kind !== 'end') {
    const isDeclaration = tokens.isAnyWord(['with', 'create']);
    tokens.recovering(
      () => parseStatement(tokens, script),
      () => {
        script.incomplete ||= isDeclaration;
        skipToStatement(tokens);
      },
    );
  }
  if (script.queries.length === 0 && diagnostics.all.length === 0) diagnostics.add('no-select', { start: tokens.previousEnd, end: tokens.previousEnd }, {});
  return script;
}

function parseStatement(tokens: TokenStream, script: Script): void {
  if (tokens.takeSymbol(';')) return;
  if (tokens.isWord('create')) script.tables.push(parseCreateTable(tokens));
  else if (tokens.takeWords('with')) tokens.list(() => parseStep(tokens, script));
  else if (tokens.isWord('select') || tokens.isSymbol('(')) script.queries.push(parseQuery(tokens));
  else refuseStatement(tokens);
}

function refuseStatement(tokens: TokenStream): never {
  const token = tokens.peek();
  const word = token.kind === 'word' && token.quoted === 'none' ? token.text.toLowerCase() : '';
  const foreign = Object.hasOwn(FOREIGN_STATEMENTS, word) ? FOREIGN_STATEMENTS[word] : undefined;
  if (foreign) tokens.refuse(word.toUpperCase(), foreign);
  tokens.fail('SELECT, WITH or CREATE TABLE', Object.hasOwn(MISPLACED, word) ? MISPLACED[word] : undefined);
}

/** To the next statement that does not stand in parentheses. At least one token is passed over, so that reading always ends. */
function skipToStatement(tokens: TokenStream): void {
  let depth = 0;
  do {
    const { kind, text } = tokens.next();
    if (kind === 'symbol') depth += text === '(' ? 1 : text === ')' ? -1 : 0;
  } while (tokens.peek().kind !== 'end' && !(depth <= 0 && (tokens.isSymbol(';') || tokens.isAnyWord(['select', 'with', 'create']))));
}

const STEP = 'a step is written WITH name AS (SELECT …)';

/** After an error inside of a step, reading goes on behind it. */
function parseStep(tokens: TokenStream, script: Script): void {
  const name = tokens.expectName('the name of a step');
  const open = tokens.position + 1;
  if (!tokens.takeWords('as')) tokens.fail('AS', STEP);
  if (!tokens.takeSymbol('(')) tokens.fail("'('", STEP);
  tokens.recovering(
    () => {
      const query = parseQuery(tokens);
      tokens.expectSymbol(')');
      script.steps.push({ name, query, span: tokens.spanFrom(name.span.start) });
    },
    () => {
      script.incomplete = true;
      tokens.skipParentheses(open);
    },
  );
}

function parseCreateTable(tokens: TokenStream): CreateTable {
  const { start } = tokens.peek().span;
  tokens.expectWord('create');
  tokens.expectWord('table');
  const name = tokens.expectName('the name of an input');
  tokens.expectSymbol('(');
  const columns = tokens.list(() => ({ name: tokens.expectName('a column'), type: parseType(tokens) }));
  tokens.expectSymbol(')');
  return { kind: 'create-table', name, columns, span: tokens.spanFrom(start) };
}
