import type { OutputBatch } from '../event';
import { toJsonText } from '../values/json';
import { rowIdentity } from './identity';

export interface EventHubOptions {
  job: string;
  output: string;
  /** Where consumers find the row's identity to drop what they have: a member `_id` of the body, or nowhere. */
  identity: 'body' | 'none';
}

/** Rows as messages for the Event Hub output binding, which carries bodies only. */
export function eventHubMessages(batches: readonly OutputBatch[], { job, output, identity }: EventHubOptions): string[] {
  return batches.flatMap((batch) => batch.rows.map((row) => toJsonText(identity === 'body' ? { _id: rowIdentity(job, output, row.id), ...row.values } : row.values)));
}
