import path from 'node:path';
import type { Key, RootDatabase } from 'lmdb';
import { LmdbFile } from '../../lmdb-file';
import type { ActivityTask, DueMessage, EntityMessage, InboxMessage } from './messages';
import type { HistoryEvent } from './orchestration/history';
import type { Instance } from './orchestration/instance';
import { Transaction } from './transaction';
import type { EntityRecord, Touched } from './transaction';

export interface Sequenced<T> {
  sequence: number;
  message: T;
}

export interface Pending {
  entities: string[];
  instances: string[];
  activities: number[];
}

/** lmdb's limit is 1,978 bytes for a whole key; ids get the better part of it. */
export const MAX_ID_BYTES = 1_000;

/**
 * The durable state, one lmdb file per task hub (`<dataDir>/<task hub>.mdb`). Keys, in the order that lmdb keeps them:
 *
 *     ['activity', sequence]         ActivityTask   scheduled, not yet answered
 *     ['due', time, sequence]        DueMessage     timers and delayed signals; time in ms since the epoch
 *     ['entity', '@name@key']        EntityRecord   state and lock
 *     ['history', instanceId, n]     HistoryEvent   of the current execution, n = 0, 1, …
 *     ['inbox', instanceId, sequence]  InboxMessage  not yet consumed by the orchestration
 *     ['instance', instanceId]       Instance       status and schedule
 *     ['mail', '@name@key', sequence]  EntityMessage  not yet consumed by the entity
 *
 * Sequences rise through the whole file, so each mailbox is in order of arrival. A commit is visible, and survives the
 * end of the process, before {@link DurableStore.commit} resolves, and waits neither for the disk nor for another thread
 * (see {@link LmdbFile}): a row of a window comes out of five commits, one after another.
 */
export class DurableStore {
  private sequence = 0;

  private readonly db: RootDatabase<unknown, Key>;

  private constructor(
    private readonly file: LmdbFile<unknown, Key>,
    private readonly committed: (touched: Touched) => void,
  ) {
    this.db = file.db;
  }

  /** Opens or creates the file; `committed` is called after every commit, with those who received something. */
  static open(dataDir: string, taskHub: string, committed: (touched: Touched) => void): DurableStore {
    const file = path.join(dataDir, `${encodeURIComponent(taskHub.toLowerCase())}.mdb`);
    return new DurableStore(LmdbFile.open(file), committed);
  }

  close(): Promise<void> {
    return this.file.close();
  }

  /** Everything that was under way when the store was last closed or its process killed. */
  recover(): Pending {
    const entities = this.receivers('mail');
    const instances = this.receivers('inbox');
    const activities = this.keys('activity').map((key) => key[1] as number);
    const due = this.keys('due').map((key) => key[2] as number);
    for (const sequence of [...activities, ...due]) this.sequence = Math.max(this.sequence, sequence);
    // One to spare, so that a message put ahead (see Transaction.mail) can not take the place of one put ahead before.
    this.sequence++;
    return { entities, instances, activities };
  }

  /** Writes what `write` collects as one transaction; resolves once it is committed. Rejects when it is not, and then nothing is. */
  async commit(write: (transaction: Transaction) => void): Promise<void> {
    const transaction = new Transaction(() => ++this.sequence);
    write(transaction);
    this.file.commit(() => {
      for (const [key, value] of transaction.writes) void (value === undefined ? this.db.remove(key) : this.db.put(key, value));
    });
    this.committed(transaction.touched);
  }

  entity(id: string): EntityRecord | undefined {
    return this.db.get(['entity', id]) as EntityRecord | undefined;
  }

  /** Entities in order of their address; `name` lower-cased, undefined = all. `after` is the last address of the page before. */
  *entities(name: string | undefined, after: string | undefined): Generator<[string, EntityRecord]> {
    // 'A' follows '@' in ASCII, so this is the end of all addresses that begin with @name@.
    const [start, end]: [Key, Key] = name === undefined ? [['entity'], ['entity!']] : [['entity', `@${name}@`], ['entity', `@${name}A`]];
    for (const { key, value } of this.db.getRange({ start: after === undefined ? start : ['entity', after], end })) {
      const id = (key as Key[])[1] as string;
      if (id !== after) yield [id, value as EntityRecord];
    }
  }

  mail(id: string): Iterable<Sequenced<EntityMessage>> {
    return this.sequenced<EntityMessage>('mail', id);
  }

  instance(instanceId: string): Instance | undefined {
    return this.db.get(['instance', instanceId]) as Instance | undefined;
  }

  /** Instances in order of their id; `after` is the last id of the page before. */
  *instances(after?: string): Generator<Instance> {
    for (const { value } of this.db.getRange({ start: after === undefined ? ['instance'] : ['instance', after], end: ['instance!'] })) {
      const instance = value as Instance;
      if (instance.instanceId !== after) yield instance;
    }
  }

  history(instanceId: string): HistoryEvent[] {
    return [...this.sequenced<HistoryEvent>('history', instanceId)].map(({ message }) => message);
  }

  inbox(instanceId: string): Iterable<Sequenced<InboxMessage>> {
    return this.sequenced<InboxMessage>('inbox', instanceId);
  }

  activity(sequence: number): ActivityTask | undefined {
    return this.db.get(['activity', sequence]) as ActivityTask | undefined;
  }

  /** When the next message is due, ms since the epoch. */
  nextDue(): number | undefined {
    for (const { time } of this.due()) return time;
    return undefined;
  }

  /** What is due, first things first, whether its time has come or not. */
  *due(): Generator<{ time: number; sequence: number; message: DueMessage }> {
    for (const { key, value } of this.db.getRange({ start: ['due'], end: ['due!'] })) {
      const [, time, sequence] = key as [string, number, number];
      yield { time, sequence, message: value as DueMessage };
    }
  }

  private *sequenced<T>(table: 'mail' | 'inbox' | 'history', id: string): Generator<Sequenced<T>> {
    for (const { key, value } of this.db.getRange({ start: [table, id], end: [table, id, Infinity] })) {
      yield { sequence: (key as Key[])[2] as number, message: value as T };
    }
  }

  private keys(table: string): Key[][] {
    return [...this.db.getKeys({ start: [table], end: [`${table}!`] })] as Key[][];
  }

  private receivers(table: 'mail' | 'inbox'): string[] {
    const found = new Set<string>();
    for (const [, id, sequence] of this.keys(table)) {
      found.add(id as string);
      this.sequence = Math.max(this.sequence, Math.ceil(sequence as number));
    }
    return [...found];
  }
}
