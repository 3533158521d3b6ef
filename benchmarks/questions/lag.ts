import { duckdb } from '../contenders/duckdb';
import { jsonParse, type DeviceEvent } from '../contenders/json-parse';
import { weir } from '../contenders/weir';
import { makeEvents } from '../events';
import type { Question, ResultRow } from '../question';

const LIMIT = 60_000;

function changes(events: Iterable<DeviceEvent>): ResultRow[] {
  const rows: ResultRow[] = [];
  const before = new Map<string, { ms: number; temperature: number }>();
  for (const { deviceId, time, temperature } of events) {
    const ms = Date.parse(time);
    const last = before.get(deviceId);
    rows.push([deviceId, temperature, last && ms - last.ms < LIMIT ? last.temperature : null]);
    before.set(deviceId, { ms, temperature });
  }
  return rows;
}

const BEFORE = 'OVER (PARTITION BY deviceId ORDER BY time, seq)';

export const lag: Question = {
  name: 'lag',
  asks: 'the temperature before this one, by device, with LAG; 1,000 devices',
  events: 200_000,
  data: (count) => makeEvents({ count, keys: 1000 }),
  columns: ['deviceId', 'temperature', 'before'],
  target: 400_000,
  contenders: [
    weir('SELECT deviceId, temperature, LAG(temperature) OVER (PARTITION BY deviceId LIMIT DURATION(minute, 1)) AS before INTO output FROM input TIMESTAMP BY time'),
    jsonParse(changes),
    duckdb(`SELECT deviceId, temperature, CASE WHEN time - lag(time) ${BEFORE} < INTERVAL 1 MINUTE THEN lag(temperature) ${BEFORE} END FROM events`, {
      deviceId: 'VARCHAR', time: 'TIMESTAMP', temperature: 'DOUBLE', seq: 'BIGINT',
    }),
  ],
};
