import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { decodeCsv } from '../../shared/formats/csv';
import { decodeJson } from '../../shared/formats/json';
import type { SqlRecord } from '../../shared/values/value';

/** Records of a file: NDJSON, a JSON array or object, or CSV with a header, told by its ending. */
export function readRecords(file: string, booleansAsBit = true): SqlRecord[] {
  const text = readFileSync(file, 'utf8');
  if (text.trim() === '') return [];
  try {
    return extname(file).toLowerCase() === '.csv' ? decodeCsv(text, {}) : decodeJson(text, { booleansAsBit });
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
}
