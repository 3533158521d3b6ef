/**
 * Values of the query language as texts that cross into a sandbox and back. The conversions are those of Stream Analytics
 * (https://learn.microsoft.com/azure/stream-analytics/stream-analytics-javascript-user-defined-functions#stream-analytics-and-javascript-type-conversion).
 *
 * | into                               | form                    | back                                          |
 * | ---------------------------------- | ----------------------- | --------------------------------------------- |
 * | bigint, float → Number             | `5`                     | Number → bigint if whole and in 64 bits, else float |
 * | datetime → Date (whole ms)         | `{"$t": Unix ms}`       | Date → datetime                               |
 * | nvarchar(max) → String             | `"text"`                | String → nvarchar(max)                        |
 * | bit → Boolean                      | `true`                  | Boolean → bit                                 |
 * | record → Object, array → Array     | `{…}`, `[…]`            | Object → record, Array → array                |
 * | NULL → null                        | `null`                  | null, undefined → NULL                        |
 * | NaN, Infinity                      | `{"$f": "NaN"}`         | the same                                      |
 * | –                                  | `{"$i": "digits"}`      | a whole Number beyond 2^53                    |
 * | record with a member named `$…`    | `{"$r": [[name, value]]}` | the same                                    |
 */
import { setMember } from '../values/fields';
import { EPOCH_MS, fromUnixMs, TICKS_PER_MS } from '../values/ticks';
import { DateTime, type SqlRecord, type SqlValue, type Ticks } from '../values/value';

/** A point in time as a Date has it: whole milliseconds since 1970. */
export function wholeMs(t: Ticks): number {
  return Math.floor(t / TICKS_PER_MS) + EPOCH_MS;
}

/** The text of several values as an array; starts with a space when it holds a form that JSON has not. */
export function argumentsText(values: readonly SqlValue[]): string {
  const writer = new Writer();
  const text = `[${values.map((value) => writer.text(value)).join(',')}]`;
  return writer.tagged ? ` ${text}` : text;
}

class Writer {
  tagged = false;

  text(value: SqlValue): string {
    switch (typeof value) {
      case 'string':
        return JSON.stringify(value);
      case 'number':
        return Number.isFinite(value) ? String(value) : this.tag('$f', JSON.stringify(String(value)));
      case 'bigint':
        return String(Number(value));
      case 'boolean':
        return value ? 'true' : 'false';
      default:
        if (value === null) return 'null';
        if (value instanceof DateTime) return this.tag('$t', String(wholeMs(value.ticks)));
        return Array.isArray(value) ? `[${value.map((item) => this.text(item)).join(',')}]` : this.record(value);
    }
  }

  private record(record: SqlRecord): string {
    const names = Object.keys(record);
    const members = names.map((name) => [JSON.stringify(name), this.text(record[name] ?? null)] as const);
    if (names.some((name) => name.startsWith('$') || name === '__proto__')) return this.tag('$r', `[${members.map(([name, value]) => `[${name},${value}]`).join(',')}]`);
    return `{${members.map(([name, value]) => `${name}:${value}`).join(',')}}`;
  }

  private tag(name: string, content: string): string {
    this.tagged = true;
    return `{"${name}":${content}}`;
  }
}

/** The value that a sandbox gave back. */
export function resultOf(text: string): SqlValue {
  const parsed = JSON.parse(text) as unknown;
  return text.startsWith(' ') ? untagged(parsed) : (parsed as SqlValue);
}

function untagged(data: unknown): SqlValue {
  if (typeof data !== 'object' || data === null) return data as SqlValue;
  if (Array.isArray(data)) return data.map(untagged);
  const object = data as Record<string, unknown>;
  const names = Object.keys(object);
  if (names.length === 1 && names[0]?.startsWith('$')) return special(names[0], object[names[0]]);
  return recordOf(names.map((name) => [name, object[name]]));
}

function special(tag: string, content: unknown): SqlValue {
  switch (tag) {
    case '$t':
      return new DateTime(fromUnixMs(content as number));
    case '$i':
      return BigInt(content as string);
    case '$f':
      return Number(content);
    default:
      return recordOf(content as [string, unknown][]);
  }
}

function recordOf(members: readonly (readonly [string, unknown])[]): SqlRecord {
  const record: SqlRecord = {};
  for (const [name, value] of members) setMember(record, name, untagged(value));
  return record;
}
