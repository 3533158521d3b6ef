/** A user-defined sum must be the sum: in every window, in every world, whether rows can be taken away from it or not. */
import { WORLDS, runWorld, seeded, type Scenario } from './worlds';

const total = (deaccumulate: string): string => `function main() {
  this.init = function () { this.sum = 0; this.n = 0; };
  this.accumulate = function (value) { if (value !== null) { this.sum += value; this.n += 1; } };
  ${deaccumulate}
  this.computeResult = function () { return this.n === 0 ? null : this.sum; };
}`;

const WINDOWS = [
  'TumblingWindow(second, 10)',
  'HoppingWindow(second, 8, 3)',
  'SlidingWindow(second, 6)',
  'SessionWindow(second, 3, 9) OVER (PARTITION BY k)',
  'System.Timestamp()',
  "Windows(Window('a', HoppingWindow(second, 9, 2)), Window('b', SlidingWindow(second, 3)), Window('c', TumblingWindow(second, 4)))",
];

function events(seed: number): Scenario['events'] {
  const random = seeded(seed);
  return Array.from({ length: 40 }, () => {
    const t = `2024-01-01T00:00:${String(Math.floor(random() * 50)).padStart(2, '0')}Z`;
    return { input: 'input', body: JSON.stringify({ k: random() < 0.7 ? 'a' : 'b', v: random() < 0.1 ? null : Math.floor(random() * 100), t }) };
  });
}

describe.each(WINDOWS)('%s', (window) => {
  it.each(WORLDS.filter((world) => world.roundTrip ?? world.entities).map((world, i) => [world.name, world, i + 1] as const))('%s', (_name, world, seed) => {
    const select = `k, System.Timestamp() AS at, COUNT(*) AS n${window.startsWith('Windows') ? ', System.Window().Id AS id' : ''}`;
    const query = (a: string, b: string): string => `SELECT ${select}, ${a} AS a, ${b} AS b FROM input TIMESTAMP BY t GROUP BY k, ${window}`;
    const functions = { plain: total(''), taking: total('this.deaccumulate = function (value) { if (value !== null) { this.sum -= value; this.n -= 1; } };') };
    const scenario = { inputs: ['input'], events: events(seed), functions };
    const expected = runWorld({ ...scenario, query: query('SUM(v)', 'SUM(v)') }, world);
    expect(expected.rows.output?.length).toBeGreaterThan(5);
    for (const name of ['plain', 'taking']) expect(runWorld({ ...scenario, query: query(`uda.${name}(v)`, 'SUM(v)') }, world).rows).toEqual(expected.rows);
  });
});
