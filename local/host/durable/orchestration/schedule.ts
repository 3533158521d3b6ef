import { createHash, randomUUID } from 'node:crypto';
import { entityIdOf, schedulerId } from '../messages';
import { ActionType } from './actions';
import type { Action, RetryOptions } from './actions';
import type { Effect } from './effects';
import { EventType } from './history';
import type { HistoryEvent } from './history';

/** A task that the orchestrator has been promised and that has not ended. */
export interface OpenTask {
  /** Same for two actions that ask for the same. */
  signature: string;
  /** Where the action is in the answer's actions: its index, then the indices in the compound actions. */
  path: number[];
  /** Set for calls and lock requests: the name of the event that answers. */
  requestId?: string;
  /** Set for timers: where the store holds it. */
  due?: { time: number; sequence: number };
  /** Set for tasks that are tried again after a failure. */
  retry?: { action: Action; attempt: number };
}

/** What an execution has asked for, and the number that its next task gets. Plain data, stored with the instance. */
export interface Schedule {
  /** How many of the answer's actions have been carried out. */
  actions: number;
  nextId: number;
  open: Record<string, OpenTask>;
  lock?: { requestId: string; lockSet: string[]; granted: boolean };
  /** Index of the action that the orchestrator waits for, if that is a WhenAll of nothing but plain tasks. */
  joining?: number;
}

export function emptySchedule(): Schedule {
  return { actions: 0, nextId: 0, open: {} };
}

/**
 * What an event means for the schedule: `stray` answers no open task; `external` is for the orchestrator alone; `join`
 * is one of several successes that a WhenAll waits for; everything else is `single`.
 */
export type EventClass = 'stray' | 'external' | 'join' | 'single';

export function classify(schedule: Schedule, event: HistoryEvent): EventClass {
  if (event.EventType === EventType.EventRaised) return requestOf(schedule, event.Name!) === undefined ? 'external' : 'single';
  const task = schedule.open[taskIdOf(event)];
  if (task === undefined) return 'stray';
  return !isFailure(event) && task.retry === undefined && task.path[0] === schedule.joining ? 'join' : 'single';
}

/**
 * Takes note of an event that is no stray. A failed task with a retry policy adds effects: as in the SDK, every failure
 * takes one number for a timer, also after the last attempt, and the timer one for the next attempt. `now` in ms since
 * the epoch.
 */
export function settle(schedule: Schedule, event: HistoryEvent, effects: Effect[], now: number): void {
  if (event.EventType === EventType.EventRaised) return settleRequest(schedule, event.Name!);
  const id = taskIdOf(event);
  const task = schedule.open[id]!;
  delete schedule.open[id];
  if (task.retry === undefined) {
    // A WhenAll ends with the first failure; from then on it is not known what the orchestrator waits for.
    if (isFailure(event) && schedule.joining === task.path[0]) delete schedule.joining;
    return;
  }
  const { action, attempt } = task.retry;
  if (isFailure(event)) {
    effects.push({ kind: 'timer', id: reopen(schedule, task), fireAt: now + retryDelay(action.retryOptions!, attempt) });
  } else if (event.EventType === EventType.TimerFired && attempt < action.retryOptions!.maxNumberOfAttempts) {
    effects.push(run(action, reopen(schedule, { ...task, retry: { action, attempt: attempt + 1 } })));
  }
}

function taskIdOf(event: HistoryEvent): number {
  return event.EventType === EventType.TimerFired ? event.TimerId! : event.TaskScheduledId!;
}

function isFailure({ EventType: type }: HistoryEvent): boolean {
  return type === EventType.TaskFailed || type === EventType.SubOrchestrationInstanceFailed;
}

function requestOf(schedule: Schedule, name: string): string | undefined {
  return Object.keys(schedule.open).find((id) => schedule.open[id]!.requestId === name);
}

function reopen(schedule: Schedule, task: OpenTask): number {
  const id = schedule.nextId++;
  schedule.open[id] = { ...task, due: undefined };
  return id;
}

function settleRequest(schedule: Schedule, name: string): void {
  const id = requestOf(schedule, name);
  if (id !== undefined) delete schedule.open[id];
  if (schedule.lock?.requestId === name) schedule.lock.granted = true;
}

/** The wait after the `attempt`-th failure, ms: exponential from the first interval, with an upper bound. */
export function retryDelay(options: RetryOptions, attempt: number): number {
  const delay = options.firstRetryIntervalInMilliseconds * (options.backoffCoefficient ?? 1) ** (attempt - 1);
  return Math.min(delay, options.maxRetryIntervalInMilliseconds ?? Infinity);
}

/**
 * Turns the actions that are new since the last answer into effects, giving each task the number that the SDK gives it:
 * by position, one for each activity, timer, sub-orchestration, call, signal and lock, as many for a release as the
 * lock has entities, none for external events. Throws for an answer that does not continue the last one.
 */
