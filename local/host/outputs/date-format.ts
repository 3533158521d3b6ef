const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];

/** A run of one format letter, a quoted literal, or an escaped character. */
const TOKEN = /'[^']*'|"[^"]*"|\\.|y+|M+|d+|H+|h+|m+|s+|f+|F+|t+|z+|K/g;

const STANDARD: Record<string, string> = {
  s: "yyyy-MM-dd'T'HH:mm:ss",
  u: "yyyy-MM-dd HH:mm:ss'Z'",
  o: "yyyy-MM-dd'T'HH:mm:ss.fffffffK",
  O: "yyyy-MM-dd'T'HH:mm:ss.fffffffK",
  d: 'MM/dd/yyyy',
  D: 'dddd, dd MMMM yyyy',
  t: 'HH:mm',
  T: 'HH:mm:ss',
};

/**
 * Formats a time in UTC by a .NET format string, in the invariant culture.
 *
 *     formatDate(0, "yyyy/MM/dd HH-mm") = "1970/01/01 00-00"
 *
 * @param time milliseconds since the epoch
 */
export function formatDate(time: number, format: string): string {
  const date = new Date(time);
  return (STANDARD[format] ?? format).replace(TOKEN, (token) => formatToken(date, token));
}

function formatToken(date: Date, token: string): string {
  if (token[0] === "'" || token[0] === '"') return token.slice(1, -1);
  if (token[0] === '\\') return token.slice(1);
  const pad = (value: number): string => String(value).padStart(Math.min(token.length, 2), '0');
  switch (token[0]) {
    case 'y':
      return token.length <= 2 ? pad(date.getUTCFullYear() % 100) : String(date.getUTCFullYear()).padStart(token.length, '0');
    case 'M':
      return token.length <= 2 ? pad(date.getUTCMonth() + 1) : named(MONTHS, date.getUTCMonth(), token.length);
    case 'd':
      return token.length <= 2 ? pad(date.getUTCDate()) : named(DAYS, date.getUTCDay(), token.length);
    case 'H':
      return pad(date.getUTCHours());
    case 'h':
      return pad(date.getUTCHours() % 12 || 12);
    case 'm':
      return pad(date.getUTCMinutes());
    case 's':
      return pad(date.getUTCSeconds());
    case 'f':
      return fraction(date, token.length);
    case 'F':
      return fraction(date, token.length).replace(/0+$/, '');
    case 't':
      return (date.getUTCHours() < 12 ? 'AM' : 'PM').slice(0, token.length);
    case 'K':
      return 'Z';
    default:
      return ['+0', '+00', '+00:00'][Math.min(token.length, 3) - 1]!;
  }
}

function named(names: readonly string[], index: number, length: number): string {
  return length === 3 ? names[index]!.slice(0, 3) : names[index]!;
}

function fraction(date: Date, digits: number): string {
  return String(date.getUTCMilliseconds()).padStart(3, '0').padEnd(7, '0').slice(0, digits);
}
