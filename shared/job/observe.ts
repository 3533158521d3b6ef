import { credentialFor } from '../connections/credential';
import { WeirError, messageOf } from '../errors';
import type { Settings } from '../settings';
import { MemoryTelemetry, type Telemetry } from '../telemetry';
import { startAzureMonitor } from '../telemetry/azure-monitor';
import { OpenTelemetry } from '../telemetry/open-telemetry';
import { delaySeconds } from './measure';
import type { JobStatus } from './status';

export interface Observation {
  telemetry: MemoryTelemetry;
  /** Whether somebody outside this process gets what is measured. */
  isSent: boolean;
  /** Sends what is left. */
  close(): Promise<void>;
}

/**
 * The app's telemetry: in memory, and in Application Insights when the settings name a resource. The packages for that are loaded
 * after the functions have been registered, and only then.
 */
export function observe(settings: Settings, job: string): Observation {
  const connectionString = settings.text('APPLICATIONINSIGHTS_CONNECTION_STRING');
  if (connectionString === undefined) return { telemetry: new MemoryTelemetry(), isSent: false, close: async () => undefined };
  const api = new OpenTelemetry({ Job: job });
  const options = { connectionString, credential: credentialOf(settings), traceRatio: traceRatioOf(settings) };
  const started = new Promise<void>((done) => setImmediate(done)).then(() => startAzureMonitor(options));
  // Without telemetry the job still does its work.
  void started.then(() => api.start(), (error: unknown) => process.emitWarning(`telemetry is not sent to Application Insights: ${messageOf(error)}`));
  return { telemetry: new MemoryTelemetry(api), isSent: true, close: async () => (await started.catch(() => undefined))?.close() };
}

/** `WEIR_TRACE_RATIO`, from 0 to 1. */
function traceRatioOf(settings: Settings): number | undefined {
  const text = settings.text('WEIR_TRACE_RATIO');
  if (text === undefined) return undefined;
  const ratio = Number(text);
  if (ratio >= 0 && ratio <= 1) return ratio;
  throw new WeirError('invalid-setting', `the setting WEIR_TRACE_RATIO is ${JSON.stringify(text)}, and must be a number from 0 to 1; example: WEIR_TRACE_RATIO=0.05`, 'stop');
}

/** `Authorization=AAD;ClientId=…`: https://learn.microsoft.com/azure/azure-monitor/app/azure-ad-authentication */
function credentialOf(settings: Settings): ReturnType<typeof credentialFor> | undefined {
  const text = settings.text('APPLICATIONINSIGHTS_AUTHENTICATION_STRING') ?? '';
  if (!/Authorization=AAD/i.test(text)) return undefined;
  const clientId = /ClientId=([^;]+)/i.exec(text)?.[1];
  return credentialFor({ credential: 'managedIdentity', ...(clientId === undefined ? {} : { clientId }) });
}

/** What cannot be seen from a batch that comes through, since none may come: how far each partition is behind. */
export function measureStatus(telemetry: Telemetry, { inputs }: JobStatus, nowMs: number): void {
  for (const [input, { partitions, error }] of Object.entries(inputs)) {
    // How far it is behind is not known.
    if (error !== undefined) continue;
    for (const [partition, { backlog, pending, watermark }] of Object.entries(partitions)) {
      const labels = { LogicalName: input, PartitionId: partition };
      telemetry.measure('InputEventsSourcesBacklogged', backlog, labels);
      telemetry.measure('PendingEvents', pending, labels);
      // The watermark of a partition that has nothing to do stands still, and it is not behind.
      if (watermark !== null && backlog + pending > 0) telemetry.measure('OutputWatermarkDelaySeconds', delaySeconds(watermark, nowMs), labels);
    }
  }
}
