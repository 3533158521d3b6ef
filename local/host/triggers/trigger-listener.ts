/** Something that watches for events and runs functions. */
export interface TriggerListener {
  start(): Promise<void>;
  /** Takes nothing new; resolves when what it was doing is done and its leases are released. */
  stop(): Promise<void>;
}
