import type { AzureMonitorOpenTelemetryOptions } from 'applicationinsights';

export interface AzureMonitorOptions {
  /** Names the Application Insights resource and its endpoints. */
  connectionString: string;
  /** For a resource that takes telemetry only with a token. */
  credential?: NonNullable<AzureMonitorOpenTelemetryOptions['azureMonitorExporterOptions']>['credential'];
  /** The share of traces that are kept, from 0 to 1, in whole hundredths. All steps of a trace are kept or none, for the trace's id decides. */
  traceRatio?: number;
}

/** The share of traces that are kept when the settings do not say. */
const TRACE_RATIO = 0.05;

/** Sends what is left and ends; telemetry must not hold up the end of the process for longer than this, in ms. */
const CLOSE_LIMIT = 3_000;

/**
 * Loads the Azure Monitor distribution and registers it with the OpenTelemetry API. Only metrics and the app's own spans are sent: its instrumentation of
 * HTTP and of the Azure SDKs costs more than the work that it watches, and the Functions host reports requests, logs and exceptions.
 */
export async function startAzureMonitor({ connectionString, credential, traceRatio = TRACE_RATIO }: AzureMonitorOptions): Promise<{ close(): Promise<void> }> {
  const { shutdownAzureMonitor, useAzureMonitor } = await import('applicationinsights');
  const off = { enabled: false };
  useAzureMonitor({
    azureMonitorExporterOptions: { connectionString, credential, disableOfflineStorage: true },
    instrumentationOptions: { http: off, azureSdk: off, mongoDb: off, mySql: off, postgreSql: off, redis: off, redis4: off, bunyan: off, winston: off },
    samplingRatio: traceRatio,
    // Else a sampler decides for each step by itself, and traces have holes.
    tracesPerSecond: 0,
    enableLiveMetrics: false,
    enableStandardMetrics: false,
    enablePerformanceCounters: false,
    enableAutoCollectExceptions: false,
    enableAutoCollectPerformance: false,
  });
  return {
    close: async () => {
      let timer: NodeJS.Timeout | undefined;
      const limit = new Promise<void>((done) => (timer = setTimeout(done, CLOSE_LIMIT).unref()));
      await Promise.race([shutdownAzureMonitor().catch(() => undefined), limit]);
      clearTimeout(timer);
    },
  };
}
