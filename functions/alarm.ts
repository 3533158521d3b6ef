import { app as host } from 'durable-functions';
import { theApp } from '../shared/job/app';
import { alarmOrchestrator, type AlarmRound } from './bindings/alarm';
import { durableClient, readEntity, send } from './bindings/durable';

const weir = theApp();

/** Moves time on every few seconds while there is something to close, and ends when there is not: an idle app is called by nobody (docs/decisions/2026-11-25-an-alarm-instead-of-a-clock.md). */
if (weir.alarmSeconds !== undefined) {
  host.orchestration('alarm', alarmOrchestrator(weir.alarmSeconds));
  host.activity('alarm-rings', {
    extraInputs: [durableClient],
    handler: async (id: string, context): Promise<AlarmRound> => {
      const nowMs = Date.now();
      // Set by a version of the job that was here before.
      if (id !== weir.alarmId) return { overAtMs: nowMs };
      const { signals, failures, isOver } = await weir.ticks(nowMs);
      await send(weir, signals, context);
      // The clock (functions/clock.ts) fails for them and is seen to; this goes on.
      for (const failure of failures) context.warn(String(failure));
      await weir.measureProgress((address) => readEntity(weir, address, context), Date.now());
      return { overAtMs: isOver ? nowMs : null };
    },
  });
}
