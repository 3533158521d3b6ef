import { randomUUID } from 'node:crypto';
import type { DurableStore } from '../store';
import type { Transaction } from '../transaction';
import type { HistoryEvent } from './history';
import { emptySchedule } from './schedule';
import type { Schedule } from './schedule';

export type RuntimeStatus = 'Pending' | 'Running' | 'Suspended' | 'Completed' | 'Failed' | 'Terminated';

/** The orchestration that waits for this one: its task `taskId`. */
export interface Parent {
  instanceId: string;
  executionId: string;
  taskId: number;
}

/** An orchestration instance without its history. Input, output and custom status are JSON text; null = none. */
export interface Instance {
  instanceId: string;
  /** New for each execution: `continueAsNew` and a restart begin one. Messages for an earlier one are dropped. */
  executionId: string;
  /** Lower-cased name of the orchestrator. */
  name: string;
  version: string | null;
  status: RuntimeStatus;
  input: string | null;
  output: string | null;
  customStatus: string | null;
  /** Milliseconds since the epoch. */
  created: number;
  updated: number;
  parent: Parent | null;
  /** How many history events the store holds. */
  events: number;
  /** External events that the execution before did not use; the first to be delivered to this one. */
  carried: HistoryEvent[];
  schedule: Schedule;
}

export interface NewInstance {
  instanceId: string;
  name: string;
  input: string | null;
  version?: string | null;
  parent?: Parent | null;
}

/** True when nothing will run any more. */
export function isFinal(status: RuntimeStatus): boolean {
  return status === 'Completed' || status === 'Failed' || status === 'Terminated';
}

/** Writes a new instance in place of a finished one of the same id, if any, and wakes it. `now` in ms since the epoch. */
export function createInstance(store: DurableStore, transaction: Transaction, start: NewInstance, now: number): Instance {
  const before = store.instance(start.instanceId);
  if (before !== undefined) removeInstance(store, transaction, before);
  const instance: Instance = {
    instanceId: start.instanceId,
    name: start.name.toLowerCase(),
    input: start.input,
    version: start.version ?? null,
    parent: start.parent ?? null,
    executionId: randomUUID().replaceAll('-', ''),
    status: 'Pending',
    output: null,
    customStatus: null,
    created: now,
    updated: now,
    events: 0,
    carried: [],
    schedule: emptySchedule(),
  };
  transaction.putInstance(instance);
  transaction.inbox(instance.instanceId, { kind: 'start' });
  return instance;
}

/** Removes an instance, its history and what it has not consumed. */
export function removeInstance(store: DurableStore, transaction: Transaction, instance: Instance): void {
  const { instanceId, events } = instance;
  transaction.removeInstance(instanceId);
  transaction.removeHistory(instanceId, events);
  for (const { sequence, message } of store.inbox(instanceId)) {
    // A granted lock must still be given back, which the runner does for instances that are gone.
    if (message.kind !== 'event' || message.lockSet === undefined) transaction.removeInbox(instanceId, sequence);
  }
}
