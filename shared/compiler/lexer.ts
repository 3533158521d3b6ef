import type { Name, Span } from './ast';
import type { Diagnostics } from './diagnostics';
import { FOREIGN_CHARACTERS } from './foreign-words';

export type Token =
  | { kind: 'word'; text: string; quoted: Name['quoted']; span: Span }
  | { kind: 'number'; text: string; isFloat: boolean; span: Span }
  | { kind: 'string'; text: string; span: Span }
  | { kind: 'symbol'; text: string; span: Span }
  | { kind: 'end'; text: ''; span: Span };

/** Longest first, so that `<=` is not read as `<`. */
const SYMBOLS = ['<>', '!=', '<=', '>=', '!<', '!>', '(', ')', '[', ']', '{', '}', ',', '.', ';', '+', '-', '*', '/', '%', '=', '<', '>', '&', '|', '^', '~', '?'];
const SPACE = /[\s\u00a0\ufeff]+/y;
const COMMENT = /--[^\n]*|\/\*[\s\S]*?\*\//y;
const WORD = /[\p{L}_@#][\p{L}\p{N}_@#$]*/uy;
const NUMBER = /(?:\d+\.\d*|\.\d+|\d+)(?:[eE][+-]?\d+)?/y;

/** Splits a query into tokens. Never throws: what cannot be read is reported and passed over. */
export function lex(source: string, diagnostics: Diagnostics): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const skipped = match(SPACE, source, at) ?? match(COMMENT, source, at);
    if (skipped !== undefined) {
      at += skipped.length;
      continue;
    }
    const token = readToken(source, at, diagnostics);
    if (token) tokens.push(token);
    at = token ? token.span.end : skipBad(source, at, diagnostics);
  }
  tokens.push({ kind: 'end', text: '', span: { start: source.length, end: source.length } });
  return tokens;
}

function match(pattern: RegExp, source: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(source)?.[0];
}

function readToken(source: string, at: number, diagnostics: Diagnostics): Token | undefined {
  const word = match(WORD, source, at);
  if (word !== undefined) return { kind: 'word', text: word, quoted: 'none', span: { start: at, end: at + word.length } };
  const number = match(NUMBER, source, at);
  if (number !== undefined) return { kind: 'number', text: number, isFloat: /[.eE]/.test(number), span: { start: at, end: at + number.length } };
  const first = source[at] as string;
  if (first === "'" || first === '"' || first === '[') return readQuoted(source, at, diagnostics);
  if (source.startsWith('/*', at)) return undefined;
  const symbol = SYMBOLS.find((s) => source.startsWith(s, at));
  return symbol === undefined ? undefined : { kind: 'symbol', text: symbol, span: { start: at, end: at + symbol.length } };
}

/** `'it''s'`, `"my column"`, `[my column]`: a doubled closing mark stands for itself. */
function readQuoted(source: string, start: number, diagnostics: Diagnostics): Token {
  const open = source[start] as string;
  const close = open === '[' ? ']' : open;
  let text = '';
  let at = start + 1;
  for (; ; at++) {
    if (at >= source.length) {
      const what = open === "'" ? 'string' : 'quoted name';
      diagnostics.add('unterminated', { start, end: start + 1 }, { what, closing: close });
      break;
    }
    if (source[at] !== close) text += source[at];
    else if (source[at + 1] === close) text += source[++at];
    else {
      at++;
      break;
    }
  }
  const span = { start, end: at };
  return open === "'" ? { kind: 'string', text, span } : { kind: 'word', text, quoted: open === '[' ? 'bracket' : 'double', span };
}

function skipBad(source: string, at: number, diagnostics: Diagnostics): number {
  if (source.startsWith('/*', at)) {
    diagnostics.add('unterminated', { start: at, end: at + 2 }, { what: 'comment', closing: '*/' });
    return source.length;
  }
  const character = String.fromCodePoint(source.codePointAt(at) as number);
  diagnostics.add('bad-character', { start: at, end: at + character.length }, { character, hint: FOREIGN_CHARACTERS[character] });
  return at + character.length;
}
