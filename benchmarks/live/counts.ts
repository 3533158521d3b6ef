/** What is counted in the host's process. */
export interface HostCounts {
  /** Batches that the trigger received, and the events in them. */
  batches: number;
  events: number;
  /** Signals by sender, receiver and operation. */
  signals: Record<string, number>;
  /** Invocations of entity functions, and the operations in them. */
  entityBatches: Record<string, number>;
  entityOperations: Record<string, number>;
}

export const NO_COUNTS: HostCounts = { batches: 0, events: 0, signals: {}, entityBatches: {}, entityOperations: {} };
