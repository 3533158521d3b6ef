import { duckdb } from '../contenders/duckdb';
import { jsonParse, type DeviceEvent } from '../contenders/json-parse';
import { weir } from '../contenders/weir';
import { makeEvents } from '../events';
import type { Question, ResultRow } from '../question';

const SIZE = 1000;

interface Content {
  times: number[];
  values: number[];
  /** The first that is still in the window. */
  first: number;
  sum: number;
}

/** A row whenever the content of (t - 1 s, t] of a device changes and it is not empty. */
function onChange(events: Iterable<DeviceEvent>): ResultRow[] {
  const rows: ResultRow[] = [];
  const devices = new Map<string, Content>();
  const result = (device: string, content: Content, at: number): void => {
    const n = content.times.length - content.first;
    if (n > 0) rows.push([device, n, content.sum / n, at]);
  };
  // Rows leave at their time + 1 s: each change before `until`, and those of one instant together.
  const leave = (device: string, content: Content, until: number): void => {
    while (content.first < content.times.length) {
      const at = (content.times[content.first] as number) + SIZE;
      if (at >= until) return;
      drop(content, at);
      result(device, content, at);
    }
  };
  let at = -Infinity;
  let entered = new Set<string>();
  const settle = (): void => {
    for (const device of entered) result(device, devices.get(device) as Content, at);
    entered = new Set();
  };
  for (const { deviceId, time, temperature } of events) {
    const ms = Date.parse(time);
    if (ms > at) settle();
    at = ms;
    let content = devices.get(deviceId);
    if (!content) devices.set(deviceId, (content = { times: [], values: [], first: 0, sum: 0 }));
    leave(deviceId, content, ms);
    drop(content, ms);
    content.times.push(ms);
    content.values.push(temperature);
    content.sum += temperature;
    entered.add(deviceId);
  }
  settle();
  for (const [device, content] of devices) leave(device, content, Infinity);
  return rows;
}

function drop(content: Content, at: number): void {
  for (; content.first < content.times.length && (content.times[content.first] as number) + SIZE <= at; content.first++) content.sum -= content.values[content.first] as number;
}

const CHANGES = `
  SELECT deviceId, time, temperature FROM events
  UNION ALL SELECT deviceId, time + INTERVAL 1 SECOND, NULL FROM events`;
const CONTENT = 'PARTITION BY deviceId ORDER BY time RANGE BETWEEN INTERVAL 999 MILLISECOND PRECEDING AND CURRENT ROW';

export const sliding: Question = {
  name: 'sliding',
  asks: 'COUNT and AVG by device in sliding windows of 1 s, 1,000 devices: a row for each change',
  events: 100_000,
  data: (count) => makeEvents({ count, keys: 1000 }),
  columns: ['deviceId', 'n', '~mean', 'until'],
  target: 400_000,
  contenders: [
    weir('SELECT deviceId, COUNT(*) AS n, AVG(temperature) AS mean, System.Timestamp() AS until INTO output FROM input TIMESTAMP BY time GROUP BY deviceId, SlidingWindow(second, 1)'),
    jsonParse(onChange),
    duckdb(
      `SELECT DISTINCT * FROM (SELECT deviceId, count(temperature) OVER (${CONTENT}) AS n, avg(temperature) OVER (${CONTENT}) AS mean, time FROM (${CHANGES})) WHERE n > 0`,
      { deviceId: 'VARCHAR', time: 'TIMESTAMP', temperature: 'DOUBLE' },
    ),
  ],
};
