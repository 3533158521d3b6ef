import { createHash, randomUUID } from 'node:crypto';
import { member } from '../../../shared/values/fields';
import { toJsonText, toPlain } from '../../../shared/values/json';
import type { SqlRecord } from '../../../shared/values/value';
import type { DeviceOf, Message } from './publisher';

/** A device's message as an IoT Hub's built-in endpoint gives it. */
export function deviceMessage(record: SqlRecord, device: string, nowMs: number): Message {
  return {
    bodyType: 'data',
    body: toPlain(record),
    properties: { messageId: randomUUID(), contentType: 'application/json', contentEncoding: 'utf-8' },
    messageAnnotations: {
      'iothub-connection-device-id': device,
      'iothub-connection-auth-method': '{"scope":"device","type":"sas","issuer":"iothub","acceptingIpFilterRule":null}',
      'iothub-connection-auth-generation-id': generationOf(device),
      'iothub-enqueuedtime': new Date(nowMs),
      'iothub-message-source': 'Telemetry',
    },
  };
}

/** A number that stays the same as long as the device is registered: here, for ever. */
function generationOf(device: string): string {
  return String(BigInt(`0x${createHash('sha256').update(device).digest('hex').slice(0, 15)}`));
}

/** From `--device ID` or `--device-column NAME`; undefined when neither is given. */
export function deviceFrom(id: unknown, column: unknown): DeviceOf | undefined {
  if (typeof id === 'string' && typeof column === 'string') throw new Error('give --device or --device-column, not both');
  if (typeof id === 'string') return () => id;
  if (typeof column !== 'string') return undefined;
  return (record) => {
    const value = member(record, column);
    if (value === null) throw new Error(`--device-column ${column}: an event has no such column: ${toJsonText(record).slice(0, 80)}`);
    return typeof value === 'string' ? value : toJsonText(value);
  };
}
