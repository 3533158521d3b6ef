import type { PackedEvents } from '../contract';

/** An event as a trigger has it; see triggers/eventhub/event-source.ts. */
interface ColumnEvent {
  sequenceNumber: number;
  offset: string;
  enqueuedTime: number;
  partitionKey: string | null;
  properties: object;
  systemProperties: object;
  body: Uint8Array;
}

/** Lays a batch out in columns, each body copied once; null when an event has more than a body, which columns cannot say. */
export function toColumns(events: readonly ColumnEvent[]): PackedEvents | null {
  let length = 0;
  for (const event of events) {
    if (event.partitionKey !== null || !isEmpty(event.properties) || !isEmpty(event.systemProperties)) return null;
    length += event.body.length;
  }
  const columns = { bodies: new Uint8Array(length), ends: new Uint32Array(events.length), sequenceNumbers: new Float64Array(events.length), times: new Float64Array(events.length), offsets: '' };
  let end = 0;
  events.forEach(({ body, sequenceNumber, enqueuedTime }, i) => {
    columns.bodies.set(body, end);
    columns.ends[i] = end += body.length;
    columns.sequenceNumbers[i] = sequenceNumber;
    columns.times[i] = enqueuedTime;
  });
  columns.offsets = events.map(({ offset }) => offset).join('\n');
  return columns;
}

function isEmpty(object: object): boolean {
  for (const _key in object) return false;
  return true;
}

/** The buffers of the columns, to be moved to another thread. */
export function buffersOf({ bodies, ends, sequenceNumbers, times }: PackedEvents): ArrayBuffer[] {
  return [bodies, ends, sequenceNumbers, times].map(({ buffer }) => buffer as ArrayBuffer);
}

/** The function's first argument: each body a Buffer over the one that came. */
export function bodiesOf({ bodies, ends }: PackedEvents): Buffer[] {
  const { buffer } = bodies;
  const found = new Array<Buffer>(ends.length);
  let start = 0;
  for (let i = 0; i < ends.length; i++) {
    const end = ends[i] as number;
    found[i] = Buffer.from(buffer as ArrayBuffer, bodies.byteOffset + start, end - start);
    start = end;
  }
  return found;
}

/**
 * Puts the members of `triggerMetadata` that tell of each event into `metadata`, as the SDK makes them of what the host sends (its converters and
 * triggers/eventhub/trigger-data.ts), but only when they are read: most functions read one of them or none.
 */
export function defineMetadata(metadata: Record<string, unknown>, columns: PackedEvents): void {
  const makers: Record<string, () => unknown> = {
    partitionKeyArray: () => [],
    offsetArray: () => columns.offsets.split('\n').map(parsed),
    sequenceNumberArray: () => Array.from(columns.sequenceNumbers, (n) => ({ low: n | 0, high: Math.floor(n / 2 ** 32) | 0, unsigned: false })),
    enqueuedTimeUtcArray: () => timesOf(columns),
    propertiesArray: () => Array.from(columns.ends, () => ({})),
    systemPropertiesArray: () => systemProperties(columns),
  };
  for (const [name, make] of Object.entries(makers)) {
    const set = (value: unknown): void => void Object.defineProperty(metadata, name, { value, enumerable: true, configurable: true, writable: true });
    Object.defineProperty(metadata, name, {
      enumerable: true,
      configurable: true,
      set,
      get: () => {
        const value = make();
        set(value);
        return value;
      },
    });
  }
}

/** The SDK reads every text as JSON if it is any: an offset becomes a number. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function systemProperties(columns: PackedEvents): unknown[] {
  const times = timesOf(columns);
  const offsets = columns.offsets.split('\n');
  const found = new Array<unknown>(times.length);
  for (let i = 0; i < found.length; i++) found[i] = { sequenceNumber: columns.sequenceNumbers[i], offset: offsets[i], partitionKey: null, enqueuedTimeUtc: times[i] };
  return found;
}

function timesOf({ times }: PackedEvents): string[] {
  const format = timeFormatter();
  const found = new Array<string>(times.length);
  for (let i = 0; i < found.length; i++) found[i] = format(times[i] as number);
  return found;
}

/**
 * Times as Newtonsoft.Json writes a DateTime of unspecified kind: no zone, no trailing zeros in the fraction.
 * Events of a batch often share a millisecond, hence the memory of one.
 */
export function timeFormatter(): (time: number) => string {
  let last = NaN;
  let formatted = '';
  return (time) => {
    if (time !== last) {
      last = time;
      formatted = new Date(time).toISOString().slice(0, -1).replace(/\.?0+$/, '');
    }
    return formatted;
  };
}
