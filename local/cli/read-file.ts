import { readFileSync } from 'node:fs';
import { createDecoder, type FormatOptions } from '../../shared/formats/decoder';
import { formatByEnding } from '../../shared/job/format-by-ending';
import type { SqlRecord } from '../../shared/values/value';

/** How a file is written, where its ending does not say. */
export interface FileFormat {
  format?: FormatOptions['format'];
  /** Of CSV. */
  delimiter?: string;
  /** Compatibility level 1.2 and up reads true and false as bit; default true. */
  booleansAsBit?: boolean;
}

/** Records of a file: NDJSON, a JSON array or object, CSV with a header, or an Avro container. Throws an error that names the file. */
export function readRecords(file: string, { format, delimiter, booleansAsBit = true }: FileFormat = {}): SqlRecord[] {
  const bytes = readFileSync(file);
  if (isBlank(bytes)) return [];
  try {
    return createDecoder({ format: format ?? formatByEnding(file), booleansAsBit, ...(delimiter === undefined ? {} : { csv: { delimiter } }) })(bytes);
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
}

/** A file without events is no mistake, unlike an event without a body. */
function isBlank(bytes: Buffer): boolean {
  return bytes.byteLength < 1_000 && bytes.toString('utf8').trim() === '';
}
