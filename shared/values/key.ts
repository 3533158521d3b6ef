import { formatDateTime } from './ticks';
import { DateTime, isRecord, type SqlValue } from './value';

/**
 * A text key for GROUP BY, PARTITION BY and join equality: two lists have the same key exactly when their values are the same. `1` and `1.0` are
 * one key, `1` and `'1'` two; text is told apart by case; NULL is a key of its own. Values are separated by a control character that is
 * escaped inside text.
 */
export function keyOf(values: readonly SqlValue[]): string {
  if (values.length === 1) return keyOfOne(values[0] as SqlValue);
  let key = '';
  for (let i = 0; i < values.length; i++) key += (i === 0 ? '' : '\u001f') + keyOfOne(values[i] as SqlValue);
  return key;
}

/** From here on a number and a bigint may be one key. */
const LARGE = 2 ** 53;

/**
 * As {@link keyOf}, for looking up in this process and in states: a single text or number stands for itself, which saves making a text; any other key is its text behind a mark.
 */
export function handleOf(values: readonly SqlValue[]): string | number {
  if (values.length === 1) {
    const [value] = values;
    // A text that begins with the mark could be taken for another key's.
    if (typeof value === 'string' ? value.charCodeAt(0) !== 0 : typeof value === 'number' && Math.abs(value) < LARGE) return value as string | number;
  }
  return `\0${keyOf(values)}`;
}

function keyOfOne(value: SqlValue): string {
  switch (typeof value) {
    case 'string':
      return /[\u001e\u001f]/.test(value) ? `s${value.replace(/[\u001e\u001f]/g, (c) => '\u001e' + (c === '\u001f' ? '1' : '0'))}` : `s${value}`;
    case 'number':
      return `n${value}`;
    case 'bigint':
      return `n${value}`;
    case 'boolean':
      return value ? 'b1' : 'b0';
    default:
      if (value === null) return '-';
      if (value instanceof DateTime) return `t${formatDateTime(value.ticks)}`;
      return keyOfTree(value);
  }
}

function keyOfTree(value: SqlValue): string {
  const members = isRecord(value) ? Object.keys(value).sort().map((name) => `${keyOfOne(name)}:${keyOfOne(value[name] ?? null)}`) : (value as SqlValue[]).map(keyOfOne);
  const text = members.map((m) => `${m.length}.${m}`).join('');
  return (Array.isArray(value) ? 'a' : 'r') + text.replace(/[\u001e\u001f]/g, (c) => '\u001e' + (c === '\u001f' ? '1' : '0'));
}

/** FNV-1a over UTF-16 units: which of `shards` a key belongs to. Part of the stored state: never change it. */
export function shardOf(key: string, shards: number): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % shards;
}
