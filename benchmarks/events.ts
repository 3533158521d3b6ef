/** The events of the benchmarks: JSON of one size, nine top-level fields, one nested object, an ISO time. The same options give the same bytes. */
export interface EventOptions {
  count: number;
  /** How many devices there are. */
  keys: number;
  /** Events a second of event time; default 10,000. */
  rate?: number;
  /** Bytes of each event, at least 95; below 240 it has only its device, time, temperature and a note. Default 263. */
  size?: number;
  seed?: number;
}

/** Events one after another, each in its own bytes. */
export interface Data {
  bytes: Buffer;
  /** Where event i begins and, before its line break, ends. */
  from: readonly number[];
  to: readonly number[];
}

/** Event time of the first event, ms since 1970. */
export const START = Date.UTC(2026, 0, 1);
export const EVENT_BYTES = 263;
/** Below this the nine fields do not fit. */
const SIZE_OF_ALL_FIELDS = 240;

/** Numbers in [0, 1) from a seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function makeEvents({ count, keys, rate = 10_000, size = EVENT_BYTES, seed = 1 }: EventOptions): Data {
  const next = random(seed);
  const number = (low: number, high: number): string => (low + next() * (high - low)).toFixed(2);
  const event = (i: number): string => {
    const time = new Date(START + Math.floor((i * 1000) / rate)).toISOString();
    const device = `device-${String(Math.floor(next() * keys)).padStart(7, '0')}`;
    const head = `{"deviceId":"${device}","time":"${time}","temperature":${number(-10, 40)}`;
    const more =
      size < SIZE_OF_ALL_FIELDS
        ? ''
        : `,"humidity":${number(0, 100)},"pressure":${number(950, 1050)},"status":"${next() < 0.9 ? 'ok' : 'warning'}","seq":${i},"location":{"lat":${number(-90, 90)},"lon":${number(-180, 180)}}`;
    const start = `${head}${more},"note":"`;
    return `${start}${'x'.repeat(Math.max(0, size - start.length - 2))}"}`;
  };
  return pack(count, event);
}

/** `count` ASCII lines in one buffer. */
export function pack(count: number, line: (i: number) => string): Data {
  const parts: Buffer[] = [];
  const from: number[] = [];
  const to: number[] = [];
  let at = 0;
  // In chunks: a single string would be too long, and a buffer per line too much.
  for (let i = 0; i < count; ) {
    let chunk = '';
    for (; i < count && chunk.length < 1 << 20; i++) {
      const text = line(i);
      from.push(at + chunk.length);
      to.push(at + chunk.length + text.length);
      chunk += `${text}\n`;
    }
    parts.push(Buffer.from(chunk, 'latin1'));
    at += chunk.length;
  }
  return { bytes: Buffer.concat(parts), from, to };
}
