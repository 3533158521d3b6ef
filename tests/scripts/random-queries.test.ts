/** Random events against a brute-force oracle, in a random world: no difference may be found. */
import fc from 'fast-check';
import { formatDateTime, parseDateTime, TICKS_PER_SECOND } from '../../shared/values/ticks';
import { runWorld, seeded, type World } from './worlds';

const START = parseDateTime('2024-01-01T00:00:00Z') as number;

const event = fc.record({ k: fc.constantFrom('a', 'b', 'c'), v: fc.integer({ min: -5, max: 5 }), s: fc.integer({ min: 0, max: 40 }) });
const world = fc.record({ name: fc.constant('random'), partitions: fc.integer({ min: 1, max: 5 }), batch: fc.integer({ min: 1, max: 6 }), roundTrip: fc.boolean(), disturbed: fc.boolean() });

type Event = { k: string; v: number; s: number };

/** Every window (end - size, end], recomputed from all events. */
function oracle(events: readonly Event[], size: number, hop: number): string[] {
  const rows: string[] = [];
  for (let end = 0; end <= 100; end += hop) {
    for (const k of ['a', 'b', 'c']) {
      const inside = events.filter((e) => e.k === k && e.s > end - size && e.s <= end);
      if (inside.length === 0) continue;
      const values = inside.map((e) => e.v);
      rows.push(JSON.stringify({ k, n: inside.length, s: values.reduce((a, b) => a + b, 0), hi: Math.max(...values), e: formatDateTime(START + end * TICKS_PER_SECOND) }));
    }
  }
  return rows.sort();
}

describe('windows against recomputation', () => {
  it.each([
    ['tumbling', 'TumblingWindow(second, 5)', 5, 5],
    ['hopping', 'HoppingWindow(second, 10, 5)', 10, 5],
    ['hopping with panes smaller than the hop', 'HoppingWindow(second, 10, 4)', 10, 4],
  ])('%s', (_name, window, size, hop) => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 40 }), world, fc.integer(), (events: Event[], where: World, seed) => {
        const bodies = events.map(({ k, v, s }) => ({ input: 'input', body: JSON.stringify({ k, v, t: formatDateTime(START + s * TICKS_PER_SECOND) }) }));
        const query = `SELECT k, COUNT(*) AS n, SUM(v) AS s, MAX(v) AS hi, System.Timestamp() AS e FROM input TIMESTAMP BY t GROUP BY k, ${window}`;
        const { rows } = runWorld({ query, inputs: ['input'], events: bodies }, where, seeded(seed));
        expect(rows.output ?? []).toEqual(oracle(events, size, hop));
      }),
      { numRuns: 60 },
    );
  });
});

describe('every world gives the same rows', () => {
  it.each([
    'SELECT a.k, a.v AS x, b.v AS y FROM input a TIMESTAMP BY t JOIN input b TIMESTAMP BY t ON a.k = b.k AND DATEDIFF(second, a, b) BETWEEN 0 AND 3',
    'SELECT k, COUNT(*) AS n, System.Timestamp() AS e FROM input TIMESTAMP BY t GROUP BY k, SlidingWindow(second, 4)',
    'SELECT k, COUNT(*) AS n, System.Timestamp() AS e FROM input TIMESTAMP BY t GROUP BY k, SessionWindow(second, 3, 10) OVER (PARTITION BY k)',
    'SELECT COUNT(DISTINCT k) AS n, STDEV(v) AS d, System.Timestamp() AS e FROM input TIMESTAMP BY t GROUP BY HoppingWindow(second, 6, 2)',
  ])('%s', (query) => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 25 }), world, fc.integer(), (events: Event[], where: World, seed) => {
        const scenario = { query, inputs: ['input'], events: events.map(({ k, v, s }) => ({ input: 'input', body: JSON.stringify({ k, v, t: formatDateTime(START + s * TICKS_PER_SECOND) }) })) };
        const plain = runWorld(scenario, { name: 'plain', partitions: 1, batch: 1_000 });
        expect(runWorld(scenario, where, seeded(seed)).rows).toEqual(plain.rows);
      }),
      { numRuns: 40 },
    );
  });
});
