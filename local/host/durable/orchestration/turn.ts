import type { Caller, InboxMessage } from '../messages';
import type { Sequenced } from '../store';
import type { Effect } from './effects';
import { EventType, historyEvent } from './history';
import type { HistoryEvent } from './history';
import type { Instance } from './instance';
import { classify, settle } from './schedule';
import type { EventClass } from './schedule';

/** What an instance takes from its inbox at once, and what follows from that alone. */
export interface Turn {
  /** The instance as it will be; the caller's own copy. */
  instance: Instance;
  /** Inbox messages that are used up. */
  consumed: number[];
  /** New history, to be given to the orchestrator. Empty = nothing for it to do. */
  events: HistoryEvent[];
  effects: Effect[];
  terminated?: string;
  /** Locks that were granted to an execution that is over. */
  strayLocks: { caller: Caller; lockSet: string[] }[];
}

/**
 * Decides what the next turn of a live instance takes: control messages and, of the events, no more than leaves the
 * numbers of the next tasks certain. The answer of an orchestrator lists what it asked for, not after which event, and
 * an action that it repeats names no task (schedule.ts). So a turn takes one event that ends a task, or any number that
 * only fill up a WhenAll; external events end no task and may follow. `now` in ms since the epoch.
 */
export function takeTurn(stored: Instance, inbox: Iterable<Sequenced<InboxMessage>>, now: number): Turn {
  const instance = structuredClone(stored);
  const turn: Turn = { instance, consumed: [], events: [], effects: [], strayLocks: [] };
  const intake = new EventIntake(turn, now);
  const timestamp = new Date(now).toISOString();
  const marks: HistoryEvent[] = [];
  for (const { sequence, message } of inbox) {
    if (message.kind === 'event') {
      if (!intake.take(message)) continue;
    } else if (message.kind !== 'start') {
      // The events that came before a suspension are still for the orchestrator.
      if (message.kind === 'suspend' && intake.accepted.length > 0) break;
      marks.push(control(turn, message, timestamp));
    }
    turn.consumed.push(sequence);
    if (turn.terminated !== undefined) return turn;
  }
  if (instance.status === 'Suspended') return turn;
  const begin = stored.events === 0 ? [started(instance, timestamp), ...instance.carried] : [];
  const news = [...begin, ...intake.accepted];
  if (news.length > 0) turn.events.push(historyEvent(EventType.OrchestratorStarted, timestamp), ...marks, ...news);
  if (begin.length > 0) instance.carried = [];
  return turn;
}

/** Which kind of event may follow which in one turn. */
const MAY_FOLLOW: Record<Exclude<EventClass, 'stray'>, readonly (EventClass | undefined)[]> = {
  external: [undefined, 'external', 'join', 'single'],
  join: [undefined, 'join'],
  single: [undefined],
};

class EventIntake {
  readonly accepted: HistoryEvent[] = [];
  private last: EventClass | undefined;
  private full = false;

  constructor(
    private readonly turn: Turn,
    private readonly now: number,
  ) {}

  /** True when the message is used up; false when it stays for a later turn. */
  take({ event, executionId, lockSet }: InboxMessage & { kind: 'event' }): boolean {
    const { instance, effects, strayLocks } = this.turn;
    if (executionId !== undefined && executionId !== instance.executionId) {
      if (lockSet !== undefined) strayLocks.push({ caller: { instanceId: instance.instanceId, executionId }, lockSet });
      return true;
    }
    if (this.full || instance.status === 'Suspended') return false;
    const kind = classify(instance.schedule, event);
    if (kind === 'stray') return true;
    if (!MAY_FOLLOW[kind].includes(this.last)) {
      // Nothing overtakes it, either.
      this.full = true;
      return false;
    }
    this.last = kind;
    settle(instance.schedule, event, effects, this.now);
    this.accepted.push({ ...event, Timestamp: new Date(this.now).toISOString() });
    return true;
  }
}

function control(turn: Turn, message: InboxMessage & { kind: 'suspend' | 'resume' | 'terminate' }, timestamp: string): HistoryEvent {
  const { instance } = turn;
  switch (message.kind) {
    case 'terminate':
      turn.terminated = message.reason;
      return historyEvent(EventType.ExecutionTerminated, timestamp, { Input: message.reason });
    case 'suspend':
      instance.status = 'Suspended';
      return historyEvent(EventType.ExecutionSuspended, timestamp, { Reason: message.reason });
    case 'resume':
      if (instance.status === 'Suspended') instance.status = instance.events === 0 ? 'Pending' : 'Running';
      return historyEvent(EventType.ExecutionResumed, timestamp, { Reason: message.reason });
  }
}

function started(instance: Instance, timestamp: string): HistoryEvent {
  const { name, input, version } = instance;
  return historyEvent(EventType.ExecutionStarted, timestamp, { Name: name, Input: input, Version: version });
}
