/** The job of the live benchmarks, and the rows that it must give. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { weir } from '../contenders/weir';
import type { Data } from '../events';
import { START, makeEvents } from '../events';
import type { ResultRow } from '../question';

export const HUB = 'readings';
export const PARTITIONS = 8;
export const DEVICES = 1000;
export const DATABASE = 'weir';
/** Of Cosmos DB, and of Blob storage. */
export const CONTAINER = 'windows';
/** As benchmarks/compare.ts has them. */
export const COLUMNS = ['deviceId', 'n', '~mean', 'until'];

const SELECT = 'SELECT deviceId, COUNT(*) AS n, AVG(temperature) AS mean, System.Timestamp() AS until';
const FROM = 'FROM input TIMESTAMP BY time GROUP BY deviceId, TumblingWindow(second, 10)';

/** A day behind all others: events of this time close every window before them. */
const AFTERWARDS = START + 86_400_000;

const DEFINITION = {
  name: 'live',
  inputs: { input: { type: 'eventHub', connection: 'EVENTHUB', eventHub: HUB, consumerGroup: 'weir' } },
  outputs: {
    documents: { type: 'cosmos', connection: 'COSMOS', database: DATABASE, container: CONTAINER, partitionKey: '/deviceId' },
    files: { type: 'blob', connection: 'AzureWebJobsStorage', container: CONTAINER, path: 'live' },
  },
  deadLetter: { connection: 'AzureWebJobsStorage', container: 'dead-letter' },
  // The events are of a day long past.
  time: { late: 'unlimited' },
};

/** Writes the job's folder; both outputs get the rows of one step. */
export function writeJob(folder: string): void {
  mkdirSync(folder);
  writeFileSync(join(folder, 'job.json'), JSON.stringify(DEFINITION));
  writeFileSync(join(folder, 'query.saql'), `WITH windows AS (${SELECT} ${FROM})\nSELECT * INTO documents FROM windows\nSELECT * INTO files FROM windows\n`);
}

export interface Load {
  events: number;
  /** Events a second of event time. */
  rate: number;
}

export function eventsOf({ events, rate }: Load): Data {
  return makeEvents({ count: events, keys: DEVICES, rate });
}

/** Of the closing events: rows of theirs, which come when the hub has been quiet for a while, are no results. */
export const CLOSING_DEVICE = 'none';

/** An event that closes all windows before it. */
export function closingEvent(): Buffer {
  return Buffer.from(JSON.stringify({ deviceId: CLOSING_DEVICE, time: new Date(AFTERWARDS).toISOString(), temperature: 0 }));
}

/** What the engine gives in this process for the same events. */
export async function expectedRows(data: Data): Promise<ResultRow[]> {
  const opened = await weir(`${SELECT} INTO output ${FROM}`, { partitions: PARTITIONS }).open(data);
  return (await opened.run())();
}
