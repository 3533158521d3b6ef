/** Blob path patterns: https://learn.microsoft.com/azure/stream-analytics/stream-analytics-custom-path-patterns-blob-storage-output */
import { WeirError } from '../errors';
import { member } from '../values/fields';
import { toJsonText } from '../values/json';
import { toCivil, type Civil } from '../values/ticks';
import type { SqlRecord, Ticks } from '../values/value';

export interface PathOptions {
  /** For {date}; default `YYYY/MM/DD`. */
  dateFormat?: string;
  /** For {time}; default `HH`. */
  timeFormat?: string;
}

export type PathPattern = (t: Ticks, values: SqlRecord) => string;

const pad = (n: number): string => String(n).padStart(2, '0');

/** One specifier per token, all in UTC. */
const SPECIFIERS: Record<string, (c: Civil) => string> = {
  yyyy: (c) => String(c.year).padStart(4, '0'),
  MM: (c) => pad(c.month),
  M: (c) => String(c.month),
  dd: (c) => pad(c.day),
  d: (c) => String(c.day),
  HH: (c) => pad(c.hour),
  H: (c) => String(c.hour),
  mm: (c) => pad(c.minute),
  m: (c) => String(c.minute),
  ss: (c) => pad(c.second),
  s: (c) => String(c.second),
};

/** Compiles a pattern such as `archive/{date}/{time}`, `by/{region}`, `{datetime:yyyy}/{datetime:MM}`; throws WeirError when it is none. */
export function pathPattern(pattern: string, options: PathOptions = {}): PathPattern {
  const parts = pattern.split(/(\{[^{}]*\})/).map((part) => (part.startsWith('{') && part.endsWith('}') ? token(part.slice(1, -1), pattern, options) : (): string => part));
  if (/[{}]/.test(pattern.replace(/\{[^{}]*\}/g, ''))) throw invalid(pattern, 'a brace is not closed');
  return (t, values) => {
    const civil = toCivil(t);
    return parts.map((part) => part(civil, values)).join('');
  };
}

function invalid(pattern: string, why: string): WeirError {
  return new WeirError('invalid-path-pattern', `the path pattern '${pattern}' is not valid: ${why}. Example: archive/{date}/{time} or {datetime:yyyy}/{datetime:MM}/{region}`, 'stop');
}

function token(name: string, pattern: string, options: PathOptions): (c: Civil, values: SqlRecord) => string {
  if (name === 'date') return format(options.dateFormat ?? 'YYYY/MM/DD');
  if (name === 'time') return format(options.timeFormat ?? 'HH');
  if (name.startsWith('datetime:')) {
    const specifier = SPECIFIERS[name.slice('datetime:'.length)];
    if (!specifier) throw invalid(pattern, `{${name}} is none of ${Object.keys(SPECIFIERS).map((s) => `{datetime:${s}}`).join(' ')}`);
    return specifier;
  }
  if (name.trim() === '' || name.includes(':')) throw invalid(pattern, `{${name}} is no column`);
  return (_c, values) => segment(member(values, name));
}

/** `YYYY/MM/DD`, `HH-mm` and the like. */
function format(text: string): (c: Civil) => string {
  return (c) => text.replace(/YYYY|MM|DD|HH|mm/g, (part) => (SPECIFIERS[{ YYYY: 'yyyy', DD: 'dd' }[part] ?? part] as (c: Civil) => string)(c));
}

/** A column's value as a part of the path: what would start another folder or leave it is replaced. */
function segment(value: ReturnType<typeof member>): string {
  if (value === null) return 'null';
  const text = typeof value === 'string' ? value : toJsonText(value).replace(/^"|"$/g, '');
   
  const safe = text.replace(/[\\/?#%\u0000-\u001f\u007f]/g, '_').replace(/^\.+|\.+$/g, '_').slice(0, 200);
  return safe === '' ? '_' : safe;
}
