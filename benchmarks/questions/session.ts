import { duckdb } from '../contenders/duckdb';
import { jsonParse, type DeviceEvent } from '../contenders/json-parse';
import { weir } from '../contenders/weir';
import { makeEvents } from '../events';
import type { Question, ResultRow } from '../question';

const TIMEOUT = 5000;

function sessions(events: Iterable<DeviceEvent>): ResultRow[] {
  const rows: ResultRow[] = [];
  const open = new Map<string, { n: number; last: number }>();
  for (const { deviceId, time } of events) {
    const ms = Date.parse(time);
    const session = open.get(deviceId);
    if (session && ms - session.last <= TIMEOUT) {
      session.n++;
      session.last = ms;
      continue;
    }
    if (session) rows.push([deviceId, session.n, session.last + TIMEOUT]);
    open.set(deviceId, { n: 1, last: ms });
  }
  for (const [device, { n, last }] of open) rows.push([device, n, last + TIMEOUT]);
  return rows;
}

/** A session begins where the event before is further away than the timeout; how many have begun is its number. */
const NUMBERED = `
  SELECT deviceId, time, sum(begins) OVER (PARTITION BY deviceId ORDER BY time) AS session FROM (
    SELECT deviceId, time, (time - lag(time) OVER (PARTITION BY deviceId ORDER BY time) > INTERVAL 5 SECOND)::INT AS begins FROM events)`;

export const session: Question = {
  name: 'session',
  asks: 'COUNT by device in sessions with a timeout of 5 s, 1,000 devices',
  events: 200_000,
  // An event of a device every 5 s on average, so that sessions end. The longest that a session may be, a day, is never reached.
  data: (count) => makeEvents({ count, keys: 1000, rate: 200 }),
  columns: ['deviceId', 'n', 'until'],
  target: 400_000,
  contenders: [
    weir('SELECT deviceId, COUNT(*) AS n, System.Timestamp() AS until INTO output FROM input TIMESTAMP BY time GROUP BY deviceId, SessionWindow(second, 5, 86400) OVER (PARTITION BY deviceId)'),
    jsonParse(sessions),
    duckdb(`SELECT deviceId, count(*), max(time) + INTERVAL 5 SECOND FROM (${NUMBERED}) GROUP BY deviceId, coalesce(session, 0)`, { deviceId: 'VARCHAR', time: 'TIMESTAMP' }),
  ],
};
