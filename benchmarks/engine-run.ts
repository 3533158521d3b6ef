import { compile } from '../shared/compiler/compile';
import { createDecoder, openColumnsOf } from '../shared/formats/decoder';
import { Runner } from '../shared/runtime/runner';
import { lineBounds, makeEvents } from './events';
import { TICKS_PER_SECOND, fromUnixMs } from '../shared/values/ticks';

const QUERIES: Record<string, string> = {
  filter: `SELECT deviceId, temperature, humidity INTO output FROM input TIMESTAMP BY time WHERE temperature > 30`,
  tumbling: `SELECT deviceId, COUNT(*) AS n, AVG(temperature) AS mean INTO output FROM input TIMESTAMP BY time GROUP BY deviceId, TumblingWindow(second, 10)`,
  hopping: `SELECT deviceId, COUNT(*) AS n, MAX(temperature) AS top INTO output FROM input TIMESTAMP BY time GROUP BY deviceId, HoppingWindow(second, 60, 5)`,
  sliding: `SELECT deviceId, COUNT(*) AS n, AVG(temperature) AS mean INTO output FROM input TIMESTAMP BY time GROUP BY deviceId, SlidingWindow(second, 1)`,
  session: `SELECT deviceId, COUNT(*) AS n INTO output FROM input TIMESTAMP BY time GROUP BY deviceId, SessionWindow(second, 5, 60) OVER (PARTITION BY deviceId)`,
  lag: `SELECT deviceId, temperature - LAG(temperature) OVER (PARTITION BY deviceId LIMIT DURATION(minute, 1)) AS change INTO output FROM input TIMESTAMP BY time`,
  join: `SELECT a.deviceId, a.temperature, b.humidity INTO output FROM input a TIMESTAMP BY time JOIN input b TIMESTAMP BY time ON a.deviceId = b.deviceId AND DATEDIFF(millisecond, a, b) BETWEEN 0 AND 50`,
};
const [name = 'tumbling', keys = '1000', count = '200000'] = process.argv.slice(2);
const bytes = makeEvents({ count: Number(count), keys: Number(keys) });
const bounds = lineBounds(bytes);
console.log(`${name}: ${bounds.length} events, ${(bytes.length / bounds.length).toFixed(1)} bytes each`);
for (let run = 0; run < 4; run++) {
  let rows = 0;
  let dead = 0;
  const program = compile(QUERIES[name] as string, { inputs: [{ name: 'input', kind: 'stream' }] });
  const runner = new Runner(program, {
    decoders: { input: createDecoder({ format: 'json', booleansAsBit: true }) },
    readers: { input: process.env.SLOW ? undefined : openColumnsOf({ format: 'json', booleansAsBit: true }) },
    policy: { early: 'unlimited', late: 'unlimited', outOfOrder: 0, action: 'adjust' },
    references: { at: () => ({ version: '0', rows: [] }) },
    onError: 'dead-letter',
    onOutput: (batch) => (rows += batch.rows.length),
    onDeadLetters: (letters) => (dead += letters.length),
  });
  const enqueued = fromUnixMs(Date.UTC(2026, 0, 1)) + TICKS_PER_SECOND;
  const before = process.cpuUsage();
  const start = performance.now();
  for (let i = 0; i < bounds.length; i += 1000) {
    const events = bounds.slice(i, i + 1000).map(({ from, to }, j) => ({ sequenceNumber: i + j, enqueued, body: bytes, from, to }));
    runner.push({ input: 'input', partition: '0', partitionCount: 1, begin: 0, events });
  }
  runner.finish();
  const ms = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  console.log(`rows ${rows} dead ${dead}: ${(bounds.length / ms / 1000).toFixed(3)} M/s wall, ${(bounds.length / ((user + system) / 1000) / 1000).toFixed(3)} M/s cpu`);
}
