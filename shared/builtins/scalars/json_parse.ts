import { parseJson } from '../../values/json';
import { isRecord, type SqlValue } from '../../values/value';
import type { ScalarFunction } from '../scalar';

/** JSON_PARSE(text): the record or array in it; NULL for anything else. */
export const jsonParse: ScalarFunction = {
  name: 'json_parse',
  parameters: [{ name: 'text', types: 'any' }],
  result: 'any',
  evaluate: (text: SqlValue) => {
    if (typeof text !== 'string') return null;
    try {
      const value = parseJson(text, { booleansAsBit: true });
      return isRecord(value) || Array.isArray(value) ? value : null;
    } catch {
      return null;
    }
  },
};
