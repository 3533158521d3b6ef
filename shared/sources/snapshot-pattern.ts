/** Paths of snapshots: https://learn.microsoft.com/azure/stream-analytics/stream-analytics-use-reference-data#generate-reference-data-on-a-schedule */
import { WeirError } from '../errors';
import { parseDateTime } from '../values/ticks';
import type { Ticks } from '../values/value';

export interface SnapshotFormat {
  /** For {date}; default `YYYY/MM/DD`. */
  dateFormat?: string;
  /** For {time}; default `HH`. */
  timeFormat?: string;
}

export interface SnapshotPattern {
  /** What all names begin with. */
  prefix: string;
  /** The time that a name says; undefined when it is no snapshot's. */
  timeOf(name: string): Ticks | undefined;
}

const PARTS: Readonly<Record<string, string>> = { YYYY: '(?<year>\\d{4})', MM: '(?<month>\\d{2})', DD: '(?<day>\\d{2})', HH: '(?<hour>\\d{2})', mm: '(?<minute>\\d{2})' };

/** Whether a path has {date} or {time} and so stands for many files. */
export function hasSnapshots(path: string): boolean {
  return /[{}]/.test(path);
}

/** Compiles a pattern such as `rooms/{date}/{time}/rooms.json`; throws WeirError `invalid-path-pattern` when it is none. */
export function snapshotPattern(path: string, { dateFormat = 'YYYY/MM/DD', timeFormat = 'HH' }: SnapshotFormat = {}): SnapshotPattern {
  const tokens: string[] = path.match(/\{[^{}]*\}/g) ?? [];
  const invalid = (why: string): WeirError => new WeirError('invalid-path-pattern', `the path '${path}' is not valid: ${why}. Example: rooms/{date}/{time}/rooms.json`, 'stop');
  const other = tokens.find((token) => token !== '{date}' && token !== '{time}');
  if (other !== undefined) throw invalid(`${other} is neither {date} nor {time}`);
  if (/[{}]/.test(path.replace(/\{[^{}]*\}/g, ''))) throw invalid('a brace is not closed');
  if (new Set(tokens).size < tokens.length) throw invalid('{date} and {time} can each be there once');
  if (!tokens.includes('{date}')) throw invalid('it needs {date}');
  if (!['YYYY', 'MM', 'DD'].every((part) => dateFormat.includes(part))) throw invalid(`the date format ${dateFormat} needs YYYY, MM and DD`);
  if (tokens.includes('{time}') && !timeFormat.includes('HH')) throw invalid(`the time format ${timeFormat} needs HH`);
  const source = path.split(/(\{[^{}]*\})/).map((part) => (part === '{date}' ? formatSource(dateFormat) : part === '{time}' ? formatSource(timeFormat) : escape(part)));
  const expression = new RegExp(`^${source.join('')}$`);
  return { prefix: path.slice(0, path.indexOf('{')), timeOf: (name) => timeIn(expression.exec(name)?.groups) };
}

function formatSource(format: string): string {
  return format.split(/(YYYY|MM|DD|HH|mm)/).map((part) => PARTS[part] ?? escape(part)).join('');
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** A name such as `2026/02/31` is no time. */
function timeIn(groups: Readonly<Record<string, string>> | undefined): Ticks | undefined {
  if (!groups) return undefined;
  const { year, month, day, hour = '00', minute = '00' } = groups;
  return parseDateTime(`${year}-${month}-${day}T${hour}:${minute}:00Z`);
}
