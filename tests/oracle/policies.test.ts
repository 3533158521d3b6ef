/**
 * Time policies, computed a second time: the events of a partition one after another, by the documented order of rules (early, late, out of order), then
 * windows by brute force over the times that they got.
 */
import fc from 'fast-check';
import { TICKS_PER_SECOND } from '../../shared/values/ticks';
import { WORLDS, runWorld, seeded, type World } from '../scripts/worlds';

const START = Date.UTC(2024, 0, 1);
const RUNS = Number(process.env.WEIR_ORACLE_RUNS ?? 50);
const iso = (t: number): string => new Date(START + t * 1000).toISOString();

interface Event {
  id: number;
  k: string | null;
  t: number;
  arrival: number;
  /** What a filter looks at. */
  keep: boolean;
}

interface Policy {
  early: number | 'unlimited';
  late: number | 'unlimited';
  outOfOrder: number;
  action: 'adjust' | 'drop';
}

interface Judged {
  rows: (Event & { time: number })[];
  /** Reasons, one per event set aside. */
  dead: string[];
}

/** One partition. `over`: with substreams each key has a highest time of its own, and NULL is no key. */
function judge(events: readonly Event[], policy: Policy, over: boolean): Judged {
  const judged: Judged = { rows: [], dead: [] };
  const highest = new Map<string, number>();
  for (const event of events) {
    const { t, arrival } = event;
    const reason = over && event.k === null ? 'invalid-timestamp-key' : policy.early !== 'unlimited' && t - arrival > policy.early ? 'early' : undefined;
    const isLate = policy.late !== 'unlimited' && arrival - t > policy.late;
    if (reason !== undefined || (isLate && policy.action === 'drop')) {
      judged.dead.push(policy.early !== 'unlimited' && t - arrival > policy.early ? 'early' : isLate && policy.action === 'drop' ? 'late' : (reason as string));
      continue;
    }
    const adjusted = isLate ? arrival - (policy.late as number) : t;
    const stream = over ? JSON.stringify(event.k) : '';
    const watermark = (highest.get(stream) ?? -Infinity) - policy.outOfOrder;
    highest.set(stream, Math.max(highest.get(stream) ?? -Infinity, adjusted));
    if (adjusted >= watermark) judged.rows.push({ ...event, time: adjusted });
    else if (policy.action === 'drop') judged.dead.push('out-of-order');
    else judged.rows.push({ ...event, time: watermark });
  }
  return judged;
}

const seconds = (limit: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: limit * 2 }).map((n) => n / 2);
/** Arrivals never step back within a partition. */
const events = fc
  .array(fc.record({ k: fc.constantFrom('a', 'b', null), step: seconds(6), lag: fc.integer({ min: -12, max: 30 }).map((n) => n / 2), keep: fc.boolean() }), { maxLength: 16 })
  .map((list) => {
    let arrival = 100;
    return list.map(({ k, step, lag, keep }, id): Event => ({ id, k, keep, arrival: (arrival += step), t: arrival - lag }));
  });
const limit = fc.oneof(seconds(8), fc.constant<'unlimited'>('unlimited'));
const policy: fc.Arbitrary<Policy> = fc.record({ early: limit, late: limit, outOfOrder: seconds(8), action: fc.constantFrom('adjust' as const, 'drop' as const) });

const QUERY = (over: string): string => `
SELECT id, System.Timestamp() AS e INTO times FROM input TIMESTAMP BY t${over} WHERE keep = 1
SELECT k, COUNT(*) AS n, System.Timestamp() AS e INTO windows FROM input TIMESTAMP BY t${over} WHERE keep = 1 GROUP BY k, TumblingWindow(second, 5)
SELECT id, LAST(id) OVER (PARTITION BY id LIMIT DURATION(second, 1)) AS same, System.Timestamp() AS e INTO later FROM input TIMESTAMP BY t${over}
SELECT a.id, b.id AS other, System.Timestamp() AS e INTO pairs FROM input a TIMESTAMP BY t${over} JOIN input b TIMESTAMP BY t${over} ON a.k = b.k AND DATEDIFF(second, a, b) BETWEEN 1 AND 3`;

const apart = (a: { time: number }, b: { time: number }): number => Math.floor(b.time) - Math.floor(a.time);

function expectedRows(judged: Judged): Record<string, string[]> {
  const kept = judged.rows.filter((row) => row.keep);
  const windows = new Map<string, { k: string | null; n: number; e: string }>();
  for (const { k, time } of kept) {
    const e = iso(Math.ceil(time / 5) * 5);
    const found = windows.get(`${k} ${e}`) ?? { k, n: 0, e };
    found.n++;
    windows.set(`${k} ${e}`, found);
  }
  const rows = {
    times: kept.map(({ id, time }) => ({ id, e: iso(time) })),
    windows: [...windows.values()],
    later: judged.rows.map(({ id, time }) => ({ id, same: id, e: iso(time) })),
    pairs: judged.rows.flatMap((a) => judged.rows.filter((b) => a.k !== null && a.k === b.k && apart(a, b) >= 1 && apart(a, b) <= 3).map((b) => ({ id: a.id, other: b.id, e: iso(b.time) }))),
  };
  return Object.fromEntries(Object.entries(rows).flatMap(([name, list]) => (list.length > 0 ? [[name, list.map((row) => JSON.stringify(row)).sort()]] : [])));
}

describe.each([['without substreams', ''], ['with substreams', ' OVER k']])('time policies %s', (_name, over) => {
  it('give the times of the rules', () => {
    fc.assert(
      fc.property(events, policy, fc.constantFrom(...WORLDS), fc.integer(), (list: Event[], rules: Policy, world: World, seed: number) => {
        const partitions = Array.from({ length: world.partitions }, (_, p) => judge(list.filter((_event, i) => i % world.partitions === p), rules, over !== ''));
        const judged: Judged = { rows: partitions.flatMap((p) => p.rows), dead: partitions.flatMap((p) => p.dead) };
        const ticks = (n: number | 'unlimited'): number | 'unlimited' => (n === 'unlimited' ? n : n * TICKS_PER_SECOND);
        const outcome = runWorld(
          {
            query: QUERY(over),
            inputs: ['input'],
            events: list.map(({ id, k, t, arrival, keep }) => ({ input: 'input', body: JSON.stringify({ id, k, keep: Number(keep), t: iso(t) }), at: iso(arrival) })),
            policy: { early: ticks(rules.early), late: ticks(rules.late), outOfOrder: rules.outOfOrder * TICKS_PER_SECOND, action: rules.action },
          },
          world,
          seeded(seed),
        );
        const rows = Object.fromEntries(Object.entries(outcome.rows).map(([name, texts]) => [name, texts.map((text) => JSON.parse(text) as Record<string, unknown>).map((row) => JSON.stringify({ ...row, e: new Date(row.e as string).toISOString() })).sort()]));
        expect(rows).toEqual(expectedRows(judged));
        expect([...new Set(outcome.letters.map((letter) => letter.split(' ')[0]))].sort()).toEqual([...new Set(judged.dead)].sort());
        // Each event set aside is counted once, however many scans read it.
        const counted = Object.values(outcome.status).flat().flatMap((status) => Object.entries(status.deadLettered).flatMap(([reason, n]) => new Array<string>(n).fill(reason)));
        expect(counted.sort()).toEqual([...judged.dead].sort());
        for (const status of Object.values(outcome.status).flat()) {
          expect(status.events).toBe(status.filtered + status.applied + status.pending + Object.values(status.deadLettered).reduce((a, b) => a + b, 0));
        }
      }),
      { numRuns: RUNS },
    );
  });
});
