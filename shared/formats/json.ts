import { QueryError } from '../errors';
import { parseJson, type JsonOptions } from '../values/json';
import { isRecord, type SqlRecord, type SqlValue } from '../values/value';

/** One object, an array of objects, or objects on lines of their own. */
export function decodeJson(text: string, options: JsonOptions): SqlRecord[] {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  if (body.trim() === '') throw new QueryError('empty-event', 'the event has only white space');
  const value = parseWhole(body, options);
  if (value === undefined) return body.split('\n').filter((line) => line.trim() !== '').map((line) => asRecord(parseJson(line, options)));
  return Array.isArray(value) ? value.map(asRecord) : [asRecord(value)];
}

/** undefined when the text is not one JSON value but could be several lines of them; a text without a line break is reported as it is. */
function parseWhole(body: string, options: JsonOptions): SqlValue | undefined {
  try {
    return parseJson(body, options);
  } catch (error) {
    if (/\}\s*\r?\n\s*\{/.test(body)) return undefined;
    throw error;
  }
}

function asRecord(value: SqlValue): SqlRecord {
  if (isRecord(value)) return value;
  throw new QueryError('not-an-object', `an event must be a JSON object or an array of them; this is ${value === null ? 'null' : Array.isArray(value) ? 'an array' : `the ${typeof value} ${String(value).slice(0, 40)}`}`);
}
