import type { Key } from 'lmdb';
import type { ActivityTask, DueMessage, EntityMessage, InboxMessage } from './messages';
import type { HistoryEvent } from './orchestration/history';
import type { Instance } from './orchestration/instance';

/** What is known of one entity; kept while it exists or is locked. */
export interface EntityRecord {
  exists: boolean;
  /** JSON text; null when the entity exists without a state. */
  state: string | null;
  /** Time of the last operation, ms since the epoch. */
  modified: number;
  /** Execution id of the orchestration in whose critical section the entity is. */
  lockedBy?: string;
}

/** Who has something to do once a transaction is committed. */
export interface Touched {
  entities: Set<string>;
  instances: Set<string>;
  activities: number[];
  due: boolean;
}

/** Collects writes that become durable together or not at all. Nothing is visible to readers before the commit. */
export class Transaction {
  /** A value of undefined removes the key. */
  readonly writes: [Key, unknown][] = [];
  readonly touched: Touched = { entities: new Set(), instances: new Set(), activities: [], due: false };

  constructor(private readonly nextSequence: () => number) {}

  putEntity(id: string, record: EntityRecord): void {
    const keep = record.exists || record.lockedBy !== undefined;
    this.writes.push([['entity', id], keep ? record : undefined]);
  }

  /** Queues a message behind those that are there; `ahead` puts it before the one that came last (if that was not put ahead). */
  mail(id: string, message: EntityMessage, ahead = false): void {
    const sequence = this.nextSequence();
    // Sequences are whole, so 1.5 less is between the last message and the one before, and never taken twice.
    this.writes.push([['mail', id, ahead ? sequence - 1.5 : sequence], message]);
    this.touched.entities.add(id);
  }

  removeMail(id: string, sequence: number): void {
    this.writes.push([['mail', id, sequence], undefined]);
  }

  putInstance(instance: Instance): void {
    this.writes.push([['instance', instance.instanceId], instance]);
  }

  removeInstance(instanceId: string): void {
    this.writes.push([['instance', instanceId], undefined]);
  }

  putHistory(instanceId: string, index: number, event: HistoryEvent): void {
    this.writes.push([['history', instanceId, index], event]);
  }

  /** Removes the first `count` history events. */
  removeHistory(instanceId: string, count: number): void {
    for (let index = 0; index < count; index++) this.writes.push([['history', instanceId, index], undefined]);
  }

  inbox(instanceId: string, message: InboxMessage): void {
    this.writes.push([['inbox', instanceId, this.nextSequence()], message]);
    this.touched.instances.add(instanceId);
  }

  removeInbox(instanceId: string, sequence: number): void {
    this.writes.push([['inbox', instanceId, sequence], undefined]);
  }

  scheduleActivity(task: ActivityTask): void {
    const sequence = this.nextSequence();
    this.writes.push([['activity', sequence], task]);
    this.touched.activities.push(sequence);
  }

  removeActivity(sequence: number): void {
    this.writes.push([['activity', sequence], undefined]);
  }

  /** Delivers `message` at `time` (ms since the epoch); gives its sequence for {@link cancelDue}. */
  due(time: number, message: DueMessage): number {
    const sequence = this.nextSequence();
    this.writes.push([['due', time, sequence], message]);
    this.touched.due = true;
    return sequence;
  }

  cancelDue(time: number, sequence: number): void {
    this.writes.push([['due', time, sequence], undefined]);
  }
}
