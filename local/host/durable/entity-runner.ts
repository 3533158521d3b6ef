import { randomUUID } from 'node:crypto';
import type { InvokeEntity } from '../contract';
import { entityPayload, parseEntityResult } from './entity-protocol';
import type { EntityResult, EntitySignal, OperationResult } from './entity-protocol';
import type { EntityRecords } from './entity-records';
import { nextBatch } from './mailbox';
import { entityIdOf, schedulerId } from './messages';
import type { LockMessage, OperationMessage, UnlockMessage } from './messages';
import { EventType, historyEvent } from './orchestration/history';
import type { DurableStore, Sequenced } from './store';
import type { EntityRecord, Transaction } from './transaction';
import { checkId } from './validation';

export interface EntityRunnerOptions {
  store: DurableStore;
  records: EntityRecords;
  /** Lower-cased entity name -> function. */
  entities: Readonly<Record<string, string>>;
  invoke: InvokeEntity;
  maxBatch: number;
  now: () => number;
  log: (line: string) => void;
  /** Faults on purpose; see DurableFaults. */
  abortAfterInvoke: () => boolean;
  duplicate: () => boolean;
}

const MAX_BATCH_CHARACTERS = 16 * 1024 * 1024;

/** Runs batches of entity operations. The caller sees to it that one entity never runs twice at the same time. */
export class EntityRunner {
  private readonly orphans = new Set<string>();

  constructor(private readonly options: EntityRunnerOptions) {}

  /** Handles the next batch of the entity `@name@key`; false when it has none. Rejects when the batch must run again. */
  async run(id: string): Promise<boolean> {
    const { store, records, entities, maxBatch } = this.options;
    const functionName = entities[entityIdOf(id).name];
    if (functionName === undefined) return this.orphan(id);
    const record = records.get(id);
    const batch = nextBatch(store.mail(id), record.lockedBy, { operations: maxBatch, characters: MAX_BATCH_CHARACTERS });
    if (batch === undefined) return false;
    if (batch.kind === 'control') await this.control(id, record, batch.message);
    else await this.operate({ id, record, functionName, messages: batch.messages });
    return true;
  }

  /** Messages for a function that the app does not have are kept, in case that it comes back. */
  private orphan(id: string): boolean {
    if (!this.orphans.has(id)) this.options.log(`The entity ${id} has messages, but the app has no entity function "${entityIdOf(id).name}". They wait until it has one.`);
    this.orphans.add(id);
    return false;
  }

  private async operate(batch: { id: string; record: EntityRecord; functionName: string; messages: Sequenced<OperationMessage>[] }): Promise<void> {
    const { store, records, invoke, now, abortAfterInvoke } = this.options;
    const { id, record, messages } = batch;
    const operations = messages.map(({ message }) => message);
    const answer = await invoke(batch.functionName, entityPayload(id, record, operations), id);
    const result = parseEntityResult(answer, operations.length);
    const targets = result.signals.map((signal) => checkId(schedulerId(signal.target)));
    if (abortAfterInvoke()) return store.commit((transaction) => this.send(transaction, targets, result.signals));
    const next: EntityRecord = { ...record, exists: result.entityExists, state: result.entityExists ? result.entityState : null, modified: now() };
    await store.commit((transaction) => {
      for (const { sequence } of messages) transaction.removeMail(id, sequence);
      transaction.putEntity(id, next);
      this.send(transaction, targets, result.signals);
      this.answer(transaction, operations, result);
    });
    records.committed(id, next);
  }

  private send(transaction: Transaction, targets: readonly string[], signals: readonly EntitySignal[]): void {
    signals.forEach(({ name, input }, index) => {
      const message: OperationMessage = { kind: 'operation', id: randomUUID(), name, input, isSignal: true };
      transaction.mail(targets[index]!, message);
      if (this.options.duplicate()) transaction.mail(targets[index]!, message);
    });
  }

  private answer(transaction: Transaction, operations: readonly OperationMessage[], { results }: EntityResult): void {
    const timestamp = new Date(this.options.now()).toISOString();
    operations.forEach(({ id, caller }, index) => {
      if (caller === undefined) return;
      const event = historyEvent(EventType.EventRaised, timestamp, { Name: id, Input: response(results[index]!) });
      transaction.inbox(caller.instanceId, { kind: 'event', event, executionId: caller.executionId });
    });
  }

  /** Grants a lock, passing the request on or telling the orchestration when it was the last; or releases one. */
  private async control(id: string, record: EntityRecord, { sequence, message }: Sequenced<LockMessage | UnlockMessage>): Promise<void> {
    const { store, records, now } = this.options;
    const { executionId, instanceId } = message.caller;
    const next: EntityRecord = { ...record };
    if (message.kind === 'lock') next.lockedBy = executionId;
    else if (record.lockedBy === executionId) delete next.lockedBy;
    await store.commit((transaction) => {
      transaction.removeMail(id, sequence);
      transaction.putEntity(id, next);
      if (message.kind === 'unlock') return;
      const position = message.position + 1;
      const { lockSet } = message;
      if (position < lockSet.length) return transaction.mail(lockSet[position]!, { ...message, position });
      const event = historyEvent(EventType.EventRaised, new Date(now()).toISOString(), { Name: message.id, Input: response({ isError: false, result: 'null' }) });
      transaction.inbox(instanceId, { kind: 'event', event, executionId, lockSet });
    });
    records.committed(id, next);
  }
}

/** The answer to a call, as the SDK reads it from the event's input. */
function response({ isError, result }: OperationResult): string {
  return JSON.stringify({ result: result ?? null, exceptionType: isError ? 'Error' : null });
}
