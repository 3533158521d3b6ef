/** Session windows against cases that others wrote, where the conformance set lies beside the repository. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TICKS_PER_SECOND, formatDateTime, parseDateTime } from '../../shared/values/ticks';
import { WORLDS, runWorld } from './worlds';

interface SessionCase {
  name: string;
  timeout: number;
  max: number | null;
  events?: [number, number][];
  partitions?: Record<string, [number, number][]>;
  sum_sessions?: { end: number; sum: number }[];
  avg_sessions?: Record<string, { end: number; avg: number }[]>;
}

const FILE = join(__dirname, '../../../shared/conformance/saql/trill_session_tests.json');
/** A midnight, so that multiples of the longest duration are where the cases count them. */
const START = parseDateTime('2024-01-01T00:00:00Z') as number;
const at = (second: number): string => formatDateTime(START + second * TICKS_PER_SECOND);
const cases = existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as { tests: SessionCase[] }).tests : [];

describe('session cases', () => {
  if (cases.length === 0) it.skip('the conformance set is not beside the repository', () => undefined);
  for (const test of cases) {
    it.each(WORLDS.map((world) => [world.name, world] as const))(`${test.name}: %s`, (_name, world) => {
      const partitions = test.partitions ?? { '0': test.events ?? [] };
      const query = `SELECT p, ${test.avg_sessions ? 'AVG' : 'SUM'}(v) AS v, System.Timestamp() AS e FROM input TIMESTAMP BY t
        GROUP BY p, SessionWindow(second, ${test.timeout}, ${test.max ?? 86_400}) OVER (PARTITION BY p)`;
      const events = Object.entries(partitions).flatMap(([p, list]) => list.map(([t, v]) => ({ input: 'input', body: JSON.stringify({ p, v, t: at(t) }) })));
      const expected = Object.entries(test.avg_sessions ?? { '0': test.sum_sessions ?? [] }).flatMap(([p, list]) =>
        (list as { end: number; sum?: number; avg?: number }[]).map((session) => JSON.stringify({ p, v: session.avg ?? session.sum, e: at(session.end) })),
      );
      expect(runWorld({ query, inputs: ['input'], events }, world).rows.output).toEqual(expected.sort());
    });
  }
});
