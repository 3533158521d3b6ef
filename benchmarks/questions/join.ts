import { duckdb } from '../contenders/duckdb';
import { jsonParse, type DeviceEvent } from '../contenders/json-parse';
import { weir } from '../contenders/weir';
import { makeEvents } from '../events';
import type { Question, ResultRow } from '../question';

const WITHIN = 50;

interface Kept {
  ms: number;
  event: DeviceEvent;
}

/** Pairs (a, b) of a device, b at most 50 ms after a. The stream is joined with itself: an event is a left and a right one. */
function pairs(events: Iterable<DeviceEvent>): ResultRow[] {
  const rows: ResultRow[] = [];
  const recent = new Map<string, Kept[]>();
  const pair = (a: DeviceEvent, b: DeviceEvent): void => void rows.push([a.deviceId, a.temperature, b.humidity]);
  for (const event of events) {
    const ms = Date.parse(event.time);
    const kept = (recent.get(event.deviceId) ?? []).filter((left) => left.ms >= ms - WITHIN);
    for (const left of kept) {
      pair(left.event, event);
      if (left.ms === ms) pair(event, left.event);
    }
    pair(event, event);
    kept.push({ ms, event });
    recent.set(event.deviceId, kept);
  }
  return rows;
}

export const join: Question = {
  name: 'join',
  asks: 'join of a stream with itself by device within 50 ms, 1,000 devices',
  events: 100_000,
  data: (count) => makeEvents({ count, keys: 1000 }),
  columns: ['deviceId', 'temperature', 'humidity'],
  target: 400_000,
  contenders: [
    weir('SELECT a.deviceId, a.temperature, b.humidity INTO output FROM input a TIMESTAMP BY time JOIN input b TIMESTAMP BY time ON a.deviceId = b.deviceId AND DATEDIFF(millisecond, a, b) BETWEEN 0 AND 50'),
    jsonParse(pairs),
    duckdb('SELECT a.deviceId, a.temperature, b.humidity FROM events a JOIN events b ON a.deviceId = b.deviceId AND b.time BETWEEN a.time AND a.time + INTERVAL 50 MILLISECOND', {
      deviceId: 'VARCHAR', time: 'TIMESTAMP', temperature: 'DOUBLE', humidity: 'DOUBLE',
    }),
  ],
};
