import { app as host } from '@azure/functions';
import { theApp } from '../shared/job/app';
import { durableClient, readEntity, send } from './bindings/durable';

const weir = theApp();

/** Moves time on where no events come, so that their last windows close (shared/job/clock.ts). */
host.timer('clock', {
  schedule: weir.settings.text('WEIR_CLOCK') ?? '*/5 * * * * *',
  extraInputs: [durableClient],
  handler: async (_timer, context) => {
    await send(weir, await weir.ticks(Date.now()), context);
    await weir.measureProgress((address) => readEntity(weir, address, context), Date.now());
  },
});

host.hook.appTerminate(() => weir.close());
