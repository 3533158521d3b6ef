import { readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { createDecoder, type FormatOptions } from '../../shared/formats/decoder';
import type { SqlRecord } from '../../shared/values/value';

/** How a file is written, where its ending does not say. */
export interface FileFormat {
  format?: FormatOptions['format'];
  /** Of CSV. */
  delimiter?: string;
  /** Compatibility level 1.2 and up reads true and false as bit; default true. */
  booleansAsBit?: boolean;
}

/** Records of a file: NDJSON, a JSON array or object, or CSV with a header. Throws an error that names the file. */
export function readRecords(file: string, { format, delimiter, booleansAsBit = true }: FileFormat = {}): SqlRecord[] {
  const bytes = readFileSync(file);
  if (bytes.toString('utf8').trim() === '') return [];
  try {
    return createDecoder({ format: format ?? formatOf(file), booleansAsBit, ...(delimiter === undefined ? {} : { csv: { delimiter } }) })(bytes);
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
}

function formatOf(file: string): FormatOptions['format'] {
  return extname(file).toLowerCase() === '.csv' ? 'csv' : 'json';
}
