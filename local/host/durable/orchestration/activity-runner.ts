import type { InvokeDurable } from '../../contract';
import type { DurableStore } from '../store';
import { EventType, historyEvent } from './history';
import type { HistoryEvent } from './history';

export interface ActivityRunnerOptions {
  store: DurableStore;
  /** Lower-cased activity name -> function. */
  activities: Readonly<Record<string, string>>;
  invoke: InvokeDurable;
  now: () => number;
  stopping: () => boolean;
}

/** Runs scheduled activities: at least once, and each answer reaches its orchestration exactly once. */
export class ActivityRunner {
  constructor(private readonly options: ActivityRunnerOptions) {}

  /** Runs the activity that was scheduled under `sequence`; always false: there is never more to do for it. */
  async run(sequence: number): Promise<boolean> {
    const { store } = this.options;
    const task = store.activity(sequence);
    if (task === undefined) return false;
    const { caller, taskId } = task;
    const event = await this.invoke(task.name, task.input);
    await store.commit((transaction) => {
      transaction.removeActivity(sequence);
      transaction.inbox(caller.instanceId, { kind: 'event', event: { ...event, TaskScheduledId: taskId }, executionId: caller.executionId });
    });
    return false;
  }

  private async invoke(name: string, input: string): Promise<HistoryEvent> {
    const { activities, invoke, now, stopping } = this.options;
    try {
      const functionName = activities[name.toLowerCase()];
      if (functionName === undefined) throw new Error(`The app has no activity function "${name}".`);
      const result = await invoke(functionName, input);
      return historyEvent(EventType.TaskCompleted, new Date(now()).toISOString(), { Result: JSON.stringify(result ?? null) });
    } catch (error) {
      // Cut off, not failed: it is still in the store and runs after the next start.
      if (stopping()) throw error;
      const { message, stack } = error instanceof Error ? error : { message: String(error), stack: undefined };
      return historyEvent(EventType.TaskFailed, new Date(now()).toISOString(), { Reason: `Activity function '${name}' failed: ${message}`, Details: stack ?? message });
    }
  }
}
