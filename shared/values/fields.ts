import { isRecord, type SqlRecord, type SqlValue } from './value';

/**
 * The member of a record by name, without regard to case but preferring the exact name; NULL when there is none. Only the record's
 * own members count, so an event with a field `constructor` or `__proto__` is as harmless as one without. On an array, a number is a 0-based index.
 */
export function field(value: SqlValue, name: string): SqlValue {
  if (Array.isArray(value)) return /^\d+$/.test(name) ? (value[Number(name)] ?? null) : null;
  return isRecord(value) ? member(value, name) : null;
}

export function member(record: SqlRecord, name: string): SqlValue {
  if (Object.hasOwn(record, name)) return record[name] ?? null;
  const lower = name.toLowerCase();
  for (const key of Object.keys(record)) {
    if (key.length === lower.length && key.toLowerCase() === lower) return record[key] ?? null;
  }
  return null;
}

/** Whether a record has a member of that name, in any case. */
export function hasMember(record: SqlRecord, name: string): boolean {
  return Object.hasOwn(record, name) || Object.keys(record).some((key) => key.toLowerCase() === name.toLowerCase());
}

/** Sets a member as the record's own, whatever its name. */
export function setMember(record: SqlRecord, name: string, value: SqlValue): void {
  if (name === '__proto__') Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true });
  else record[name] = value;
}
