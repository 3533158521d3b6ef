/** LIKE and PATINDEX patterns as regular expressions: `%` any text, `_` one character, `[a-c]` one of, `[^a]` none of. */

const cache = new Map<string, RegExp>();
const CACHE_LIMIT = 500;

/** Without regard to case; `anchored` patterns must match the whole text. */
export function likePattern(pattern: string, escape: string | null, anchored: boolean): RegExp {
  const key = `${anchored ? 1 : 0}${escape ?? ''}\u0000${pattern}`;
  let compiled = cache.get(key);
  if (!compiled) {
    const body = translate(pattern, escape);
    compiled = new RegExp(anchored ? `^${body}$` : body, 'isu');
    if (cache.size >= CACHE_LIMIT) cache.clear();
    cache.set(key, compiled);
  }
  return compiled;
}

function translate(pattern: string, escape: string | null): string {
  let out = '';
  const chars = [...pattern];
  for (let i = 0; i < chars.length; i++) {
    const c = chars[i] as string;
    if (c === escape && i + 1 < chars.length) out += literal(chars[++i] as string);
    else if (c === '%') out += '.*';
    else if (c === '_') out += '.';
    else if (c === '[') {
      const close = chars.indexOf(']', i + 2);
      if (close < 0) out += literal(c);
      else {
        out += characterClass(chars.slice(i + 1, close));
        i = close;
      }
    } else out += literal(c);
  }
  return out;
}

/** A range that runs backwards holds nothing. */
function characterClass(chars: string[]): string {
  const negated = chars[0] === '^';
  const inside = negated ? chars.slice(1) : chars;
  let members = '';
  for (let i = 0; i < inside.length; i++) {
    const [from, dash, to] = [inside[i] as string, inside[i + 1], inside[i + 2]];
    if (dash !== '-' || to === undefined) {
      members += escaped(from);
      continue;
    }
    if ((from.codePointAt(0) as number) <= (to.codePointAt(0) as number)) members += `${escaped(from)}-${escaped(to)}`;
    i += 2;
  }
  if (members === '') return negated ? '.' : '(?!)';
  return `[${negated ? '^' : ''}${members}]`;
}

/** Outside of a class `-` stands for itself, and may not be escaped in a Unicode pattern. */
function literal(c: string): string {
  return c === '-' ? c : escaped(c);
}

function escaped(c: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(c) ? `\\${c}` : c;
}
