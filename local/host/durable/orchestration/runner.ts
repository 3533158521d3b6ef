import { randomUUID } from 'node:crypto';
import type { DurableFunctions, InvokeDurable } from '../../contract';
import type { InboxMessage } from '../messages';
import type { DurableStore, Sequenced } from '../store';
import type { Transaction } from '../transaction';
import { externalEventWaits, failedState, parseOrchestratorState } from './actions';
import type { OrchestratorState } from './actions';
import { EffectWriter, checkEffect } from './effects';
import type { Effect } from './effects';
import { EventType, historyEvent } from './history';
import type { HistoryEvent } from './history';
import { isFinal } from './instance';
import type { Instance, RuntimeStatus } from './instance';
import { cancelTimers, emptySchedule, scheduleActions } from './schedule';
import { takeTurn } from './turn';
import type { Turn } from './turn';

export interface OrchestrationRunnerOptions {
  store: DurableStore;
  functions: DurableFunctions;
  invoke: InvokeDurable;
  now: () => number;
  log: (line: string) => void;
  /** True once the engine stops: a function that then fails was cut off and runs again after the start. */
  stopping: () => boolean;
}

/** A hundred years: timers of any length are one timer here, never a chain of short ones. */
const LONGEST_TIMER = '36500.00:00:00';

/** Runs turns of orchestrations. The caller sees to it that one instance never runs twice at the same time. */
export class OrchestrationRunner {
  private readonly orphans = new Set<string>();

  constructor(private readonly options: OrchestrationRunnerOptions) {}

  /** Takes the instance one turn further; false when its inbox holds nothing for it to take. */
  async run(instanceId: string): Promise<boolean> {
    const { store, functions, now } = this.options;
    const instance = store.instance(instanceId);
    const inbox = [...store.inbox(instanceId)];
    if (inbox.length === 0) return false;
    if (instance === undefined || isFinal(instance.status)) return this.discard(instanceId, inbox);
    if (!Object.hasOwn(functions.orchestrators, instance.name)) return this.orphan(instance);
    const turn = takeTurn(instance, inbox, now());
    if (turn.consumed.length === 0) return false;
    if (turn.terminated !== undefined) {
      turn.events.push(historyEvent(EventType.ExecutionTerminated, new Date(now()).toISOString(), { Input: turn.terminated }));
      await this.commit(turn, (writer, transaction) => this.finish(turn, { status: 'Terminated', output: turn.terminated! }, writer, transaction));
    } else if (turn.events.length === 0) await this.commit(turn, () => undefined);
    else await this.advance(turn);
    return true;
  }

  private orphan({ instanceId, name }: Instance): boolean {
    if (!this.orphans.has(instanceId)) this.options.log(`The orchestration "${instanceId}" waits: the app has no orchestrator function "${name}".`);
    this.orphans.add(instanceId);
    return false;
  }

  /** Messages to an instance that is over are dropped, but a lock that was granted to it is given back. */
  private async discard(instanceId: string, inbox: readonly Sequenced<InboxMessage>[]): Promise<boolean> {
    await this.options.store.commit((transaction) => {
      for (const { sequence, message } of inbox) {
        transaction.removeInbox(instanceId, sequence);
        if (message.kind !== 'event' || message.lockSet === undefined) continue;
        for (const entity of message.lockSet) transaction.mail(entity, { kind: 'unlock', caller: { instanceId, executionId: message.executionId! } });
      }
    });
    return true;
  }

  private async advance(turn: Turn): Promise<void> {
    const { store } = this.options;
    const { instance } = turn;
    const past = store.history(instance.instanceId);
    const state = await this.invoke(instance, past, turn.events);
    // An answer that can not be carried out leaves no effects behind but the failure.
    const schedule = structuredClone(instance.schedule);
    const effects: Effect[] = [];
    try {
      scheduleActions(schedule, state.actions, effects);
      for (const effect of effects) checkEffect(effect, this.options.functions);
      instance.schedule = schedule;
      turn.effects.push(...effects);
    } catch (error) {
      state.error = (error as Error).message;
    }
    if (state.customStatus !== undefined) instance.customStatus = JSON.stringify(state.customStatus);
    await this.commit(turn, (writer, transaction) => this.conclude({ turn, past, state }, writer, transaction));
  }

  private async invoke(instance: Instance, past: readonly HistoryEvent[], news: readonly HistoryEvent[]): Promise<OrchestratorState> {
    const { functions, invoke, stopping } = this.options;
    const payload = JSON.stringify({
      history: [...past.map((event) => ({ ...event, IsPlayed: true })), ...news],
      input: instance.input === null ? null : (JSON.parse(instance.input) as unknown),
      instanceId: instance.instanceId,
      isReplaying: past.length > 0,
      parentInstanceId: instance.parent?.instanceId ?? null,
      upperSchemaVersion: 1,
      upperSchemaVersionNew: 3,
      longRunningTimerIntervalDuration: LONGEST_TIMER,
      maximumShortTimerDuration: LONGEST_TIMER,
      defaultHttpAsyncRequestSleepTimeMillseconds: 30_000,
    });
    try {
      return parseOrchestratorState(await invoke(functions.orchestrators[instance.name]!, payload, instance.instanceId));
    } catch (error) {
      if (stopping()) throw error;
      return failedState(error);
    }
  }

