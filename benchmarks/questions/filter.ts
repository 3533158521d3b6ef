import { filter, map } from 'rxjs';
import { alasqlQuery } from '../contenders/alasql';
import { duckdb } from '../contenders/duckdb';
import { jsonParse } from '../contenders/json-parse';
import { rxjs } from '../contenders/rxjs';
import { weir } from '../contenders/weir';
import { makeEvents } from '../events';
import type { Question } from '../question';

export const filterAndProject: Question = {
  name: 'filter',
  asks: 'filter and project 3 fields',
  events: 200_000,
  data: (count) => makeEvents({ count, keys: 1000 }),
  columns: ['deviceId', 'temperature', 'humidity'],
  target: 1_200_000,
  contenders: [
    weir('SELECT deviceId, temperature, humidity INTO output FROM input TIMESTAMP BY time WHERE temperature > 30'),
    jsonParse((events) => {
      const rows = [];
      for (const { deviceId, temperature, humidity } of events) if (temperature > 30) rows.push([deviceId, temperature, humidity]);
      return rows;
    }),
    duckdb('SELECT deviceId, temperature, humidity FROM events WHERE temperature > 30', { deviceId: 'VARCHAR', temperature: 'DOUBLE', humidity: 'DOUBLE' }),
    alasqlQuery('SELECT deviceId, temperature, humidity FROM ? WHERE temperature > 30'),
    rxjs((events) => events.pipe(filter(({ temperature }) => temperature > 30), map(({ deviceId, temperature, humidity }) => [deviceId, temperature, humidity]))),
  ],
};
