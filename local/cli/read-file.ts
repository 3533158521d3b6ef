import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
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

/** Records of a file: NDJSON, a JSON array or object, CSV with a header, or an Avro container; compressed when it ends in `.gz`. Throws an error that names the file. */
export function readRecords(file: string, { format, delimiter, booleansAsBit = true }: FileFormat = {}): SqlRecord[] {
  const bytes = readBytes(file);
  if (isBlank(bytes)) return [];
  try {
    return createDecoder({ format: format ?? formatByEnding(file.replace(/\.gz$/i, '')), booleansAsBit, ...(delimiter === undefined ? {} : { csv: { delimiter } }) })(bytes);
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
}

function readBytes(file: string): Buffer {
  const bytes = readFileSync(file);
  try {
    return /\.gz$/i.test(file) ? gunzipSync(bytes) : bytes;
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
}

/** A file without events is no mistake, unlike an event without a body. */
function isBlank(bytes: Buffer): boolean {
  return bytes.byteLength < 1_000 && bytes.toString('utf8').trim() === '';
}
