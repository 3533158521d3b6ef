import type { InvocationContext } from '@azure/functions';
import { getClient, OrchestrationRuntimeStatus, type OrchestrationContext, type OrchestrationHandler } from 'durable-functions';
import { setAlarm, type Alarms } from '../../shared/job/alarm';
import type { App } from '../../shared/job/app';

const ALIVE: readonly OrchestrationRuntimeStatus[] = [OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.ContinuedAsNew];

/** What a round tells: as of when everything is over, ms since 1970; null while something is open. */
export interface AlarmRound {
  overAtMs: number | null;
}

/** One round after the other, until one says that nothing is left: its answer is the orchestration's. A round that fails is tried again by the next. */
export function alarmOrchestrator(seconds: number): OrchestrationHandler {
  return function* ({ df }: OrchestrationContext) {
    const id = df.getInput<string>();
    yield df.createTimer(new Date(df.currentUtcDateTime.getTime() + seconds * 1_000));
    try {
      const round = (yield df.callActivity('alarm-rings', id)) as Partial<AlarmRound>;
      // An instance of an earlier version of Weir answers otherwise.
      if (typeof round.overAtMs === 'number') return round;
    } catch {
      // The task hub keeps what it was.
    }
    df.continueAsNew(id);
    return undefined;
  };
}

/** To be called when events have come: the alarm runs from here on. */
export async function lookAfterAlarm(app: App, context: InvocationContext): Promise<void> {
  if (app.alarmSeconds !== undefined) await app.alarmWatch.lookAfter(Date.now(), () => setAlarm(alarmsOf(context), app.alarmId, Infinity));
}

/** The task hub's orchestrations, through the durable client. */
export function alarmsOf(context: InvocationContext): Alarms {
  const client = getClient(context);
  return {
    status: async (id) => {
      // The client throws when there never was one.
      const status = await client.getStatus(id).catch(() => undefined);
      return status && { isAlive: ALIVE.includes(status.runtimeStatus), overAtMs: (status.output as Partial<AlarmRound> | null)?.overAtMs ?? undefined };
    },
    start: async (id) => void (await client.startNew('alarm', { instanceId: id, input: id })),
  };
}
