import { groupBy, map, mergeMap, reduce } from 'rxjs';
import { alasqlQuery } from '../contenders/alasql';
import { duckdb } from '../contenders/duckdb';
import { jsonParse, type DeviceEvent } from '../contenders/json-parse';
import { rxjs } from '../contenders/rxjs';
import { weir } from '../contenders/weir';
import { makeEvents } from '../events';
import type { Question, ResultRow } from '../question';
import { windowEnd, windowEndSql } from './window-end';

const SIZE = 10_000;
export const TUMBLING = 'SELECT deviceId, COUNT(*) AS n, AVG(temperature) AS mean, System.Timestamp() AS until INTO output FROM input TIMESTAMP BY time GROUP BY deviceId, TumblingWindow(second, 10)';

/** A window at a time: events come in order. */
export function countAndMean(events: Iterable<DeviceEvent>): ResultRow[] {
  const rows: ResultRow[] = [];
  let end = -Infinity;
  let groups = new Map<string, { n: number; sum: number }>();
  const close = (): void => {
    for (const [device, { n, sum }] of groups) rows.push([device, n, sum / n, end]);
    groups = new Map();
  };
  for (const { deviceId, time, temperature } of events) {
    const ms = Date.parse(time);
    if (ms > end) {
      close();
      end = windowEnd(ms, SIZE);
    }
    const group = groups.get(deviceId);
    if (group) {
      group.n++;
      group.sum += temperature;
    } else groups.set(deviceId, { n: 1, sum: temperature });
  }
  close();
  return rows;
}

const groupOf = ({ deviceId, time }: DeviceEvent): string => `${windowEnd(Date.parse(time), SIZE)} ${deviceId}`;

/** A subject for each group: over 100,000 devices a run takes 25 s of processor time, so it is asked about 1,000 only. */
const RXJS = rxjs((events) =>
  events.pipe(
    groupBy(groupOf),
    mergeMap((group) =>
      group.pipe(
        reduce((total, { temperature }) => ({ n: total.n + 1, sum: total.sum + temperature }), { n: 0, sum: 0 }),
        map(({ n, sum }) => [group.key.slice(group.key.indexOf(' ') + 1), n, sum / n, Number.parseInt(group.key, 10)]),
      ),
    ),
  ),
);

export function tumbling(name: string, keys: number, numbers: { events: number; target: number }): Question {
  return {
    name,
    asks: `COUNT and AVG by device in tumbling windows of 10 s, ${keys.toLocaleString('en')} devices`,
    events: numbers.events,
    data: (count) => makeEvents({ count, keys }),
    columns: ['deviceId', 'n', '~mean', 'until'],
    target: numbers.target,
    contenders: [
      weir(TUMBLING),
      jsonParse(countAndMean),
      duckdb(`SELECT deviceId, count(*), avg(temperature), ${windowEndSql('10 seconds')} AS until FROM events GROUP BY deviceId, until`, { deviceId: 'VARCHAR', time: 'TIMESTAMP', temperature: 'DOUBLE' }),
      alasqlQuery('SELECT deviceId, COUNT(*) AS n, AVG(temperature) AS mean, windowEnd(time) AS until FROM ? GROUP BY deviceId, windowEnd(time)', {
        windowEnd: (time) => windowEnd(Date.parse(time), SIZE),
      }),
      ...(keys <= 1000 ? [RXJS] : []),
    ],
  };
}
