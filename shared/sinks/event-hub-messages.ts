import type { OutputRow } from '../event';
import { toJsonText } from '../values/json';
import { rowIdentity } from './identity';

export interface EventHubOptions {
  job: string;
  output: string;
  /** Where consumers find the row's identity to drop what they have: a member `_id` of the body, a property `weir-id` of the message, or nowhere. */
  identity: 'body' | 'property' | 'none';
}

/** Largest message of the Standard tier, less what the envelope may take. */
export const MAX_MESSAGE = 1024 * 1024 - 16 * 1024;

export function messageFault(text: string): { reason: string; message: string } | undefined {
  const size = Buffer.byteLength(text);
  return size > MAX_MESSAGE ? { reason: 'row-too-large', message: `the message has ${size} bytes; an Event Hub takes ${MAX_MESSAGE}` } : undefined;
}

/** A row as the body of a message. */
export function messageText(row: OutputRow, { job, output, identity }: EventHubOptions): string {
  return toJsonText(identity === 'body' ? { _id: rowIdentity(job, output, row.id), ...row.values } : row.values);
}
