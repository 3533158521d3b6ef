import { setMember } from './fields';
import { DateTime, type SqlRecord, type SqlValue } from './value';

/**
 * SQL values in a JSON-safe form for entity state and signals. What JSON knows stays as it is; the rest is a one-member
 * object whose name starts with `$`, and a record that has such a member itself is wrapped:
 *
 * | value                | form                |
 * | -------------------- | ------------------- |
 * | datetime             | `{"$t": ticks}`     |
 * | bigint beyond 2^53   | `{"$i": "digits"}`  |
 * | NaN, Infinity, -0    | `{"$f": "NaN"}`     |
 * | record with a `$…`   | `{"$r": [[name, value], …]}` |
 */
export function encodeValue(value: SqlValue): unknown {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : { $f: Object.is(value, -0) ? '-0' : String(value) };
    case 'bigint':
      return { $i: String(value) };
    case 'object':
      if (value === null) return null;
      if (value instanceof DateTime) return { $t: value.ticks };
      return Array.isArray(value) ? value.map(encodeValue) : encodeRecord(value);
    default:
      return value;
  }
}

function encodeRecord(record: SqlRecord): unknown {
  const names = Object.keys(record);
  if (names.some((name) => name.startsWith('$') || name === '__proto__')) return { $r: names.map((name) => [name, encodeValue(record[name] ?? null)]) };
  const encoded: Record<string, unknown> = {};
  for (const name of names) encoded[name] = encodeValue(record[name] ?? null);
  return encoded;
}

export function decodeValue(data: unknown): SqlValue {
  if (typeof data !== 'object' || data === null) return data as SqlValue;
  if (Array.isArray(data)) return data.map(decodeValue);
  const object = data as Record<string, unknown>;
  if ('$t' in object) return new DateTime(object.$t as number);
  if ('$i' in object) return BigInt(object.$i as string);
  if ('$f' in object) return Number(object.$f);
  const record: SqlRecord = {};
  const members = '$r' in object ? (object.$r as [string, unknown][]) : Object.entries(object);
  for (const [name, value] of members) setMember(record, name, decodeValue(value));
  return record;
}
