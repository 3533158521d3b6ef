import { randomUUID } from 'node:crypto';
import type { DurableFunctions } from '../../contract';
import type { Caller } from '../messages';
import type { DurableStore } from '../store';
import type { Transaction } from '../transaction';
import { checkId, requireFunction } from '../validation';
import { EventType, historyEvent } from './history';
import type { HistoryEvent } from './history';
import { createInstance, isFinal } from './instance';
import type { Instance } from './instance';

/** What a turn of an orchestrator makes happen; `id` is the number of the task. Inputs are values, not JSON text. */
export type Effect =
  | { kind: 'activity'; id: number; name: string; input: unknown }
  | { kind: 'subOrchestration'; id: number; name: string; instanceId?: string; version?: string; input: unknown }
  | { kind: 'timer'; id: number; fireAt: number }
  | { kind: 'cancelTimer'; time: number; sequence: number }
  | { kind: 'call'; id: number; requestId: string; entity: string; operation: string; input: unknown }
  | { kind: 'signal'; id: number; entity: string; operation: string; input: unknown }
  | { kind: 'lock'; id: number; requestId: string; lockSet: string[] }
  | { kind: 'unlock'; lockSet: string[] }
  | { kind: 'continueAsNew'; input: unknown };

/** Throws an Error for an effect that can not be carried out: then the orchestration fails, as in Azure. */
export function checkEffect(effect: Effect, functions: DurableFunctions): void {
  switch (effect.kind) {
    case 'activity':
      return requireFunction('activity', effect.name, functions.activities);
    case 'subOrchestration':
      checkId(effect.instanceId ?? '');
      return requireFunction('orchestrator', effect.name, functions.orchestrators);
    case 'timer':
      if (Number.isNaN(effect.fireAt)) throw new Error('A timer has no valid time to fire at.');
      return;
    case 'call':
    case 'signal':
      return void checkId(effect.entity);
    case 'lock':
      return effect.lockSet.forEach((id) => void checkId(id));
    default:
  }
}

/** Writes the effects of one turn into its transaction and gives the history events that record them. */
export class EffectWriter {
  readonly events: HistoryEvent[] = [];
  private readonly timestamp: string;
  private readonly caller: Caller;
  private readonly children = new Set<string>();

  constructor(
    private readonly store: DurableStore,
    private readonly transaction: Transaction,
    private readonly instance: Instance,
    private readonly now: number,
  ) {
    this.timestamp = new Date(now).toISOString();
    this.caller = { instanceId: instance.instanceId, executionId: instance.executionId };
  }

  write(effect: Effect): void {
    switch (effect.kind) {
      case 'activity':
        return this.activity(effect);
      case 'subOrchestration':
        return this.subOrchestration(effect);
      case 'timer':
        return this.timer(effect);
      case 'cancelTimer':
        return this.transaction.cancelDue(effect.time, effect.sequence);
      case 'call':
        return this.operation(effect, effect.requestId, false);
      case 'signal':
        return this.operation(effect, randomUUID(), true);
      case 'lock':
        this.record(EventType.EventSent, { EventId: effect.id, Name: 'op', InstanceId: effect.lockSet[0], Input: JSON.stringify({ id: effect.requestId }) });
        return this.transaction.mail(effect.lockSet[0]!, { kind: 'lock', id: effect.requestId, caller: this.caller, lockSet: effect.lockSet, position: 0 });
      case 'unlock':
        return effect.lockSet.forEach((entity) => this.transaction.mail(entity, { kind: 'unlock', caller: this.caller }));
      case 'continueAsNew':
    }
  }

  private record(type: HistoryEvent['EventType'], fields: Partial<HistoryEvent>): void {
    this.events.push(historyEvent(type, this.timestamp, fields));
  }

  private activity({ id, name, input }: Effect & { kind: 'activity' }): void {
    // The SDK has made JSON text of strings, and only of strings.
    const text = typeof input === 'string' ? input : JSON.stringify(input ?? null);
    this.record(EventType.TaskScheduled, { EventId: id, Name: name, Input: text });
    this.transaction.scheduleActivity({ caller: this.caller, taskId: id, name, input: text });
  }

  private subOrchestration({ id, name, instanceId, version, input }: Effect & { kind: 'subOrchestration' }): void {
    const child = instanceId ?? `${this.caller.executionId}:${id.toString(16).padStart(4, '0')}`;
    const text = input === undefined ? null : JSON.stringify(input);
    this.record(EventType.SubOrchestrationInstanceCreated, { EventId: id, Name: name, InstanceId: child, Input: text });
    const existing = this.store.instance(child);
    if (this.children.has(child) || (existing !== undefined && !isFinal(existing.status))) {
      const reason = `An orchestration instance with the id "${child}" is already running. Wait for it or use another id.`;
      const event = historyEvent(EventType.SubOrchestrationInstanceFailed, this.timestamp, { TaskScheduledId: id, Reason: reason, Details: '' });
      return this.transaction.inbox(this.caller.instanceId, { kind: 'event', event, executionId: this.caller.executionId });
    }
    this.children.add(child);
    createInstance(this.store, this.transaction, { instanceId: child, name, input: text, version, parent: { ...this.caller, taskId: id } }, this.now);
  }

  private timer({ id, fireAt }: Effect & { kind: 'timer' }): void {
    const text = new Date(fireAt).toISOString();
    this.record(EventType.TimerCreated, { EventId: id, FireAt: text });
    const sequence = this.transaction.due(fireAt, { kind: 'timer', caller: this.caller, timerId: id, fireAt: text });
    const task = this.instance.schedule.open[id];
    if (task !== undefined) task.due = { time: fireAt, sequence };
  }

  private operation(effect: Effect & { kind: 'call' | 'signal' }, requestId: string, isSignal: boolean): void {
    const { id, entity, operation, input } = effect;
    const text = input === undefined ? null : JSON.stringify(input);
    this.record(EventType.EventSent, { EventId: id, Name: 'op', InstanceId: entity, Input: JSON.stringify({ id: requestId, op: operation, signal: isSignal, input: text }) });
    this.transaction.mail(entity, { kind: 'operation', id: requestId, name: operation, input: text, isSignal, ...(isSignal ? {} : { caller: this.caller }) });
  }
}
