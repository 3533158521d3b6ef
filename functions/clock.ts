import { app as host } from '@azure/functions';
import { theApp } from '../shared/job/app';
import { durableClient, readEntity, send } from './bindings/durable';

const weir = theApp();

/** Moves time on where no events come, so that their last windows close (shared/job/clock.ts). */
host.timer('clock', {
  schedule: weir.settings.text('WEIR_CLOCK') ?? '*/5 * * * * *',
  extraInputs: [durableClient],
  handler: async (_timer, context) => {
    const { signals, failures } = await weir.ticks(Date.now());
    await send(weir, signals, context);
    await weir.measureProgress((address) => readEntity(weir, address, context), Date.now());
    // The other inputs have been served; this makes it a failure that is seen.
    if (failures.length > 0) throw failures[0];
  },
});

host.hook.appTerminate(() => weir.close());
