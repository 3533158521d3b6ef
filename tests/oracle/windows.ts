/** Random windows with two meanings: all ends are tried, and every row is asked whether it lies inside. */
import fc from 'fast-check';
import type { Row } from './expressions';

export interface Found {
  end: number;
  rows: Row[];
}

export interface Window {
  sql: (alias: string) => string;
  /** The windows of the rows of one group; `all` are the rows of all groups, which a session that has no partition key looks at. */
  of: (group: readonly Row[], all: readonly Row[]) => Found[];
}

/** Seconds from 0001-01-01 to the time that the oracle counts from: windows are aligned to multiples since then. */
export const ORIGIN = (Date.UTC(2024, 0, 1) - Date.parse('0001-01-01T00:00:00Z')) / 1000;

function aligned(size: number, hop: number, offset: number): Window['of'] {
  return (group) => {
    if (group.length === 0) return [];
    const found: Found[] = [];
    const last = Math.max(...group.map((row) => row.t)) + size;
    const phase = (((offset - ORIGIN) % hop) + hop) % hop;
    for (let end = phase - hop * Math.ceil((size + hop) / hop); end <= last + hop; end += hop) {
      const rows = group.filter((row) => row.t > end - size && row.t <= end);
      if (rows.length > 0) found.push({ end, rows });
    }
    return found;
  };
}

const tumbling: fc.Arbitrary<Window> = fc.tuple(fc.constantFrom(2, 5, 7, 10, 60), fc.constantFrom(0, 0, 1, -2, 13), fc.boolean()).map(([size, offset, long]) => ({
  sql: () => (long ? `Tumbling(Duration(second, ${size}), Offset(second, ${offset}))` : `TumblingWindow(second, ${size}${offset === 0 ? '' : `, ${offset}`})`),
  of: aligned(size, size, offset),
}));

const hopping: fc.Arbitrary<Window> = fc.tuple(fc.constantFrom<[number, number]>([10, 5], [10, 4], [6, 2], [7, 3], [5, 5], [60, 20]), fc.constantFrom(0, 0, 1, -3)).map(([[size, hop], offset]) => ({
  sql: () => `HoppingWindow(second, ${size}, ${hop}${offset === 0 ? '' : `, ${offset}`})`,
  of: aligned(size, hop, offset),
}));

const sliding: fc.Arbitrary<Window> = fc.constantFrom(1, 4, 10).map((size) => ({
  sql: () => `SlidingWindow(second, ${size})`,
  of: (group) => {
    const instants = [...new Set(group.flatMap((row) => [row.t, row.t + size]))];
    return instants.map((end) => ({ end, rows: group.filter((row) => row.t > end - size && row.t <= end) })).filter(({ rows }) => rows.length > 0);
  },
}));

/** The documented rule: it ends when `t - last > timeout`, or at a multiple of the longest duration that is at least that duration after it opened. */
function sessions(rows: readonly Row[], timeout: number, longest: number): { end: number; from: number; to: number }[] {
  const times = [...new Set(rows.map((row) => row.t))].sort((a, b) => a - b);
  const found: { end: number; from: number; to: number }[] = [];
  const cutAfter = (open: number): number => {
    let cut = longest * Math.floor((ORIGIN + open) / longest) - ORIGIN;
    while (cut - open < longest) cut += longest;
    return cut;
  };
  let i = 0;
  while (i < times.length) {
    let open = times[i]!;
    let last = open;
    for (let alive = true; alive; ) {
      const cut = cutAfter(open);
      const from = i;
      while (i < times.length && times[i]! <= cut && times[i]! - last <= timeout) last = times[i++]!;
      if (i > from) found.push({ end: Math.min(last + timeout, cut), from: times[from]!, to: times[i - 1]! });
      // Cut while alive, a new one opens at that same point.
      alive = i < times.length && times[i]! > cut && times[i]! - last <= timeout;
      open = cut;
    }
  }
  return found;
}

const session: fc.Arbitrary<Window> = fc.tuple(fc.constantFrom(1, 3, 8), fc.constantFrom(4, 10, 600), fc.boolean()).map(([timeout, longest, keyed]) => ({
  sql: (a) => `SessionWindow(second, ${timeout}, ${longest})${keyed ? ` OVER (PARTITION BY ${a}.k)` : ''}`,
  // A group that is not the partition key's own may take part in the sessions of several keys: each is a window of its own.
  of: (group, all) =>
    (keyed ? [...new Set(all.map((row) => row.k))] : [undefined]).flatMap((key) => {
      const own = (row: Row): boolean => key === undefined || row.k === key;
      return sessions(all.filter(own), timeout, longest).map(({ end, from, to }) => ({ end, rows: group.filter((row) => own(row) && row.t >= from && row.t <= to) })).filter(({ rows }) => rows.length > 0);
    }),
}));

const snapshot: fc.Arbitrary<Window> = fc.constant({
  sql: () => 'System.Timestamp()',
  of: (group) => [...new Set(group.map((row) => row.t))].map((end) => ({ end, rows: group.filter((row) => row.t === end) })),
});

export const window: fc.Arbitrary<Window> = fc.oneof(tumbling, hopping, sliding, session, snapshot);

/** Several at once: each gives its own rows. */
export const windows: fc.Arbitrary<Window> = fc.oneof(
  { weight: 4, arbitrary: window },
  fc.array(window, { minLength: 2, maxLength: 3 }).map((list) => ({
    sql: (a: string) => `Windows(${list.map((w) => w.sql(a)).join(', ')})`,
    of: (group: readonly Row[], all: readonly Row[]) => list.flatMap((w) => w.of(group, all)),
  })),
);