  private conclude(outcome: { turn: Turn; past: readonly HistoryEvent[]; state: OrchestratorState }, writer: EffectWriter, transaction: Transaction): void {
    const { turn, past, state } = outcome;
    const { instance } = turn;
    const again = turn.effects.find((effect) => effect.kind === 'continueAsNew');
    if (state.error !== undefined) {
      const message = `Orchestrator function '${instance.name}' failed: ${state.error}`;
      this.options.log(`${message} (instance "${instance.instanceId}")`);
      this.finish(turn, { status: 'Failed', output: message }, writer, transaction);
    } else if (again !== undefined) {
      const carried = unusedEvents([...past, ...turn.events], state, instance);
      this.release(instance, writer);
      this.continueAsNew(instance, again.input, carried, transaction);
    } else if (state.isDone) {
      this.finish(turn, { status: 'Completed', output: state.output ?? null }, writer, transaction);
    } else instance.status = 'Running';
  }

  /** Ends the execution: gives back its lock, drops its timers, tells the parent. */
  private finish(turn: Turn, end: { status: RuntimeStatus; output: unknown }, writer: EffectWriter, transaction: Transaction): void {
    const { instance } = turn;
    const timestamp = new Date(this.options.now()).toISOString();
    instance.status = end.status;
    instance.output = JSON.stringify(end.output);
    writer.events.push(historyEvent(EventType.ExecutionCompleted, timestamp, { OrchestrationStatus: end.status, Result: instance.output }));
    this.release(instance, writer);
    if (instance.parent === null) return;
    const { taskId, ...parent } = instance.parent;
    const event =
      end.status === 'Completed'
        ? historyEvent(EventType.SubOrchestrationInstanceCompleted, timestamp, { TaskScheduledId: taskId, Result: instance.output })
        : historyEvent(EventType.SubOrchestrationInstanceFailed, timestamp, { TaskScheduledId: taskId, Reason: `Sub-orchestration '${instance.name}' ${end.status.toLowerCase()}`, Details: String(end.output) });
    transaction.inbox(parent.instanceId, { kind: 'event', event, executionId: parent.executionId });
  }

  private release(instance: Instance, writer: EffectWriter): void {
    const effects: Effect[] = [];
    cancelTimers(instance.schedule, effects, () => true);
    if (instance.schedule.lock?.granted === true) effects.push({ kind: 'unlock', lockSet: instance.schedule.lock.lockSet });
    for (const effect of effects) writer.write(effect);
    instance.schedule = emptySchedule();
  }

  private continueAsNew(instance: Instance, input: unknown, carried: HistoryEvent[], transaction: Transaction): void {
    const { instanceId } = instance;
    transaction.removeHistory(instanceId, instance.events);
    Object.assign(instance, { executionId: randomUUID().replaceAll('-', ''), events: 0, carried, status: 'Running' });
    // The SDK has made JSON text of strings, and only of strings.
    instance.input = input === undefined ? null : typeof input === 'string' ? input : JSON.stringify(input);
    transaction.inbox(instanceId, { kind: 'start' });
  }

  private async commit(turn: Turn, conclude: (writer: EffectWriter, transaction: Transaction) => void): Promise<void> {
    const { store, now } = this.options;
    const { instance, consumed, strayLocks } = turn;
    const { instanceId, executionId } = instance;
    await store.commit((transaction) => {
      const writer = new EffectWriter(store, transaction, instance, now());
      for (const sequence of consumed) transaction.removeInbox(instanceId, sequence);
      for (const { caller, lockSet } of strayLocks) for (const entity of lockSet) transaction.mail(entity, { kind: 'unlock', caller });
      for (const effect of turn.effects) writer.write(effect);
      conclude(writer, transaction);
      instance.updated = now();
      // A new execution has no history yet: what this turn did is gone with the one before.
      if (instance.executionId === executionId && turn.events.length > 0) {
        const completed = historyEvent(EventType.OrchestratorCompleted, new Date(now()).toISOString());
        for (const event of [...turn.events, ...writer.events, completed]) transaction.putHistory(instanceId, instance.events++, event);
      }
      transaction.putInstance(instance);
    });
  }
}

/** External events that no wait has used, oldest first; answers to calls and locks are not external. */
function unusedEvents(history: readonly HistoryEvent[], state: OrchestratorState, instance: Instance): HistoryEvent[] {
  const waits = externalEventWaits(state.actions);
  const requests = new Set(history.filter(({ EventType: type }) => type === EventType.EventSent).map(({ Input }) => (JSON.parse(Input!) as { id: string }).id));
  for (const task of Object.values(instance.schedule.open)) if (task.requestId !== undefined) requests.add(task.requestId);
  return history.filter(({ EventType: type, Name }) => {
    if (type !== EventType.EventRaised || requests.has(Name!)) return false;
    const left = waits.get(Name!) ?? 0;
    waits.set(Name!, left - 1);
    return left <= 0;
  });
}
