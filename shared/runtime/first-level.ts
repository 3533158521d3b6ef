import { QueryError } from '../errors';
import { setMember } from '../values/fields';
import { parseDateTime } from '../values/ticks';
import { DateTime, isRecord, type SqlRecord, type SqlValue } from '../values/value';

const ISO_DATE_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/;

/**
 * An event as compatibility level 1.0 sees it: all names in lower case, text in ISO 8601 form as datetime in UTC. Throws QueryError `duplicate-name` when two names
 * of a record differ in nothing but case. (https://learn.microsoft.com/azure/stream-analytics/stream-analytics-compatibility-level)
 */
export function atFirstLevel(record: SqlRecord): SqlRecord {
  const lower: SqlRecord = {};
  for (const [name, value] of Object.entries(record)) {
    const key = name.toLowerCase();
    if (Object.hasOwn(lower, key)) throw new QueryError('duplicate-name', `two names of the event differ only in case: '${name}'. Level 1.0 reads names without case; send one of them, or set compatibilityLevel to 1.2.`);
    setMember(lower, key, valueAtFirstLevel(value));
  }
  return lower;
}

function valueAtFirstLevel(value: SqlValue): SqlValue {
  if (typeof value === 'string') {
    const ticks = ISO_DATE_TIME.test(value) ? parseDateTime(value) : undefined;
    return ticks === undefined ? value : new DateTime(ticks);
  }
  if (Array.isArray(value)) return value.map(valueAtFirstLevel);
  return isRecord(value) ? atFirstLevel(value) : value;
}
