/** A LIKE pattern as a regular expression: `%` any text, `_` one character, `[a-c]` one of; case matters. */
export function likeToPattern(pattern: string, escape: string | undefined): RegExp {
  let out = '';
  for (let i = 0; i < pattern.length; i++) {
    const c = pattern[i] as string;
    const close = c === '[' ? pattern.indexOf(']', i + 1) : -1;
    if (c === escape && i + 1 < pattern.length) out += quote(pattern[++i] as string);
    else if (c === '%') out += '[\\s\\S]*';
    else if (c === '_') out += '[\\s\\S]';
    else if (close > 0) {
      out += `[${pattern.slice(i + 1, close).replace(/\\/g, '\\\\')}]`;
      i = close;
    } else out += quote(c);
  }
  return new RegExp(`^${out}$`);
}

function quote(c: string): string {
  return c.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