export function scheduleActions(schedule: Schedule, actions: readonly Action[], effects: Effect[]): void {
  if (actions.length < schedule.actions) {
    throw new Error(`Non-deterministic orchestrator: it asked for ${schedule.actions} things before and for ${actions.length} now. Orchestrator code must do the same on each replay.`);
  }
  for (let index = schedule.actions; index < actions.length; index++) {
    place(schedule, actions[index]!, { path: [index], known: undefined, effects });
  }
  if (actions.length > schedule.actions) schedule.joining = isPlainJoin(actions.at(-1)!) ? actions.length - 1 : undefined;
  schedule.actions = actions.length;
  cancelTimers(schedule, effects, (task) => actionAt(actions, task.path)?.isCanceled === true);
}

/** Takes open timers out of the store, those for which `which` holds. */
export function cancelTimers(schedule: Schedule, effects: Effect[], which: (task: OpenTask) => boolean): void {
  for (const [id, task] of Object.entries(schedule.open)) {
    if (task.due === undefined || !which(task)) continue;
    effects.push({ kind: 'cancelTimer', ...task.due });
    delete schedule.open[id];
  }
}

function isPlainJoin({ actionType, compoundActions = [] }: Action): boolean {
  return actionType === ActionType.WhenAll && compoundActions.every((child) => child.compoundActions === undefined || isPlainJoin(child));
}

interface Place {
  path: number[];
  /** The tasks that were open before a compound action, by number; undefined outside of one. */
  known: Map<string, OpenTask> | undefined;
  effects: Effect[];
}

function place(schedule: Schedule, action: Action, at: Place): void {
  switch (action.actionType) {
    case ActionType.WhenAll:
    case ActionType.WhenAny: {
      const known = at.known ?? new Map(Object.entries(schedule.open));
      action.compoundActions!.forEach((child, index) => place(schedule, child, { ...at, known, path: [...at.path, index] }));
      return;
    }
    case ActionType.WaitForExternalEvent:
      return;
    case ActionType.ContinueAsNew:
      at.effects.push({ kind: 'continueAsNew', input: action.input });
      return;
    case ActionType.SignalEntity:
      at.effects.push({ kind: 'signal', id: schedule.nextId++, entity: entityOf(action), operation: action.operation!, input: action.input });
      return;
    case ActionType.ReleaseEntities:
      release(schedule, at.effects);
      return;
    default:
      placeTask(schedule, action, at);
  }
}

/**
 * An orchestrator may yield a task again inside another compound (`while (open.length) yield Task.any(open)`); the
 * answer then repeats its action and nothing tells the copy from a second, equal task. Whatever equals a task that was
 * open before is taken for that task.
 */
function placeTask(schedule: Schedule, action: Action, { path, known, effects }: Place): void {
  const { isCanceled, ...identity } = action;
  const signature = createHash('sha1').update(JSON.stringify(identity)).digest('base64');
  for (const [id, task] of known ?? []) {
    if (task.signature === signature) return void known!.delete(id);
  }
  const id = schedule.nextId++;
  if (action.actionType === ActionType.CreateTimer && isCanceled === true) return;
  const task: OpenTask = { signature, path };
  schedule.open[id] = task;
  if (action.retryOptions !== undefined) task.retry = { action, attempt: 1 };
  const effect = run(action, id);
  if (effect.kind === 'call' || effect.kind === 'lock') task.requestId = effect.requestId;
  if (effect.kind === 'lock') schedule.lock = { requestId: effect.requestId, lockSet: effect.lockSet, granted: false };
  effects.push(effect);
}

function run(action: Action, id: number): Effect {
  switch (action.actionType) {
    case ActionType.CallActivity:
    case ActionType.CallActivityWithRetry:
      return { kind: 'activity', id, name: action.functionName!, input: action.input };
    case ActionType.CallSubOrchestrator:
    case ActionType.CallSubOrchestratorWithRetry:
      return { kind: 'subOrchestration', id, name: action.functionName!, instanceId: action.instanceId, version: action.version, input: action.input };
    case ActionType.CreateTimer:
      return { kind: 'timer', id, fireAt: Date.parse(action.fireAt!) };
    case ActionType.CallEntity:
      return { kind: 'call', id, requestId: randomUUID(), entity: entityOf(action), operation: action.operation!, input: action.input };
    case ActionType.LockEntities:
      return { kind: 'lock', id, requestId: action.lockRequestId ?? randomUUID(), lockSet: action.lockSet!.map(schedulerId) };
    case ActionType.CallHttp:
      throw new Error('The local host does not run callHttp. Make the request in an activity and call that.');
    default:
      throw new Error(`The local host does not know the orchestrator action ${action.actionType}.`);
  }
}

function release(schedule: Schedule, effects: Effect[]): void {
  const lockSet = schedule.lock?.lockSet ?? [];
  schedule.nextId += lockSet.length;
  effects.push({ kind: 'unlock', lockSet });
  delete schedule.lock;
}

function entityOf(action: Action): string {
  return schedulerId(entityIdOf(action.instanceId!));
}

function actionAt(actions: readonly Action[], [first, ...rest]: readonly number[]): Action | undefined {
  return rest.reduce<Action | undefined>((action, index) => action?.compoundActions?.[index], actions[first!]);
}
