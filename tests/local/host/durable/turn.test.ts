import type { InboxMessage } from '../../../../local/host/durable/messages';
import { ActionType } from '../../../../local/host/durable/orchestration/actions';
import type { Action } from '../../../../local/host/durable/orchestration/actions';
import type { Effect } from '../../../../local/host/durable/orchestration/effects';
import { EventType, historyEvent } from '../../../../local/host/durable/orchestration/history';
import type { Instance } from '../../../../local/host/durable/orchestration/instance';
import { emptySchedule, retryDelay, scheduleActions } from '../../../../local/host/durable/orchestration/schedule';
import type { Schedule } from '../../../../local/host/durable/orchestration/schedule';
import { takeTurn } from '../../../../local/host/durable/orchestration/turn';

const activity = (functionName: string): Action => ({ actionType: ActionType.CallActivity, functionName });
const retried = (functionName: string): Action => ({ actionType: ActionType.CallActivityWithRetry, functionName, retryOptions: { firstRetryIntervalInMilliseconds: 10, maxNumberOfAttempts: 2 } });
const timer = (fireAt: string, isCanceled = false): Action => ({ actionType: ActionType.CreateTimer, fireAt, isCanceled });
const any = (...compoundActions: Action[]): Action => ({ actionType: ActionType.WhenAny, compoundActions });
const all = (...compoundActions: Action[]): Action => ({ actionType: ActionType.WhenAll, compoundActions });
const wait = (externalEventName: string): Action => ({ actionType: ActionType.WaitForExternalEvent, externalEventName });
const completed = (id: number): InboxMessage => ({ kind: 'event', executionId: 'x', event: historyEvent(EventType.TaskCompleted, '', { TaskScheduledId: id }) });
const failed = (id: number): InboxMessage => ({ kind: 'event', executionId: 'x', event: historyEvent(EventType.TaskFailed, '', { TaskScheduledId: id }) });
const fired = (id: number): InboxMessage => ({ kind: 'event', executionId: 'x', event: historyEvent(EventType.TimerFired, '', { TimerId: id }) });
const raised = (Name: string): InboxMessage => ({ kind: 'event', event: historyEvent(EventType.EventRaised, '', { Name }) });

function schedule(...actions: Action[]): { schedule: Schedule; effects: Effect[] } {
  const effects: Effect[] = [];
  const made = emptySchedule();
  scheduleActions(made, actions, effects);
  return { schedule: made, effects };
}

function instance(made: Schedule): Instance {
  return { instanceId: 'i', executionId: 'x', name: 'n', version: null, status: 'Running', input: null, output: null, customStatus: null, created: 0, updated: 0, parent: null, events: 5, carried: [], schedule: made };
}

const ids = (effects: readonly Effect[]): unknown[] => effects.map((effect) => ('id' in effect ? `${effect.kind} ${effect.id}` : effect.kind));
const inbox = (...messages: InboxMessage[]): { sequence: number; message: InboxMessage }[] => messages.map((message, sequence) => ({ sequence, message }));

describe('the numbers of tasks', () => {
  it('follow the position, also inside compounds; waits take none, a release one per entity', () => {
    const lockSet = [{ name: 'E', key: 'a' }, { name: 'e', key: 'b' }];
    const signal: Action = { actionType: ActionType.SignalEntity, instanceId: '@e@k', operation: 'o' };
    const { effects } = schedule(activity('a'), all(activity('b'), any(wait('w'), timer('2030-01-01T00:00:00Z'))), signal, { actionType: ActionType.LockEntities, lockSet }, { actionType: ActionType.ReleaseEntities }, activity('c'));
    expect(ids(effects)).toEqual(['activity 0', 'activity 1', 'timer 2', 'signal 3', 'lock 4', 'unlock', 'activity 7']);
    expect(effects[4]).toMatchObject({ lockSet: ['@e@a', '@e@b'] });
  });

  it('are kept by a task that is yielded again, and are new for equal tasks of one compound', () => {
    const first = any(activity('a'), activity('a'), activity('b'));
    const { schedule: made } = schedule(first);
    const { schedule: after } = { schedule: takeTurn(instance(made), inbox(completed(0)), 0).instance.schedule };
    const effects: Effect[] = [];
    scheduleActions(after, [first, any(activity('a'), activity('b'), activity('c'))], effects);
    expect(ids(effects)).toEqual(['activity 3']);
  });

  it('give a failed attempt a timer, and the timer the next attempt, before anything new', () => {
    const actions = [retried('r')];
    let { schedule: current } = schedule(...actions);
    const step = (message: InboxMessage): unknown[] => {
      const turn = takeTurn(instance(current), inbox(message), 1_000);
      current = turn.instance.schedule;
      return ids(turn.effects);
    };
    expect([step(failed(0)), step(fired(1)), step(failed(2)), step(fired(3))]).toEqual([['timer 1'], ['activity 2'], ['timer 3'], []]);
    expect(current.open).toEqual({});
  });

  it('are used up by a timer that was cancelled at once; a later cancellation takes it out of the store', () => {
    const at = '2030-01-01T00:00:00Z';
    expect(ids(schedule(timer(at, true), activity('a')).effects)).toEqual(['activity 1']);
    const { schedule: made } = schedule(any(timer(at), activity('a')));
    made.open[0]!.due = { time: 5, sequence: 7 };
    const effects: Effect[] = [];
    scheduleActions(made, [any(timer(at, true), activity('a'))], effects);
    expect(effects).toEqual([{ kind: 'cancelTimer', time: 5, sequence: 7 }]);
  });

  it('need an answer that continues the last one', () => {
    const { schedule: made } = schedule(activity('a'), activity('b'));
    expect(() => scheduleActions(made, [activity('a')], [])).toThrow('Non-deterministic orchestrator: it asked for 2 things before and for 1 now');
  });
});

