import alasql from 'alasql';
import type { Contender, ResultRow } from '../question';
import { named, type DeviceEvent } from './json-parse';

/** alasql over an array of events that JSON.parse has read. The query's table is `?`, and it selects the columns in the order of the question. */
export function alasqlQuery(sql: string, functions: Readonly<Record<string, (value: string) => unknown>> = {}): Contender {
  Object.assign(alasql.fn, functions);
  return named<DeviceEvent>('alasql', (events) => (alasql(sql, [[...events]]) as Record<string, ResultRow[number]>[]).map((row) => Object.values(row)));
}
