import { badRequest } from '../errors';

export interface Token {
  kind: 'word' | 'number' | 'string' | 'parameter' | 'symbol' | 'end';
  text: string;
  at: number;
}

const PATTERNS: [Token['kind'] | 'space', RegExp][] = [
  ['space', /(?:\s+|--[^\n]*|\/\*[\s\S]*?\*\/)/y],
  ['word', /[A-Za-z_][\w$]*/y],
  ['parameter', /@\w+/y],
  ['number', /(?:0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/y],
  ['string', /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/y],
  ['symbol', /\?\?|\|\||!=|<>|<=|>=|>>>|<<|>>|[-+*/%&|^~=<>()[\]{}.,:?!]/y],
];

export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const found = PATTERNS.map(([kind, pattern]) => ({ kind, match: matchAt(pattern, text, at) })).find(({ match }) => match !== undefined);
    if (!found?.match) throw badRequest(`Syntax error, unexpected '${text[at]}' at position ${at} of the query.`);
    if (found.kind !== 'space') tokens.push({ kind: found.kind, text: found.match, at });
    at += found.match.length;
  }
  tokens.push({ kind: 'end', text: '', at: text.length });
  return tokens;
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** The text of a string literal, either quotes, JSON escapes. */
export function unquote(literal: string): string {
  const inner = literal.slice(1, -1).replace(/\\'/g, "'");
  return JSON.parse(`"${literal.startsWith('"') ? inner : inner.replace(/(?<!\\)((?:\\\\)*)"/g, '$1\\"')}"`) as string;
}