describe('takeTurn', () => {
  const joined = schedule(all(activity('a'), activity('b'), activity('c'))).schedule;
  const raced = schedule(any(activity('a'), activity('b'))).schedule;

  it.each<[string, Schedule, InboxMessage[], number[]]>([
    ['all that fill up a WhenAll', joined, [completed(0), completed(2), completed(1)], [0, 1, 2]],
    ['and external events after them', joined, [completed(0), raised('e'), raised('f')], [0, 1, 2]],
    ['but nothing after an external event', joined, [raised('e'), completed(0)], [0]],
    ['one failure alone', joined, [failed(0), completed(1)], [0]],
    ['a success before a failure alone', joined, [completed(1), failed(0), completed(2)], [0]],
    ['one of a WhenAny', raced, [completed(0), completed(1)], [0]],
    ['what answers nothing, without using it', raced, [completed(9), completed(0)], [0, 1]],
    ['nothing that overtakes another', raced, [completed(0), completed(1), raised('e')], [0]],
    ['the events before a suspension, and that later', raced, [completed(0), { kind: 'suspend', reason: '' }], [0]],
    ['a suspension, and no event after it', raced, [{ kind: 'suspend', reason: '' }, completed(0)], [0]],
    ['events after a resumption', raced, [{ kind: 'suspend', reason: '' }, { kind: 'resume', reason: '' }, completed(0)], [0, 1, 2]],
    ['nothing after a termination', raced, [{ kind: 'terminate', reason: '' }, completed(0)], [0]],
  ])('takes %s', (_, made, messages, consumed) => {
    const turn = takeTurn(instance(made), inbox(...messages), 0);
    expect(turn.consumed).toEqual(consumed);
    const given = turn.events.filter(({ EventType: type }) => type === EventType.TaskCompleted || type === EventType.TaskFailed || type === EventType.EventRaised);
    const events = consumed.filter((index) => messages[index]!.kind === 'event' && !(messages[index] as { event: { TaskScheduledId?: number } }).event.TaskScheduledId?.toString().startsWith('9'));
    expect(given).toHaveLength(events.length);
  });

  it('drops the answers to an earlier execution but reports the locks it was granted', () => {
    const late: InboxMessage = { kind: 'event', executionId: 'before', lockSet: ['@e@k'], event: historyEvent(EventType.EventRaised, '', { Name: 'g' }) };
    const turn = takeTurn(instance(raced), inbox(late), 0);
    expect(turn).toMatchObject({ consumed: [0], events: [], strayLocks: [{ caller: { instanceId: 'i', executionId: 'before' }, lockSet: ['@e@k'] }] });
  });
});

describe('retryDelay', () => {
  it.each([
    [{}, [10, 10, 10]],
    [{ backoffCoefficient: 2 }, [10, 20, 40]],
    [{ backoffCoefficient: 3, maxRetryIntervalInMilliseconds: 25 }, [10, 25, 25]],
  ])('%j: %j', (options, delays) => {
    expect([1, 2, 3].map((attempt) => retryDelay({ firstRetryIntervalInMilliseconds: 10, maxNumberOfAttempts: 9, ...options }, attempt))).toEqual(delays);
  });
});
