import { fromUnixMs, parseDateTime } from '../values/ticks';
import { DateTime, type SqlRecord, type SqlValue } from '../values/value';

/**
 * What the language calls `IoTHub`: what the hub noted on a device's message when it took it. undefined when no IoT Hub did.
 * Source of the names: https://learn.microsoft.com/azure/stream-analytics/stream-analytics-define-inputs
 *
 * @param system the message's system properties, under the names of the Event Hubs trigger
 */
export function iotHubMetadata(system: Readonly<Record<string, unknown>>): SqlRecord | undefined {
  if (!Object.keys(system).some((name) => name.startsWith('iothub-'))) return undefined;
  return {
    MessageId: textOf(system['message-id']),
    CorrelationId: textOf(system['correlation-id']),
    ConnectionDeviceId: textOf(system['iothub-connection-device-id']),
    ConnectionDeviceGenerationId: textOf(system['iothub-connection-auth-generation-id']),
    EnqueuedTime: timeOf(system['iothub-enqueuedtime']),
  };
}

/** Text that looks like a number or like JSON has been parsed by the SDK on its way here. */
function textOf(value: unknown): SqlValue {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** ISO text, in UTC when it names no zone; or milliseconds since 1970. */
function timeOf(value: unknown): SqlValue {
  const ticks = typeof value === 'number' ? fromUnixMs(value) : typeof value === 'string' ? parseDateTime(value) : undefined;
  return ticks === undefined ? null : new DateTime(ticks);
}
