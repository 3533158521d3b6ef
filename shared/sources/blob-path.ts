import { WeirError } from '../errors';

/** Which blobs of a container belong to an input: those whose names begin as the pattern says. */
export interface BlobPath {
  matches(name: string): boolean;
  /** Prefixes under which all blobs of the days `from` to `to` (ms since 1970) are; without {date}, the one prefix of all. */
  prefixes(fromMs: number, toMs: number): string[];
  /** Prefix of everything. */
  all: string;
}

const DIGITS: Record<string, number> = { YYYY: 4, MM: 2, DD: 2, HH: 2, mm: 2 };
const DAY_MS = 86_400_000;

/** Compiles `sensors/{date}/{time}/`; throws WeirError `invalid-path-pattern` that says what is wrong. */
export function blobPath(path: string, { dateFormat = 'YYYY/MM/DD', timeFormat = 'HH' }: { dateFormat?: string; timeFormat?: string } = {}): BlobPath {
  const tokens: string[] = path.match(/\{[^{}]*\}/g) ?? [];
  const invalid = (why: string): WeirError => new WeirError('invalid-path-pattern', `the path '${path}' is not valid: ${why}. Example: sensors/{date}/{time}/`, 'stop');
  const other = tokens.find((token) => token !== '{date}' && token !== '{time}');
  if (other !== undefined) throw invalid(`${other} is neither {date} nor {time}`);
  if (/[{}*]/.test(path.replace(/\{[^{}]*\}/g, ''))) throw invalid('it has a brace that is not closed, or a *');
  if (new Set(tokens).size < tokens.length) throw invalid('{date} and {time} can each be there once');
  if (tokens.includes('{time}') && tokens[0] !== '{date}') throw invalid('{time} needs {date} before it');
  const expression = new RegExp(`^${path.split(/(\{date\}|\{time\})/).map((part) => (part === '{date}' ? formatSource(dateFormat) : part === '{time}' ? formatSource(timeFormat) : escape(part))).join('')}`);
  const all = path.slice(0, path.includes('{') ? path.indexOf('{') : path.length);
  return {
    all,
    matches: (name) => expression.test(name),
    prefixes: (fromMs, toMs) => {
      if (!tokens.includes('{date}')) return [all];
      const days: string[] = [];
      for (let day = Math.floor(fromMs / DAY_MS); day <= Math.floor(toMs / DAY_MS); day++) days.push(all + formatDay(dateFormat, new Date(day * DAY_MS)));
      return [...new Set(days)];
    },
  };
}

function formatSource(format: string): string {
  return format.split(/(YYYY|MM|DD|HH|mm)/).map((part) => (DIGITS[part] === undefined ? escape(part) : `\\d{${DIGITS[part]}}`)).join('');
}

function formatDay(format: string, day: Date): string {
  const iso = day.toISOString();
  return format.replace('YYYY', iso.slice(0, 4)).replace('MM', iso.slice(5, 7)).replace('DD', iso.slice(8, 10));
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
