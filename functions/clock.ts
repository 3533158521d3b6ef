import { app as host } from '@azure/functions';
import { setAlarm } from '../shared/job/alarm';
import { theApp } from '../shared/job/app';
import { alarmsOf } from './bindings/alarm';
import { durableClient, readEntity, send } from './bindings/durable';

const weir = theApp();

/**
 * Sees to it that time moves on where no events come, so that their last windows close (shared/job/clock.ts): rarely, should the alarm (functions/alarm.ts) not have been
 * set, or by itself where there is none.
 */
host.timer('clock', {
  schedule: weir.settings.text('WEIR_CLOCK') ?? '0 */5 * * * *',
  extraInputs: [durableClient],
  handler: async (_timer, context) => {
    const round = await weir.ticks(Date.now());
    const { failures, activeUntilMs } = round;
    if (weir.alarmSeconds === undefined) await weir.roundsSent.send(round, (signals) => send(weir, signals, context));
    else if (failures.length === 0 && activeUntilMs !== -Infinity) await setAlarm(alarmsOf(context), weir.alarmId, activeUntilMs);
    await weir.measureProgress((address) => readEntity(weir, address, context), Date.now());
    // The other inputs have been served; this makes it a failure that is seen.
    if (failures.length > 0) throw failures[0];
  },
});

host.hook.appTerminate(() => weir.close());
