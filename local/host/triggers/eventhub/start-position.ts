import type { EventHubsSettings } from '../../host-json';
import type { PartitionBounds } from './event-source';

export interface StartPosition {
  startAfter: number | 'earliest' | 'latest';
  /** Set when the checkpoint is of no use; a sentence for the log. */
  problem?: string;
}

/**
 * Where to read a partition from: after its checkpoint, if the partition still (or yet) has what comes next.
 *
 * A checkpoint before the oldest event: retention removed events that were never delivered. One after the newest: the
 * hub was made again. Both start from the oldest event there is, and say so.
 */
export function startPosition(checkpoint: number | undefined, bounds: PartitionBounds, initial: EventHubsSettings['initialOffset']): StartPosition {
  if (checkpoint === undefined) return { startAfter: initial === 'latest' ? 'latest' : 'earliest' };
  const { beginningSequenceNumber: first, lastEnqueuedSequenceNumber: last } = bounds;
  if (checkpoint > last) {
    return { startAfter: 'earliest', problem: `the checkpoint ${checkpoint} is beyond the last event ${last}: the hub was created anew. Starting from its first event.` };
  }
  if (checkpoint < first - 1) {
    return { startAfter: 'earliest', problem: `events ${checkpoint + 1}..${first - 1} have expired before they were delivered. Starting from ${first}.` };
  }
  return { startAfter: checkpoint };
}
