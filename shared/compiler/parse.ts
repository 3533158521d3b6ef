import type { CreateTable, Script, Step } from './ast';
import type { Diagnostics } from './diagnostics';
import { lex } from './lexer';
import { parseType } from './parse-expression';
import { parseQuery } from './parse-select';
import { Recover, TokenStream } from './token-stream';

/**
 * `{CREATE TABLE …} [WITH step AS (…), …] SELECT … {SELECT …}`, statements separated by nothing or `;`. Reports every syntax error that it can find:
 * after one, reading goes on at the next statement.
 */
export function parse(source: string, diagnostics: Diagnostics): Script {
  const tokens = new TokenStream(lex(source, diagnostics), diagnostics);
  const script: Script = { tables: [], steps: [], queries: [] };
  while (tokens.peek().kind !== 'end') {
    try {
      parseStatement(tokens, script);
    } catch (error) {
      if (!(error instanceof Recover)) throw error;
      skipToStatement(tokens);
    }
  }
  if (script.queries.length === 0 && diagnostics.all.length === 0) diagnostics.add('no-select', tokens.peek().span, {});
  return script;
}

function parseStatement(tokens: TokenStream, script: Script): void {
  if (tokens.takeSymbol(';')) return;
  if (tokens.isWord('create')) script.tables.push(parseCreateTable(tokens));
  else if (tokens.takeWords('with')) script.steps.push(...tokens.list(() => parseStep(tokens)));
  else if (tokens.isWord('select') || tokens.isSymbol('(')) script.queries.push(parseQuery(tokens));
  else tokens.fail('SELECT, WITH or CREATE TABLE');
}

/** At least one token is passed over, so that reading always ends. */
function skipToStatement(tokens: TokenStream): void {
  tokens.next();
  while (tokens.peek().kind !== 'end' && !tokens.isSymbol(';') && !tokens.isAnyWord(['select', 'with', 'create'])) tokens.next();
}

function parseStep(tokens: TokenStream): Step {
  const name = tokens.expectName('the name of a step');
  tokens.expectWord('as');
  tokens.expectSymbol('(');
  const query = parseQuery(tokens);
  tokens.expectSymbol(')');
  return { name, query, span: tokens.spanFrom(name.span.start) };
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
