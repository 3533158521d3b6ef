/** The events of the benchmarks: about 263 bytes of JSON, nine top-level fields, one nested object, an ISO time. The same seed gives the same bytes. */
export interface EventOptions {
  count: number;
  /** How many devices there are. */
  keys: number;
  /** Events a second of event time; default 10,000. */
  rate?: number;
  /** Bytes of padding text besides the usual; default what makes 263 bytes. */
  padding?: number;
  seed?: number;
}

const START = Date.UTC(2026, 0, 1);

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

/** One event per line; the bytes of the last line end with a line break too. */
export function makeEvents({ count, keys, rate = 10_000, padding = 40, seed = 1 }: EventOptions): Buffer {
  const next = random(seed);
  const lines: string[] = [];
  const pad = 'x'.repeat(padding);
  for (let i = 0; i < count; i++) {
    const time = new Date(START + Math.floor((i * 1000) / rate)).toISOString();
    const device = `device-${String(Math.floor(next() * keys)).padStart(6, '0')}`;
    const number = (from: number, to: number): string => (from + next() * (to - from)).toFixed(2);
    const status = next() < 0.9 ? 'ok' : 'warning';
    lines.push(
      `{"deviceId":"${device}","time":"${time}","temperature":${number(-10, 40)},"humidity":${number(0, 100)},"pressure":${number(950, 1050)},"status":"${status}","seq":${i},"location":{"lat":${number(-90, 90)},"lon":${number(-180, 180)}},"note":"${pad}"}\n`,
    );
  }
  return Buffer.from(lines.join(''));
}

/** Where each line begins and ends, without its line break. */
export function lineBounds(bytes: Uint8Array): { from: number; to: number }[] {
  const bounds: { from: number; to: number }[] = [];
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf(10, from);
    const to = end < 0 ? bytes.length : end;
    if (to > from) bounds.push({ from, to });
    from = to + 1;
  }
  return bounds;
}
