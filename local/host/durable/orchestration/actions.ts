/** The action numbers of the out-of-process protocol; 10 (a delayed signal) is never sent by the JavaScript SDK. */
export const ActionType = {
  CallActivity: 0,
  CallActivityWithRetry: 1,
  CallSubOrchestrator: 2,
  CallSubOrchestratorWithRetry: 3,
  ContinueAsNew: 4,
  CreateTimer: 5,
  WaitForExternalEvent: 6,
  CallEntity: 7,
  CallHttp: 8,
  SignalEntity: 9,
  WhenAny: 11,
  WhenAll: 12,
  LockEntities: 13,
  ReleaseEntities: 14,
} as const;

export interface RetryOptions {
  firstRetryIntervalInMilliseconds: number;
  maxNumberOfAttempts: number;
  backoffCoefficient?: number;
  maxRetryIntervalInMilliseconds?: number;
}

/** What an orchestrator asks for; which members are set depends on `actionType`. */
export interface Action {
  actionType: number;
  functionName?: string;
  input?: unknown;
  instanceId?: string;
  version?: string;
  retryOptions?: RetryOptions;
  /** ISO 8601. */
  fireAt?: string;
  isCanceled?: boolean;
  externalEventName?: string;
  operation?: string;
  lockSet?: { name: string; key: string }[];
  lockRequestId?: string;
  compoundActions?: Action[];
}

/** What an orchestrator answers. `actions` holds everything that it has asked for since its start, in order. */
export interface OrchestratorState {
  isDone: boolean;
  actions: Action[];
  output?: unknown;
  customStatus?: unknown;
  error?: string;
}

const OUT_OF_PROC_DATA = '\n\n$OutOfProcData$:';

/** Checks the return value of an orchestrator function; throws an Error saying what is wrong. */
export function parseOrchestratorState(value: unknown): OrchestratorState {
  const state = value as (Omit<OrchestratorState, 'actions'> & { actions?: Action[][] }) | null | undefined;
  if (typeof state !== 'object' || state === null || !Array.isArray(state.actions) || typeof state.isDone !== 'boolean') {
    throw new Error('The function did not return {isDone, actions, …}; register it with durable-functions, app.orchestration().');
  }
  return { ...state, actions: state.actions.flat() };
}

/**
 * The state that the SDK hides in the message of the error that it throws for a failed orchestrator. When there is none
 * (the function failed outside of the SDK), the error's own message is the failure and nothing was asked for.
 */
export function failedState(error: unknown): OrchestratorState {
  const message = error instanceof Error ? error.message : String(error);
  const at = message.indexOf(OUT_OF_PROC_DATA);
  if (at < 0) return { isDone: false, actions: [], error: message };
  try {
    const state = parseOrchestratorState(JSON.parse(message.slice(at + OUT_OF_PROC_DATA.length)));
    // The SDK leaves out an empty message.
    return { ...state, error: state.error ?? 'it threw an error without a message' };
  } catch {
    return { isDone: false, actions: [], error: `it threw, and its answer can not be read: ${message}` };
  }
}

/** The number of waits for each external event, which is the number of such events that the SDK has used. */
export function externalEventWaits(actions: readonly Action[], counts = new Map<string, number>()): Map<string, number> {
  for (const { actionType, externalEventName, compoundActions } of actions) {
    if (actionType === ActionType.WaitForExternalEvent) counts.set(externalEventName!, (counts.get(externalEventName!) ?? 0) + 1);
    if (compoundActions !== undefined) externalEventWaits(compoundActions, counts);
  }
  return counts;
}
