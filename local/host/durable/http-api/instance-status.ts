import { EventType } from '../orchestration/history';
import type { HistoryEvent } from '../orchestration/history';
import type { Instance } from '../orchestration/instance';

/** The status of an instance as the management API gives it; `history` undefined = not asked for. */
export function instanceStatus(instance: Instance, options: { showInput: boolean; history?: unknown[] }): Record<string, unknown> {
  const { name, instanceId, status, input, output, customStatus, created, updated } = instance;
  return {
    name,
    instanceId,
    runtimeStatus: status,
    input: options.showInput ? parse(input) : null,
    customStatus: parse(customStatus),
    output: parse(output),
    createdTime: seconds(created),
    lastUpdatedTime: seconds(updated),
    ...(options.history === undefined ? {} : { historyEvents: options.history }),
  };
}

/**
 * The history as people read it: one line per thing that happened. What was scheduled is told by the line of its
 * completion, with both times. `showOutput` adds the results.
 */
export function historyEvents(instance: Instance, history: readonly HistoryEvent[], showOutput: boolean): unknown[] {
  const scheduled = new Map(history.filter(({ EventId }) => EventId >= 0).map((event) => [event.EventId, event]));
  return history.flatMap((event) => {
    const line = historyLine(instance, event, scheduled);
    if (line === undefined) return [];
    const result = showOutput && event.Result !== undefined ? { Result: parse(event.Result) } : {};
    return [{ ...line, ...result, Timestamp: event.Timestamp }];
  });
}

const TYPE_NAMES = new Map<number, string>(Object.entries(EventType).map(([name, number]) => [number, name]));

function historyLine(instance: Instance, event: HistoryEvent, scheduled: ReadonlyMap<number, HistoryEvent>): Record<string, unknown> | undefined {
  const line = { EventType: TYPE_NAMES.get(event.EventType) };
  switch (event.EventType) {
    case EventType.ExecutionStarted:
      return { ...line, FunctionName: instance.name, Input: parse(event.Input ?? null) };
    case EventType.ExecutionCompleted:
      return { ...line, OrchestrationStatus: event.OrchestrationStatus };
    case EventType.TaskCompleted:
    case EventType.TaskFailed:
    case EventType.SubOrchestrationInstanceCompleted:
    case EventType.SubOrchestrationInstanceFailed: {
      const before = scheduled.get(event.TaskScheduledId!);
      return { ...line, FunctionName: before?.Name, ScheduledTime: before?.Timestamp, Reason: event.Reason, Details: event.Details };
    }
    case EventType.TimerFired:
      return { ...line, FireAt: event.FireAt, ScheduledTime: scheduled.get(event.TimerId!)?.Timestamp };
    case EventType.EventRaised:
      return { ...line, Name: event.Name, Input: parse(event.Input ?? null) };
    case EventType.ExecutionTerminated:
    case EventType.ExecutionSuspended:
    case EventType.ExecutionResumed:
      return { ...line, Reason: event.Reason ?? event.Input };
    default:
      return undefined;
  }
}

function parse(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    // The reason of a termination is plain text.
    return text;
  }
}

/** Azure's format: whole seconds, UTC. */
function seconds(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
