import type { BuiltIn } from './functions';

/** Ticks (100 ns) from 0001-01-01 to 1970-01-01. */
const EPOCH_TICKS = 621_355_968_000_000_000n;
const PARTS: Record<string, string> = { year: 'year', yyyy: 'year', yy: 'year', month: 'month', mm: 'month', m: 'month', day: 'day', dd: 'day', d: 'day', hour: 'hour', hh: 'hour', minute: 'minute', mi: 'minute', n: 'minute', second: 'second', ss: 'second', s: 'second', millisecond: 'millisecond', ms: 'millisecond' };
const LENGTHS: Record<string, number> = { day: 86_400_000, hour: 3_600_000, minute: 60_000, second: 1_000, millisecond: 1 };

const partOf = (name: unknown): string | undefined => (typeof name === 'string' && Object.hasOwn(PARTS, name.toLowerCase()) ? PARTS[name.toLowerCase()] : undefined);
const text = (ms: number): string => `${new Date(ms).toISOString().slice(0, -1)}0000Z`;

function time(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? Date.parse(value) : NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function add(part: unknown, count: unknown, value: unknown): string | undefined {
  const [name, ms] = [partOf(part), time(value)];
  if (name === undefined || ms === undefined || typeof count !== 'number') return undefined;
  const length = LENGTHS[name];
  if (length !== undefined) return text(ms + count * length);
  const date = new Date(ms);
  date.setUTCMonth(date.getUTCMonth() + count * (name === 'year' ? 12 : 1));
  return text(date.getTime());
}

/** Number of the part's interval since 1970. */
function boundary(part: string, ms: number): number {
  const date = new Date(ms);
  if (part === 'year') return date.getUTCFullYear();
  if (part === 'month') return date.getUTCFullYear() * 12 + date.getUTCMonth();
  return Math.floor(ms / (LENGTHS[part] as number));
}

function datePart(part: unknown, value: unknown): number | undefined {
  const [name, ms] = [partOf(part), time(value)];
  if (name === undefined || ms === undefined) return undefined;
  const date = new Date(ms);
  const parts: Record<string, number> = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), hour: date.getUTCHours(), minute: date.getUTCMinutes(), second: date.getUTCSeconds(), millisecond: date.getUTCMilliseconds() };
  return parts[name];
}

export const dateFunctions: Record<string, BuiltIn> = {
  getcurrentdatetime: () => text(Date.now()),
  getcurrenttimestamp: () => Date.now(),
  getcurrentticks: () => Number(BigInt(Date.now()) * 10_000n + EPOCH_TICKS),
  datetimeadd: add,
  datetimediff: (part, start, end) => {
    const [name, a, b] = [partOf(part), time(start), time(end)];
    return name === undefined || a === undefined || b === undefined ? undefined : boundary(name, b) - boundary(name, a);
  },
  datetimepart: datePart,
  datetimebin: (value, part, size = 1) => {
    const [name, ms] = [partOf(part), time(value)];
    const length = name === undefined ? undefined : LENGTHS[name];
    return ms === undefined || length === undefined ? undefined : text(Math.floor(ms / (length * Number(size))) * length * Number(size));
  },
  datetimefromparts: (...parts) => (parts.every((p) => typeof p === 'number') ? text(Date.UTC(...([parts[0], Number(parts[1] ?? 1) - 1, ...parts.slice(2, 7)] as [number, number]))) : undefined),
  datetimetotimestamp: (value) => time(value),
  timestamptodatetime: (ms) => (typeof ms === 'number' ? text(ms) : undefined),
  datetimetoticks: (value) => {
    const ms = time(value);
    return ms === undefined ? undefined : Number(BigInt(ms) * 10_000n + EPOCH_TICKS);
  },
};
