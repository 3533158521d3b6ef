import { duckdb } from '../contenders/duckdb';
import { jsonParse, type DeviceEvent } from '../contenders/json-parse';
import { weir } from '../contenders/weir';
import { makeEvents } from '../events';
import type { Question, ResultRow } from '../question';
import { windowEnd, windowEndSql } from './window-end';

const SIZE = 60_000;
const HOP = 5_000;

/** An accumulator per device and window: an event belongs to 12 of them. */
function countAndMax(events: Iterable<DeviceEvent>): ResultRow[] {
  const windows = new Map<number, Map<string, { n: number; top: number }>>();
  for (const { deviceId, time, temperature } of events) {
    const first = windowEnd(Date.parse(time), HOP);
    for (let end = first; end < first + SIZE; end += HOP) {
      let groups = windows.get(end);
      if (!groups) windows.set(end, (groups = new Map()));
      const group = groups.get(deviceId);
      if (group) {
        group.n++;
        group.top = Math.max(group.top, temperature);
      } else groups.set(deviceId, { n: 1, top: temperature });
    }
  }
  return [...windows].flatMap(([end, groups]) => [...groups].map(([device, { n, top }]) => [device, n, top, end]));
}

const PANES = `SELECT deviceId, count(*) AS n, max(temperature) AS top, ${windowEndSql('5 seconds')} AS pane FROM events GROUP BY deviceId, pane`;

export const hopping: Question = {
  name: 'hopping',
  asks: 'COUNT and MAX by device in windows of 60 s every 5 s, 1,000 devices',
  events: 400_000,
  // A minute and more of event time, so that windows fill: 400 s at 1,000 events a second.
  data: (count) => makeEvents({ count, keys: 1000, rate: 1000 }),
  columns: ['deviceId', 'n', 'top', 'until'],
  target: 1_000_000,
  contenders: [
    weir('SELECT deviceId, COUNT(*) AS n, MAX(temperature) AS top, System.Timestamp() AS until INTO output FROM input TIMESTAMP BY time GROUP BY deviceId, HoppingWindow(second, 60, 5)'),
    jsonParse(countAndMax),
    duckdb(
      `SELECT deviceId, sum(n)::BIGINT, max(top), pane + INTERVAL 5 SECOND * hop AS until FROM (${PANES}), range(0, 12) hops(hop) GROUP BY deviceId, until`,
      { deviceId: 'VARCHAR', time: 'TIMESTAMP', temperature: 'DOUBLE' },
    ),
  ],
};
