import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { DeployableJob } from '../../../shared/job/deployable';
import { loadJob } from '../../../shared/job/load';
import { messageOf } from '../../../shared/errors';
import type { SqlRecord } from '../../../shared/values/value';
import { readRecords } from '../read-file';
import { openPublisher } from './publisher';
import { rebased, timeColumn } from './rebase';

/** Events a second, and how often some are sent. */
const RATE = 20;
const INTERVAL = 250;

/** Publishes the sample of the job's first input (by default `events.ndjson`) to it again and again, each event as if it happened now. Gives the way to stop. */
export function startDemo(folder: string, definition: DeployableJob, connectionString: string, print: (line: string) => void): () => Promise<void> {
  const [name, input] = Object.entries(definition.inputs)[0] ?? [];
  const file = resolve(folder, (input?.type === 'eventHub' ? input.sample?.path : undefined) ?? 'events.ndjson');
  if (!existsSync(file) || !name || input?.type !== 'eventHub') throw new Error(`--demo needs ${file} and an Event Hub as the first input`);
  const column = timeColumn(loadJob(folder).program, name);
  const records = readRecords(file, input.sample);
  const publisher = openPublisher(connectionString, input.eventHub);
  let sent = 0;
  let sending: Promise<void> = Promise.resolve();
  const tick = (): void => {
    const batch = Array.from({ length: (RATE * INTERVAL) / 1_000 }, () => next(records, sent++, column));
    sending = sending.then(() => publisher.send(batch)).catch((error: unknown) => print(`the demo publisher goes on after: ${messageOf(error)}`));
  };
  const timer = setInterval(tick, INTERVAL);
  print(`${'Publisher'.padEnd(16)} ${RATE} events a second to ${input.eventHub}`);
  return async () => {
    clearInterval(timer);
    await sending;
    await publisher.close();
  };
}

/** From the second round on, ids get the number of the round: the same quake happens again as another one. */
function next(records: readonly SqlRecord[], n: number, column: string | undefined): SqlRecord {
  const record = records[n % records.length] as SqlRecord;
  const round = Math.floor(n / records.length);
  const fresh = round > 0 && typeof record.id === 'string' ? { ...record, id: `${record.id}-${round + 1}` } : record;
  return column === undefined ? fresh : rebased(fresh, column, Date.now());
}
