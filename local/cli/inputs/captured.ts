/**
 * Events as an Event Hub captures them, and an IoT Hub routes them, into the lake: Avro containers whose records have the event's bytes in `Body`.
 * https://learn.microsoft.com/azure/event-hubs/event-hubs-capture-overview, https://learn.microsoft.com/azure/iot-hub/iot-hub-devguide-messages-d2c
 */
import { readFileSync } from 'node:fs';
import type { InputEvent } from '../../../shared/event';
import { decodeAvro } from '../../../shared/formats/avro/container';
import { eventMetadata } from '../../../shared/sources/event-hub-trigger';
import { parseDateTime } from '../../../shared/values/ticks';
import { isRecord, type SqlRecord, type Ticks } from '../../../shared/values/value';

/** A record of such a container, as the decoder gives it: bytes are base64 text. */
interface CapturedRecord extends SqlRecord {
  EnqueuedTimeUtc: string;
  SystemProperties: SqlRecord;
  Properties: SqlRecord;
  Body: string | null;
}

/** Event Hubs writes blocks of some hundred KB. */
const MAX_BLOCK = 256 << 20;

/** The records of a file, or of its first `blocks`; undefined when they are no captured events. Throws an error that names the file when it is no Avro container. */
export function readCaptured(file: string, blocks = Infinity): CapturedRecord[] | undefined {
  let records: SqlRecord[];
  try {
    records = decodeAvro(readFileSync(file), { booleansAsBit: true, maxBlock: MAX_BLOCK, blocks });
  } catch (error) {
    throw new Error(`${file}: ${(error as Error).message}`);
  }
  return records.every(isCaptured) ? records : undefined;
}

function isCaptured(record: SqlRecord): record is CapturedRecord {
  const { EnqueuedTimeUtc, SystemProperties, Properties, Body } = record;
  return typeof EnqueuedTimeUtc === 'string' && isRecord(SystemProperties ?? null) && isRecord(Properties ?? null) && (typeof Body === 'string' || Body === null);
}

/** When it arrived. Event Hubs writes whole seconds, as `1/31/2026 6:54:42 PM`. Throws an error when it is no time. */
export function arrivalOf({ EnqueuedTimeUtc }: CapturedRecord): Ticks {
  const arrival = parseDateTime(EnqueuedTimeUtc);
  if (arrival === undefined) throw new Error(`a captured event has the EnqueuedTimeUtc '${EnqueuedTimeUtc}', which is no time`);
  return arrival;
}

export interface Place {
  partition: string;
  /** Its position here. Sequence numbers may have holes where files are missing. */
  position: number;
  withMetadata: boolean;
}

/** The event as the trigger would have delivered it. */
export function capturedEvent(record: CapturedRecord, { partition, position, withMetadata }: Place): InputEvent {
  const event: InputEvent = { sequenceNumber: position, enqueued: arrivalOf(record), body: Buffer.from(record.Body ?? '', 'base64') };
  if (!withMetadata) return event;
  const { SequenceNumber, Offset, SystemProperties, Properties } = record;
  const system = { ...SystemProperties, sequenceNumber: SequenceNumber, offset: Offset, partitionKey: SystemProperties['x-opt-partition-key'] };
  return { ...event, metadata: eventMetadata(partition, { ...event, sequenceNumber: Number(SequenceNumber ?? position) }, system, Properties) };
}
