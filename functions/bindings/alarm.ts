import type { InvocationContext } from '@azure/functions';
import { getClient, OrchestrationRuntimeStatus, type OrchestrationContext, type OrchestrationHandler } from 'durable-functions';
import type { App } from '../../shared/job/app';

const ALIVE: readonly OrchestrationRuntimeStatus[] = [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.ContinuedAsNew];

/** One round after the other, until one says that nothing is left. A round that fails is tried again by the next. */
export function alarmOrchestrator(seconds: number): OrchestrationHandler {
  return function* ({ df }: OrchestrationContext) {
    const id = df.getInput<string>();
    yield df.createTimer(new Date(df.currentUtcDateTime.getTime() + seconds * 1_000));
    let isOver = false;
    try {
      isOver = (yield df.callActivity('alarm-rings', id)) as boolean;
    } catch {
      // The task hub keeps what it was.
    }
    if (!isOver) df.continueAsNew(id);
  };
}

/** To be called when events have come: the alarm runs from here on. */
export async function lookAfterAlarm(app: App, context: InvocationContext): Promise<void> {
  if (app.alarmSeconds !== undefined) await app.alarmWatch.lookAfter(Date.now(), () => setAlarm(app, context, Infinity));
}

/**
 * Sets the alarm unless it runs, or ran until `neededUntilMs`. Whoever finds that it runs can have found one that was about to end: it is then set later, by the clock
 * (functions/clock.ts), which knows until when it was needed.
 */
export async function setAlarm({ alarmId: id }: App, context: InvocationContext, neededUntilMs: number): Promise<void> {
  const client = getClient(context);
  const isDone = async (): Promise<boolean> => {
    // The client throws when there never was one.
    const status = await client.getStatus(id).catch(() => undefined);
    return status !== undefined && (ALIVE.includes(status.runtimeStatus) || status.lastUpdatedTime.getTime() >= neededUntilMs);
  };
  if (await isDone()) return;
  await client.startNew('alarm', { instanceId: id, input: id }).catch(async (error: unknown) => {
    // Another instance may have been faster.
    if (!(await isDone())) throw error;
  });
}
