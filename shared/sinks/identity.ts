import { createHash } from 'node:crypto';

/** A row's identity as a document id or message property: the same row of the same job always has the same. 32 hex digits. */
export function rowIdentity(job: string, output: string, rowId: string): string {
  return createHash('sha256').update(`${job}|${output}|${rowId}`).digest('hex').slice(0, 32);
}
