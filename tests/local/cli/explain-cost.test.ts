/** The examples of docs/performance.md and docs/operations.md, computed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { costOf, type Load } from '../../../local/cli/explain/cost';
import { EVENTS_PER_BATCH } from '../../../local/cli/explain/limits';
import { compile } from '../../../shared/compiler/compile';
import type { Plan } from '../../../shared/program';

const planOf = (query: string, partitionKey?: string): Plan => compile(query, { inputs: [{ name: 'input', kind: 'stream', ...(partitionKey ? { partitionKey } : {}) }], shards: 2 }).plan;
const load = (change: Partial<Load>): Load => ({ rate: 4000, partitions: 4, eventBytes: 300, ...change });
const counting = (output: string): string => `SELECT k, COUNT(*) AS n INTO ${output} FROM input TIMESTAMP BY t GROUP BY k, TumblingWindow(second, 5)`;
const two = `${counting('a')}; ${counting('b')}`;
const lag = 'SELECT LAG(v) OVER (PARTITION BY k LIMIT DURATION(minute, 1)) AS v FROM input';

describe('entity operations a second', () => {
  it.each<[string, Plan, Partial<Load>, number]>([
    // P × b + P × min(b, W) + P × S × W + S × W
    ['two windows of 5 s over 4 partitions', planOf(two), {}, 4 + 1.6 + 3.2 + 0.8],
    ['over 32', planOf(two), { partitions: 32 }, 32 + 12.8 + 25.6 + 0.8],
    ['with two full batches a second from each partition', planOf(two), { rate: 8000 }, 8 + 1.6 + 3.2 + 0.8],
    ['grouped as it is partitioned', planOf(counting('a'), 'k'), {}, 4 + 0.8],
    // P × b + P × b + P × S × b + S × P × b
    ['rows that are regrouped', planOf(lag), {}, 4 + 4 + 8 + 8],
    ['no state', planOf('SELECT k FROM input WHERE k > 1'), {}, 0],
  ])('%s', (_, plan, change, operations) => expect(costOf(plan, load(change)).operations).toBeCloseTo(operations, 6));
});

it.each<[number, number, number]>([[1000, 300, 1], [1001, 300, 2], [1000, 4000, 4]])('%i events a second of %i bytes need %i throughput units', (rate, eventBytes, units) =>
  expect(costOf(planOf(two), load({ rate, eventBytes })).throughputUnits).toBe(units));

it('a batch is as large as host.json says', () => {
  const host = JSON.parse(readFileSync(join(__dirname, '../../../host.json'), 'utf8')) as { extensions: { eventHubs: { maxEventBatchSize: number } } };
  expect(host.extensions.eventHubs.maxEventBatchSize).toBe(EVENTS_PER_BATCH);
});
