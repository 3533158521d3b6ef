import { app as host } from '@azure/functions';
import { theApp } from '../shared/job/app';
import { ingestFunction, ingestName } from './bindings/ingest';

const weir = theApp();

/** One function per blob input, on a timer: it looks for new blobs (shared/sources/blob-source.ts). */
for (const { input } of weir.inputsOf('blob')) {
  const { handler, ...ingest } = ingestFunction(weir, input);
  host.timer(ingestName(weir, input), {
    schedule: weir.settings.text('WEIR_BLOB_POLL') ?? '*/5 * * * * *',
    ...ingest,
    handler: (_timer, context) => handler([{ isRetry: (context.retryContext?.retryCount ?? 0) > 0, nowMs: Date.now() }], context),
  });
}
