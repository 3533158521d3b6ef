/** The job that runs, and what its outputs must hold. */
import type { InputEvent, OutputBatch } from '../../shared/event';
import { createDecoder } from '../../shared/formats/decoder';
import type { Job } from '../../shared/job/load';
import { Runner } from '../../shared/runtime/runner';
import { toJsonText } from '../../shared/values/json';

export const PARTITIONS = 4;

export const DEFINITION = {
  name: 'chaos',
  inputs: { readings: { type: 'eventHub', connection: 'EVENTHUB', eventHub: 'readings', consumerGroup: 'weir' } },
  outputs: {
    big: { type: 'eventHub', connection: 'EVENTHUB', eventHub: 'big', identity: 'body' },
    windows: { type: 'cosmos', connection: 'COSMOS', database: 'weir', container: 'windows', partitionKey: '/device' },
    history: { type: 'blob', connection: 'AzureWebJobsStorage', container: 'results', path: 'history/{date}' },
    archive: { type: 'blob', connection: 'AzureWebJobsStorage', container: 'results', path: 'archive' },
  },
  deadLetter: { connection: 'AzureWebJobsStorage', container: 'dead-letter' },
  time: { late: '10s', outOfOrder: '1s' },
};

const WINDOW = 'SELECT device, COUNT(*) AS n, SUM(v) AS total, AVG(v) AS mean, System.Timestamp() AS windowEnd';

export const QUERY = `
SELECT id, device, v INTO big FROM readings TIMESTAMP BY t WHERE v >= 90
${WINDOW} INTO windows FROM readings TIMESTAMP BY t GROUP BY device, TumblingWindow(second, 10)
${WINDOW} INTO history FROM readings TIMESTAMP BY t GROUP BY device, HoppingWindow(second, 20, 10)
SELECT id INTO archive FROM readings TIMESTAMP BY t`;

export type Rows = Record<string, string[]>;

/** What the same events give in process: rows of each output, sorted. */
export function inProcess({ program, policy }: Job, events: ReadonlyMap<string, readonly InputEvent[]>): Rows {
  const rows: Rows = Object.fromEntries(Object.keys(DEFINITION.outputs).map((name) => [name, []]));
  const runner = new Runner(program, {
    decoders: { readings: createDecoder({ format: 'json', booleansAsBit: true }) },
    partitions: { readings: PARTITIONS },
    policy,
    references: { at: () => ({ rows: [] }) },
    onError: 'dead-letter',
    onOutput: ({ output, rows: found }: OutputBatch) => rows[output]?.push(...found.map(({ values }) => toJsonText(values))),
    onDeadLetters: (letters) => {
      throw new Error(`no event may go to the dead letter, but ${letters.length} did: ${letters[0]?.message}`);
    },
  });
  for (const [partition, list] of events) if (list.length > 0) runner.push({ input: 'readings', partition, partitionCount: PARTITIONS, begin: 0, events: [...list] });
  runner.finish();
  for (const list of Object.values(rows)) list.sort();
  return rows;
}
